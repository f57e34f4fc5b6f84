"""`python -m evals load`: many shoppers at once, at several arrival rates, and whether each got its answer.

driver    the open conversations, their turns, and what is wrong with an answer
scripted  a model that answers at once
shop      the server under load: its catalogue, its keys, its model
command   the points that were measured, the table, the chart
"""
