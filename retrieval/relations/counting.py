"""Counts of what was bought together, and how much more often than by chance. Pure; polars counts.

A pair's lift is how often it was bought over how often chance would have it. Few orders say little, so both
sides are raised by `PRIOR` orders of what was expected before any order was seen (empirical Bayes: counts are
Poisson with a Gamma prior of that weight): chance itself, or what the pair's texts promise. One lucky order
makes no pair, and forty outweigh any text. The score is 1 - 1/lift: 0 at chance, 0.5 at twice as often.

The confidence is the share of the orders with one product that hold the other too, with `PRIOR` orders of
chance beside them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

#: Orders of evidence that what was expected before counts for: what foretells the later orders of a real shop
#: best from the earlier ones (`models/pairs/run.json`).
PRIOR = 2.0

#: A pair that was seen only once says nothing.
SEEN_AT_LEAST = 2

#: Larger orders are a trader's stock, not one need; they would also bring pairs by the thousand.
LARGEST_BASKET = 60

#: So many pairs are in memory at once while they are counted.
_PAIRS_AT_ONCE = 5_000_000

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PairCounts:
    """`rows[k] < columns[k]` are numbers of names that stood together in `counts[k]` baskets, in order."""

    names: tuple[str, ...]
    baskets: int
    singles: Ints
    rows: Ints
    columns: Ints
    counts: Ints


def count(lines: pl.DataFrame) -> PairCounts:
    """`lines` has columns `basket` and `name`; a name counts once a basket, too large baskets not at all."""
    held = lines.select("basket", "name").unique()
    size = pl.len().over("basket").cast(pl.Int64).alias("size")
    held = held.with_columns(size).filter(pl.col("size") <= LARGEST_BASKET)
    singles = held.group_by("name").agg(pl.len().alias("count")).sort("name")
    names = singles.select("name", pl.int_range(pl.len(), dtype=pl.Int32).alias("number"))
    numbered = held.join(names, on="name").select("basket", "number", "size").sort("basket")
    pairs = _paired(numbered)
    return PairCounts(
        tuple(singles["name"].to_list()),
        held["basket"].n_unique(),
        singles["count"].to_numpy().astype(np.int64),
        pairs["number"].to_numpy().astype(np.int64),
        pairs["other"].to_numpy().astype(np.int64),
        pairs["count"].to_numpy().astype(np.int64),
    )


def _paired(numbered: pl.DataFrame) -> pl.DataFrame:
    """Each pair of numbers, the smaller first, with how many baskets hold both."""
    counted = [
        part.lazy()
        .join(part.lazy().rename({"number": "other"}), on="basket")
        .filter(pl.col("number") < pl.col("other"))
        .group_by("number", "other")
        .agg(pl.len().cast(pl.Int64).alias("count"))
        .collect()
        for part in _parts(numbered)
    ]
    empty = pl.DataFrame(schema={"number": pl.Int32, "other": pl.Int32, "count": pl.Int64})
    return (
        pl.concat([empty, *counted])
        .group_by("number", "other")
        .agg(pl.col("count").sum())
        .sort("number", "other")
    )


def _parts(numbered: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Whole baskets, so many at once as pairs fit into memory."""
    baskets = numbered.group_by("basket", maintain_order=True).agg(pl.col("size").first())
    part = (pl.col("size") * pl.col("size")).cum_sum() // _PAIRS_AT_ONCE
    placed = numbered.join(baskets.select("basket", part.alias("part")), on="basket")
    for number in placed["part"].unique(maintain_order=True):
        yield placed.filter((pl.col("part") == number) & (pl.col("size") > 1)).select("basket", "number")


class BasketCounts:
    """Pairs of names that stood in one basket: product ids, or categories."""

    def __init__(self, baskets: Iterable[Iterable[str]]) -> None:
        numbers: list[int] = []
        names: list[str] = []
        for number, basket in enumerate(baskets):
            held = list(basket)
            numbers += [number] * len(held)
            names += held
        schema = {"basket": pl.UInt32, "name": pl.String}
        self._index(count(pl.DataFrame({"basket": numbers, "name": names}, schema=schema)))

    @classmethod
    def of(cls, pairs: PairCounts) -> "BasketCounts":
        made = cls.__new__(cls)
        made._index(pairs)
        return made

    def _index(self, pairs: PairCounts) -> None:
        self._pairs = pairs
        self._number = {name: number for number, name in enumerate(pairs.names)}
        self._keys = pairs.rows * len(pairs.names) + pairs.columns
        both = np.concatenate((pairs.rows, pairs.columns))
        order = np.argsort(both, kind="stable")
        self._others = np.concatenate((pairs.columns, pairs.rows))[order]
        self._seen = np.concatenate((pairs.counts, pairs.counts))[order]
        self._starts = np.searchsorted(both[order], np.arange(len(pairs.names) + 1))

    def together(self, a: str, b: str) -> int:
        """Orders that hold both."""
        one, other = self._number.get(a), self._number.get(b)
        if one is None or other is None or one == other:
            return 0
        key = min(one, other) * len(self._pairs.names) + max(one, other)
        place = int(np.searchsorted(self._keys, key))
        found = place < len(self._keys) and self._keys[place] == key
        return int(self._pairs.counts[place]) if found else 0

    def partners(self, name: str) -> list[str]:
        """Names that were seen with this one often enough to say something."""
        number = self._number.get(name)
        if number is None:
            return []
        held = slice(self._starts[number], self._starts[number + 1])
        often = self._others[held][self._seen[held] >= SEEN_AT_LEAST]
        return [self._pairs.names[other] for other in often]

    def lift(self, a: str, b: str, expected: float = 1.0) -> float:
        """How many times as often as by chance. `expected` is what was thought before any order."""
        chance = self.chance(a, b)
        return (self.together(a, b) + PRIOR * expected) / (chance + PRIOR)

    def confidence(self, a: str, b: str) -> float:
        """The share of the orders with `a` that hold `b`, 0 to 1."""
        orders, share = self._single(a), self._single(b) / max(1, self._pairs.baskets)
        return min(1.0, (self.together(a, b) + PRIOR * share) / (orders + PRIOR))

    def score(self, a: str, b: str, expected: float = 1.0) -> float:
        """How much more often than by chance, 0 to 1; 0 at chance or below, or where nothing is known."""
        if self.together(a, b) < SEEN_AT_LEAST and expected <= 1:
            return 0.0
        return max(0.0, 1 - 1 / self.lift(a, b, expected))

    def chance(self, a: str, b: str) -> float:
        """How many orders would hold both by chance."""
        return self._single(a) * self._single(b) / max(1, self._pairs.baskets)

    def _single(self, name: str) -> int:
        number = self._number.get(name)
        return 0 if number is None else int(self._pairs.singles[number])
