"""Counts of what was bought together, and how much more often than by chance. Pure.

A pair's lift is what was counted over what chance would give, both raised by `PRIOR` orders, so that one
lucky order does not make a pair. The score is 1 - 1/lift: 0 at chance, 0.5 at twice as often, near 1 beyond.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations

#: Orders of evidence for "no more than by chance" that a pair has to outweigh.
PRIOR = 3.0

#: A pair that was seen only once says nothing.
SEEN_AT_LEAST = 2

#: Larger orders are a trader's stock, not one need; they would also bring pairs by the thousand.
LARGEST_BASKET = 60


class BasketCounts:
    """Pairs of names that stood in one basket: product ids, or categories."""

    def __init__(self, baskets: Iterable[Iterable[str]]) -> None:
        self._baskets = 0
        self._singles: Counter[str] = Counter()
        self._partners: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for basket in baskets:
            names = sorted(set(basket))
            if not names or len(names) > LARGEST_BASKET:
                continue
            self._baskets += 1
            self._singles.update(names)
            for a, b in combinations(names, 2):
                self._partners[a][b] += 1
                self._partners[b][a] += 1

    def together(self, a: str, b: str) -> int:
        """Orders that hold both."""
        return self._partners[a][b] if a in self._partners else 0

    def partners(self, name: str) -> list[str]:
        """Names that were seen with this one often enough to say something."""
        held = self._partners.get(name, Counter())
        return [other for other, count in held.items() if count >= SEEN_AT_LEAST]

    def score(self, a: str, b: str) -> float:
        """How much more often than by chance, 0 to 1; 0 at chance or below."""
        count = self.together(a, b)
        if count < SEEN_AT_LEAST:
            return 0.0
        expected = self._singles[a] * self._singles[b] / self._baskets
        return max(0.0, 1 - (expected + PRIOR) / (count + PRIOR))
