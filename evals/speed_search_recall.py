"""How many of the hundred nearest products search finds, beside trying all: without a filter and with some.

`shipped` is what a query does in a catalogue of this size; `approximate` what it would do in one that is too
large to be scored exactly: Chroma's candidates, over-fetched and masked, where a filter leaves much. A
product that is as near as the hundredth is a hit.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from evals.charts import listed
from evals.results import Row, interval, write
from evals.search_judgements import read_judgements
from evals.search_shop import KEPT, Shop, open_shop
from evals.speed_search_scale import filters_by_share, scaled
from retrieval.chroma_index import PAGE, ChromaIndex
from retrieval.columns import Mask
from retrieval.filters import eligible
from retrieval.ranking import DEPTH, Nearest, State, nearest_rows
from retrieval.vectors import Matrix

NEARLY = 1e-5
SYSTEMS = (("shipped", None), ("approximate", 0))


def measure(
    products: Path, judgements: Path, out: Path, seed: int, scale: int, keep: Path = KEPT
) -> list[Row]:
    """Of the catalogue as it is, and of one of `scale` products (0: none), each with an index in Chroma."""
    queries = list(read_judgements(judgements))
    with open_shop(products, keep) as shop, tempfile.TemporaryDirectory(prefix="pairwell-recall-") as folder:
        rows = measure_recall(shop, queries, seed)
        if scale:
            state = scaled(shop, scale, seed)
            index = indexed(state, shop, Path(folder) / "index")
            rows += recall_of(state, shop.embedder.encode(queries), index.nearest, seed)
            index.close()
    listed(rows)
    write(out, "speed recall", seed, [products, judgements], rows)
    _chart(out / "speed_recall.png", rows)
    return rows


def measure_recall(shop: Shop, queries: Sequence[str], seed: int) -> list[Row]:
    """Over the queries, by filter, in the shop's own index."""
    return recall_of(shop.search.state(), shop.embedder.encode(list(queries)), shop.search.nearest, seed)


def recall_of(state: State, vectors: Matrix, nearest: Nearest, seed: int) -> list[Row]:
    """Over the vectors of queries, by filter; `size` is the number of products."""
    rows: list[Row] = []
    for name, filters in filters_by_share(state).items():
        allowed = eligible(filters, state.snapshot).products
        for system, exact in SYSTEMS:
            shares = [_recall(vector, allowed, state, nearest, exact) for vector in vectors]
            metric = f"recall@{DEPTH}_{name}"
            rows.append(interval(system, metric, shares, _mean, seed, size=str(len(allowed))))
    return rows


def indexed(state: State, shop: Shop, folder: Path) -> ChromaIndex:
    """All vectors of a state in a new index."""
    index = ChromaIndex(folder, shop.embedder)
    held = state.vectors
    for start in range(0, len(held), PAGE):
        part = slice(start, start + PAGE)
        index.put(held.ids[part], held.digests[part], held.matrix[part])
    return index


def _recall(vector: Matrix, allowed: Mask, state: State, nearest: Nearest, exact: int | None) -> float:
    every = np.flatnonzero(allowed)
    cosines = state.closeness(every, vector)
    count = min(DEPTH, len(every))
    least = float(np.partition(cosines, -count)[-count])
    found = nearest_rows(vector, allowed, state, nearest, exact)
    return float((state.closeness(found, vector) >= least - NEARLY).sum()) / count


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _chart(path: Path, rows: Sequence[Row]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 3))
    kinds = list(dict.fromkeys((row.system, row.size) for row in rows))
    for at, kind in enumerate(kinds):
        mine = [row for row in rows if (row.system, row.size) == kind]
        places = np.arange(len(mine)) + at * 0.8 / len(kinds)
        axes.bar(
            places, [row.value for row in mine], 0.75 / len(kinds), label=f"{kind[0]}, {kind[1]} products"
        )
        axes.set_xticks(
            np.arange(len(mine)) + 0.3, [row.metric.removeprefix(f"recall@{DEPTH}_") for row in mine]
        )
    axes.set_ylim(0.9, 1.0)
    axes.set_ylabel(f"recall at {DEPTH}")
    axes.legend(fontsize=8, loc="lower right")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
