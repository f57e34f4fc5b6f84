"""Why a query's hits stand in their order, stage by stage: for whoever runs the shop, not for shoppers.

The stages are run again with the functions that answer the query, on the state that it was answered from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from retrieval.answering import Answering, read_query
from retrieval.documents import FIELDS
from retrieval.features import NAMES, Candidates, features
from retrieval.filters import eligible
from retrieval.lexical import LexicalIndex
from retrieval.ranking import State, candidates
from retrieval.values import Hit, Query, SearchResult
from retrieval.wish import Wish

#: A factor that is nearer to 1 decides nothing.
DECIDES = 1.005

_EDGES = ".,;:!?\"'()"


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """`places` are those in each ranking, from 1; a ranking that did not find the product is left out.

    `features` are in 0 to 1. `parts` is what each leaves of the score, the least first; empty without a
    scorer. `above` says by which factor each feature sets it above the next hit (below 1: against it), the
    strongest first. `missing` are the words, as they were typed, that stand nowhere in its record.
    """

    hit: Hit
    places: Mapping[str, int]
    features: Mapping[str, float]
    parts: Mapping[str, float]
    above: Mapping[str, float]
    missing: tuple[str, ...] = ()

    @property
    def afterwards(self) -> float:
        """What is left of the scorer's score: less than 1 for what is sold out or repeats a better hit."""
        scored = float(np.prod(list(self.parts.values()))) if self.parts else 0.0
        return self.hit.score / scored if scored else 1.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """`wish` are the words looked for, `allowed` of `products` are left by the filters, `rankings` how many
    products each found, and `candidates` how many of all were looked at closely."""

    result: SearchResult
    wish: Wish
    products: int
    allowed: int
    rankings: Mapping[str, int]
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
    parts = [_parts(hit, ids, values, answering) for hit in result.hits]
    above = [_above(one, other) for one, other in pairwise([*parts, {}])]
    lacking = dict(zip(ids, _missing(wish, found, snapshot.lexical), strict=True))
    hits = tuple(
        replace(_explained(hit, ids, found, values, made, lead), missing=lacking.get(hit.product_id, ()))
        for hit, made, lead in zip(result.hits, parts, above, strict=True)
    )
    rankings = {name: len(rows) for name, rows in found.rankings.items()}
    return Explanation(result, wish, len(snapshot.columns), int(allowed.sum()), rankings, len(ids), hits)


def _missing(wish: Wish, found: Candidates, lexical: LexicalIndex) -> list[tuple[str, ...]]:
    """Of each candidate the words that its record does not hold."""
    fields = [lexical.held(wish.tokens, field, found.rows, wish.alike) for field in FIELDS]
    held = np.logical_or.reduce(fields)
    lacking = []
    for at in range(len(found.rows)):
        there = {token for token, holds in zip(wish.tokens, held[:, at], strict=True) if holds}
        words = (
            word.text.strip(_EDGES)
            for word in wish.words
            if there.isdisjoint(wish.corrected.get(token, token) for token in word.tokens)
        )
        lacking.append(tuple(dict.fromkeys(words)))
    return lacking


def _parts(hit: Hit, ids: Sequence[str], values: np.ndarray, answering: Answering) -> dict[str, float]:
    if answering.scorer is None or hit.product_id not in ids:
        return {}
    return answering.scorer.parts(values[ids.index(hit.product_id)])


def _above(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """By which factor each feature sets one product above another, the strongest first."""
    factors = {name: one[name] / other[name] for name in one if name in other}
    decisive = {name: each for name, each in factors.items() if max(each, 1 / each) >= DECIDES}
    return dict(sorted(decisive.items(), key=lambda pair: -abs(np.log(pair[1]))))


def _explained(
    hit: Hit,
    ids: Sequence[str],
    found: Candidates,
    values: np.ndarray,
    parts: Mapping[str, float],
    above: Mapping[str, float],
) -> ExplainedHit:
    if hit.product_id not in ids:
        return ExplainedHit(hit, {}, {}, {}, {})
    at = ids.index(hit.product_id)
    row = int(found.rows[at])
    places = {name: ranking.index(row) + 1 for name, ranking in found.rankings.items() if row in ranking}
    return ExplainedHit(hit, places, dict(zip(NAMES, values[at].tolist(), strict=True)), parts, above)
