"""Corrects a mistyped word where exactly one known word is one slip away.

A slip is a letter left out, put in, changed, or two neighbours changed over (Damerau and Levenshtein's
distance of one), but never the first letter. Short words, and words that are known, are left alone.
"""

from collections import defaultdict
from collections.abc import Iterable

SHORTEST = 5


class Corrector:
    """Known words, found again from any slip by what both leave when one letter is dropped."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if word.isalpha())
        self._near: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            if len(word) >= SHORTEST:
                for key in (word, *_shortened(word)):
                    self._near[key].add(word)

    def correct(self, word: str) -> str:
        """The word, or the one known word that it is a slip of."""
        if len(word) < SHORTEST or word in self._words or not word.isalpha():
            return word
        candidates: set[str] = set()
        for key in (word, *_shortened(word)):
            candidates |= self._near.get(key, set())
        near = [each for each in candidates if each[0] == word[0] and one_slip(word, each)]
        return near[0] if len(near) == 1 else word


def one_slip(one: str, other: str) -> bool:
    """Whether the words differ by exactly one slip."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, other_rest = one[start:], other[start:]
    if len(rest) == len(other_rest):
        changed = rest[1:] == other_rest[1:]
        turned = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
        return changed or turned
    return rest[1:] == other_rest or rest == other_rest[1:]


def _shortened(word: str) -> Iterable[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))
