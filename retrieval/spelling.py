"""Puts slips of typing right: a word that no product holds becomes one that some do, one slip away.

Slips are a letter too many, too few, wrong, or two that changed places (Damerau 1964; the search is Norvig's,
"How to Write a Spelling Corrector"). Of several words the one that most products hold is taken. Short words
and numbers have too many neighbours: they are left as they are.
"""

from collections.abc import Callable, Iterator

LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: Shorter words are left alone.
LONG_ENOUGH = 5


def corrected(word: str, holding: Callable[[str], int]) -> str | None:
    """The word that was meant; None where none is near. `holding` counts the products that hold a word."""
    if len(word) < LONG_ENOUGH or not word.isalpha():
        return None
    counts = {each: holding(each) for each in set(_one_slip_away(word))}
    best = max(counts, key=lambda each: (counts[each], each))
    return best if counts[best] > 0 else None


def _one_slip_away(word: str) -> Iterator[str]:
    """Words that differ in one slip. The first letter is taken to be right."""
    for at in range(1, len(word) + 1):
        left, right = word[:at], word[at:]
        for letter in LETTERS:
            yield left + letter + right
        if not right:
            continue
        yield left + right[1:]
        for letter in LETTERS:
            yield left + letter + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
