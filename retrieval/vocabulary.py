"""The catalogue's own words, read from a snapshot: what a constraint can be checked against."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np

from retrieval.columns import SEPARATOR, Columns
from retrieval.facts import FactTable
from retrieval.snapshot import Snapshot
from retrieval.values import Vocabulary

#: A word is a head noun where it ends this share of the titles that hold it, and it names a category where
#: this share of these stands there.
HEAD_SHARE = 0.5


def read_vocabulary(snapshot: Snapshot, currency: str) -> Vocabulary:
    """Categories are all paths and the levels above them; brands and values stand most frequent first."""
    columns = snapshot.columns
    brands = sorted(columns.brands, key=lambda brand: (-len(columns.brands[brand]), brand))
    return Vocabulary(
        categories=tuple(sorted(_with_parents(columns.categories))),
        brands=tuple(brands),
        attributes=_attributes(columns),
        heads=_heads(columns),
        currency=currency,
        price_quantiles=_price_quantiles(snapshot),
    )


def parents(path: str) -> list[str]:
    """A path and the levels above it: `A > B` -> `A`, `A > B`."""
    levels = path.split(SEPARATOR)
    return [SEPARATOR.join(levels[: depth + 1]) for depth in range(len(levels))]


def _with_parents(paths: Iterable[str]) -> set[str]:
    return {level for path in paths for level in parents(path)}


def _attributes(columns: Columns) -> dict[str, tuple[str, ...]]:
    """Name (lower case) -> values, of attributes and of options alike."""
    values: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for table in (columns.facts, columns.options):
        for code, count in _counted(table, columns):
            fact = columns.books.facts[code]
            values[fact.name.lower()][fact.value] += count
    return {name: tuple(value for value, _ in found.most_common()) for name, found in values.items()}


def _counted(table: FactTable, columns: Columns) -> list[tuple[int, int]]:
    counts = table.counts(len(columns.books.facts))
    return [(int(code), int(counts[code])) for code in np.flatnonzero(counts)]


def _heads(columns: Columns) -> dict[str, str]:
    """The words that end what titles call a thing, each with the category that it mostly stands in."""
    places: defaultdict[str, Counter[str]] = defaultdict(Counter)
    held: Counter[str] = Counter()
    for item in columns.items:
        held.update(item.title_tokens)
        if item.head and item.categories:
            places[item.head][item.categories[0]] += 1
    heads: dict[str, str] = {}
    for head, found in places.items():
        path, count = found.most_common(1)[0]
        if count >= HEAD_SHARE * found.total() and found.total() >= HEAD_SHARE * held[head]:
            heads[head] = path
    return heads


def _price_quantiles(snapshot: Snapshot) -> dict[str, tuple[int, int]]:
    """Of each product's cheapest variant, by category and for the whole shop ("")."""
    columns = snapshot.columns
    if not len(columns):
        return {}
    cheapest = np.minimum.reduceat(snapshot.offers.price, columns.starts[:-1])
    rows: defaultdict[str, set[int]] = defaultdict(set)
    for path, held in columns.categories.items():
        for level in parents(path):
            rows[level].update(held)
    rows[""] = set(range(len(columns)))
    quantiles = {path: np.quantile(cheapest[sorted(held)], (0.25, 0.75)) for path, held in rows.items()}
    return {path: (round(low), round(high)) for path, (low, high) in quantiles.items()}
