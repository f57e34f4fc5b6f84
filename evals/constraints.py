"""Whether what was asked is what is shown: queries made from the records, read by the shop's own rules and
searched end to end, beside systems that see words only.

`meets_all@10` is the share of the first ten that meets every constraint; where fewer than ten products do,
of as many as do, and a list that is shorter counts as failing there. `recall@100` is of all that do, or of a
hundred where there are more.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.reading import read
from assistant.tools.products import filters_of
from assistant.values import Shown
from evals.constraint_queries import ConstraintQuery, make_queries
from evals.results import Row, interval, write
from evals.search_plain import DEPTH, System, plain_systems
from evals.search_shop import KEPT, Shop, open_shop
from retrieval.scorer import load_scorer
from retrieval.values import Query, Vocabulary

FIRST = 10
SYSTEMS = ("random", "bm25", "dense", "rrf", "scorer")


@dataclass(frozen=True, slots=True)
class Read:
    """What the shop does with a message, model off: rules read it, search finds."""

    shop: Shop
    vocabulary: Vocabulary = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "vocabulary", self.shop.search.vocabulary())

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        """`among` is for judged products, of which these queries have none."""
        if among is not None:
            raise ValueError("constraints are measured over the whole catalogue")
        result = self.shop.search.search(self.query(query))
        return [hit.product_id for hit in result.hits]

    def query(self, text: str) -> Query:
        currency = self.vocabulary.currency
        intent = read(text, shown=Shown(), vocabulary=self.vocabulary, occasions=(), currency=currency)
        return Query(intent.query, filters_of(intent.constraints), DEPTH)


def measure(
    products: Path,
    out: Path,
    seed: int,
    count: int,
    systems: Collection[str] = SYSTEMS,
    keep: Path = KEPT,
) -> list[Row]:
    """Measures the systems that are named; prints and writes the rows."""
    with open_shop(products, keep, load_scorer()) as shop:
        queries = make_queries(shop.products, count, seed)
        made: dict[str, System] = {"scorer": Read(shop)}
        if set(systems) != set(made):
            made = plain_systems(shop.products, shop.embedder, shop.folder, seed) | made
        found = {name: [made[name].rank(query.text) for query in queries] for name in systems}
    rows = [row for name, lists in found.items() for row in _rows(name, queries, lists, seed)]
    _show(rows)
    write(out, "constraints", seed, [products], rows)
    _chart(out / "constraints.png", rows)
    return rows


def meets_all(found: Sequence[str], query: ConstraintQuery) -> float:
    """The share of the first ten."""
    places = min(FIRST, len(query.meeting))
    return sum(product_id in query.meeting for product_id in found[:places]) / places


def recall(found: Sequence[str], query: ConstraintQuery) -> float:
    hits = len(query.meeting.intersection(found[:DEPTH]))
    return hits / min(DEPTH, len(query.meeting))


MEASURES: Mapping[str, Callable[[Sequence[str], ConstraintQuery], float]] = {
    "meets_all@10": meets_all,
    "recall@100": recall,
}


def _rows(
    system: str, queries: Sequence[ConstraintQuery], lists: Sequence[Sequence[str]], seed: int
) -> list[Row]:
    """Over all queries, over those whose wording is held out, and by kind of constraint."""
    parts: dict[str, list[int]] = {"": list(range(len(queries)))}
    parts["_held_out"] = [at for at, query in enumerate(queries) if query.held_out]
    for kind in sorted({kind for query in queries for kind in query.kinds}):
        parts[f"_{kind}"] = [at for at, query in enumerate(queries) if kind in query.kinds]
    return [
        interval(system, f"{name}{part}", [measured(lists[at], queries[at]) for at in places], _mean, seed)
        for part, places in parts.items()
        if places
        for name, measured in MEASURES.items()
    ]


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _show(rows: Sequence[Row]) -> None:
    table = Table("metric", *dict.fromkeys(row.system for row in rows))
    for metric in dict.fromkeys(row.metric for row in rows):
        cells = [f"{r.value:.3f} [{r.low:.3f}, {r.high:.3f}] n={r.n}" for r in rows if r.metric == metric]
        table.add_row(metric, *cells)
    Console(width=200).print(table)


def _chart(path: Path, rows: Sequence[Row]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3.5))
    systems = list(dict.fromkeys(row.system for row in rows))
    for at, metric in enumerate(MEASURES):
        values = [row for row in rows if row.metric == metric]
        places = np.arange(len(systems)) + 0.4 * at
        errors = [[row.value - row.low for row in values], [row.high - row.value for row in values]]
        axes.bar(places, [row.value for row in values], 0.38, yerr=errors, label=metric)
    axes.set_xticks(np.arange(len(systems)) + 0.2, systems)
    axes.set_ylim(0, 1)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
