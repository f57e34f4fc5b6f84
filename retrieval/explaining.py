"""Why a query's hits stand in their order, stage by stage: for whoever runs the shop, not for shoppers.

The stages are run again with the functions that answer the query, on the state that it was answered from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.answering import Answering, read_query
from retrieval.features import NAMES, Candidates, features
from retrieval.filters import eligible
from retrieval.ranking import State, candidates
from retrieval.values import Hit, Query, SearchResult


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """`places` are those in each ranking, from 1; a ranking that did not find the product is left out.

    `features` are in 0 to 1. `parts` is what each leaves of the score, the least first; empty without a
    scorer.
    """

    hit: Hit
    places: Mapping[str, int]
    features: Mapping[str, float]
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`tokens` are the words looked for, `allowed` of `products` are left by the filters."""

    result: SearchResult
    tokens: tuple[str, ...]
    products: int
    allowed: int
    candidates: int
    hits: tuple[ExplainedHit, ...]


def explain(answering: Answering, query: Query, state: State) -> Explanation:
    """Raises what `Answering.answer` does."""
    result = answering.answer(query, state)
    snapshot = state.snapshot
    query, wish = read_query(query, snapshot)
    allowed = eligible(query.filters, snapshot).products
    vector = None if result.degraded or wish.says_nothing else answering.embedder.encode([wish.text])[0]
    found = candidates(wish, vector, allowed, state, answering.nearest)
    values = features(wish, found, snapshot.columns, snapshot.lexical)
    ids = [snapshot.columns.items[row].product_id for row in found.rows.tolist()]
    hits = tuple(_explained(hit, ids, found, values, answering) for hit in result.hits)
    return Explanation(result, wish.tokens, len(snapshot.columns), int(allowed.sum()), len(ids), hits)


def _explained(
    hit: Hit, ids: Sequence[str], found: Candidates, values: np.ndarray, answering: Answering
) -> ExplainedHit:
    if hit.product_id not in ids:
        return ExplainedHit(hit, {}, {}, {})
    at = ids.index(hit.product_id)
    row = int(found.rows[at])
    places = {name: ranking.index(row) + 1 for name, ranking in found.rankings.items() if row in ranking}
    parts = {} if answering.scorer is None else answering.scorer.parts(values[at])
    return ExplainedHit(hit, places, dict(zip(NAMES, values[at].tolist(), strict=True)), parts)
