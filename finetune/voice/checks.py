"""What is wrong with a sample: a sentence that its evidence does not hold, or too many words."""

from assistant.grounding import check, known, subjects_named
from assistant.sentences import sentences
from finetune.voice.samples import Sample, tokens

#: Tokens of the answer and of all messages, about.
LONGEST_ANSWER, LONGEST_PROMPT = 60, 260
#: A page has a title, bullets and a paragraph.
LONGEST_PAGE = 140


def problems(sample: Sample) -> str | None:
    """The first problem, or None."""
    if not sample.answer or not sample.messages:
        return "empty"
    if sum(tokens(each.content) for each in sample.messages) > LONGEST_PROMPT:
        return "long prompt"
    if tokens(sample.answer) > (LONGEST_PAGE if sample.task == "copy" else LONGEST_ANSWER):
        return "long answer"
    return _false(sample)


def _false(sample: Sample) -> str | None:
    """The first violation of a sentence of the answer; as in serving, "it" is who was named last."""
    if sample.evidence is None:
        return None
    held = known(sample.evidence)
    about: tuple[str, ...] = ()
    titles = [title for each in held.subjects.values() for title in each.titles]
    told = list(sentences([sample.answer], titles))
    if len(" ".join(told)) != len(" ".join(sample.answer.split())):
        return "no whole sentences"
    for sentence in told:
        wrong = check(sentence, held, about)
        if wrong:
            return f"{wrong[0].kind} {wrong[0].claim!r}"
        about = subjects_named(sentence, held) or about
    return None
