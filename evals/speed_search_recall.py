"""How many of the hundred nearest products search finds, beside trying all: without a filter and with some.

`shipped` is what a query does in this catalogue; `approximate` what it would do in one that is too large to
be scored exactly: Chroma's candidates, over-fetched and masked, where a filter leaves much. A product that is
as near as the hundredth is a hit.
"""

from collections.abc import Sequence

import numpy as np

from evals.results import Row, interval
from evals.search_shop import Shop
from evals.speed_search_scale import filters_by_share
from retrieval.columns import Mask
from retrieval.filters import eligible
from retrieval.ranking import DEPTH, State, nearest_rows
from retrieval.vectors import Matrix

NEARLY = 1e-5


def measure_recall(shop: Shop, queries: Sequence[str], seed: int) -> list[Row]:
    """Over the queries, by filter."""
    state = shop.search.state()
    vectors = shop.embedder.encode(list(queries))
    rows: list[Row] = []
    for name, filters in filters_by_share(state).items():
        allowed = eligible(filters, state.snapshot).products
        for system, exact in (("shipped", None), ("approximate", 0)):
            shares = [_recall(vector, allowed, state, shop, exact) for vector in vectors]
            rows.append(interval(system, f"recall@{DEPTH}_{name}", shares, _mean, seed))
    return rows


def _recall(vector: Matrix, allowed: Mask, state: State, shop: Shop, exact: int | None) -> float:
    every = np.flatnonzero(allowed)
    cosines = state.closeness(every, vector)
    count = min(DEPTH, len(every))
    least = float(np.partition(cosines, -count)[-count])
    found = nearest_rows(vector, allowed, state, shop.search.nearest, exact)
    return float((state.closeness(found, vector) >= least - NEARLY).sum()) / count


def _mean(values: np.ndarray) -> float:
    return float(values.mean())
