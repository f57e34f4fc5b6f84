"""`python -m evals intents`: what a message means, by rules, by a linear classifier, by the model.

canonical     the form in which two answers are compared; pure
judging       an answer held against what a case expects; pure
cases         the forms of case files
dialogues     recorded dialogues as cases, requests: gold products as cases
histories     a case's history as what the conversation showed
vocabularies  the catalogue that a case is read with
systems       the rows: model_off, linear, base, tuned
scoring       verdicts as figures with intervals
running       predictions, kept so that a run can go on; writing figures, chart, worst cases
"""
