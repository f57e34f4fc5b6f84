"""What the model learned from, read through the data's own functions: for the linear row, which learns from
the same, and to leave out cases that it has seen."""

from collections.abc import Sequence
from functools import cache
from random import Random

from evals.intents.cases import Case
from evals.intents.histories import shown
from evals.intents.systems import NoModel


@cache
def _examples() -> tuple[tuple[str, str, str], ...]:
    """(text, history, intent) of each training example. Raises `NoModel` where the public data is not."""
    from finetune.dataset.build import DATA, TRAIN, examples

    try:
        made = list(examples(TRAIN, DATA, Random(0)))  # noqa: S311 - the data's own seed, no secret
    except FileNotFoundError as error:
        raise NoModel(f"the training data is built from {error.filename}, which is not here") from error
    return tuple((each.text, each.history, each.call.name) for each in made)


def examples() -> list[tuple[str, str]]:
    """(features' text, intent) of each training example."""
    return [(seen(text, history), intent) for text, history, intent in _examples()]


def case_text(case: Case) -> str:
    """A case as the classifier reads it."""
    from assistant.understanding import brief

    return seen(case.text, brief(shown(case)))


def seen(text: str, history: str) -> str:
    """The message with which kinds of lines stood before it ("before:", "bundle:", "shown:", "asked:")."""
    kinds = [line.partition(":")[0].strip() for line in history.splitlines()]
    return " ".join([text, *(f"xx{kind}xx" for kind in kinds)])


def unseen(cases: Sequence[Case]) -> list[Case]:
    """The cases whose text is not, to the letter, a training example's."""
    trained = {text.casefold().strip() for text, _, _ in _examples()}
    return [case for case in cases if case.text.casefold().strip() not in trained]
