"""Checks that are trivial: what a figure of recall is worth is seen beside theirs."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from assistant.grounding import violations
from assistant.values import Evidence
from evals.grounding.cases import Case

#: A sentence, and whether a check holds it to be false.
Check = Callable[[str, Case], bool]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*")


def pairwell(sentence: str, case: Case) -> bool:
    """What ships: any violation is a catch, since the sentence is not shown."""
    return bool(violations(sentence, case.evidence, case.about))


def nothing(_: str, __: Case) -> bool:
    return False


def everything(_: str, __: Case) -> bool:
    return True


def unknown_numbers(sentence: str, case: Case) -> bool:
    """A number that stands nowhere in the evidence."""
    return not _numbers(sentence) <= _numbers(_text(case.evidence))


def unknown_words(sentence: str, case: Case) -> bool:
    """A number, or a word that is no stop word, that stands nowhere in the evidence."""
    unknown = _words(sentence) - _words(_text(case.evidence)) - _stop_words()
    return bool(unknown) or unknown_numbers(sentence, case)


SYSTEMS: Mapping[str, Check] = {
    "pairwell": pairwell,
    "unknown_words": unknown_words,
    "unknown_numbers": unknown_numbers,
    "nothing": nothing,
    "everything": everything,
}


def _text(evidence: Evidence) -> str:
    """All that the evidence says, amounts as they are spoken."""
    return (
        " ; ".join(f"{fact.text} ; {fact.value}" for fact in evidence.facts) + f" ; {dict(evidence.values)}"
    )


def _numbers(text: str) -> set[str]:
    """With "28.00" as "28" and "1,204" as "1204"."""
    return {each.replace(",", "").removesuffix(".00") for each in _NUMBER.findall(text)}


def _words(text: str) -> set[str]:
    return {each for each in _WORD.findall(text.lower()) if not each[0].isdigit()}


@cache
def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # type: ignore[import-untyped]  # it ships no types

    return frozenset(ENGLISH_STOP_WORDS)
