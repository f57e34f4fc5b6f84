"""Which products fit some words best: dense and lexical candidates, fused, then scored.

Three rankings are fused by reciprocal rank: the embedding's, and BM25 over two views of a product. The best
of the fusion are looked at closely: the learned scorer weighs what is known of each (`retrieval.features`,
`retrieval.scorer`). Without a scorer each fused score is multiplied by its support: the mean of how much of
the words the product holds, and how close its vector is. Nonsense scores near 0 either way.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from retrieval.columns import Mask
from retrieval.diversity import diverse
from retrieval.features import Candidates, Values, features
from retrieval.fusion import reciprocal_rank_fusion
from retrieval.lexical import View
from retrieval.recent import Recent
from retrieval.scorer import Scorer
from retrieval.snapshot import Snapshot
from retrieval.vectors import DocumentVectors, Matrix, cosines
from retrieval.wish import Wish

#: Candidates of each ranking.
DEPTH = 100

#: Of all rankings together, what is looked at closely.
CANDIDATES = 200

#: So many products are scored exactly, in memory: what the approximate index would miss costs more than that.
EXACT_PRODUCTS = 1_000_000

#: In a larger catalogue, those that a filter leaves are, where they are this share of it or less.
EXACT_SHARE = 0.3

#: The approximate index looks as far as it is asked for: so many times more, for what it would miss.
OVER_FETCHED = 4

#: Above this share of all vectors, multiplying all of them is faster than copying those.
GATHERED = 0.05

#: What the embedding's ranking weighs, and each lexical view.
DENSE_WEIGHT = 1.5
VIEW_WEIGHTS: dict[View, float] = {"words": 1.0, "everything": 1.0}

#: Cosines of a short query and a product: unrelated below the first, as close as they get above the other.
FAR, CLOSE = 0.15, 0.5

#: So many scores of the whole catalogue are kept for the passes of a query: 4 bytes a product each.
KEPT_SCORES = 12

Rows = npt.NDArray[np.int64]

#: A vector and how many: product ids with their cosines, about the nearest of all, best first.
Nearest = Callable[[Matrix, int], Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A snapshot with the vectors of its products: `places` holds each product's row in them, or -1. A query
    whose facts are softened looks at the whole catalogue more than once: `recent` has what was computed."""

    snapshot: Snapshot
    vectors: DocumentVectors
    places: Rows
    recent: Recent = field(default_factory=lambda: Recent(KEPT_SCORES), repr=False)

    @classmethod
    def of(cls, snapshot: Snapshot, vectors: DocumentVectors) -> "State":
        places = vectors.rows_of([item.product_id for item in snapshot.columns.items])
        return cls(snapshot, vectors, places)

    def follows(self, snapshot: Snapshot) -> "State":
        """With a later snapshot; the vectors stay where they are if the products did."""
        if snapshot.columns is self.snapshot.columns:
            return State(snapshot, self.vectors, self.places)
        return State.of(snapshot, self.vectors)

    def vectors_of(self, rows: Rows) -> Matrix:
        """Shape (rows, dimension); zeros for one that has no vector yet."""
        places = self.places[rows]
        vectors = np.zeros((len(rows), self.vectors.matrix.shape[1]), np.float32)
        held = places >= 0
        vectors[held] = self.vectors.matrix[places[held]]
        return vectors

    def closeness(self, rows: Rows, vector: Matrix) -> npt.NDArray[np.float32]:
        """Cosine of each product; nan for one that has no vector yet."""
        places = self.places[rows]
        found = np.full(len(rows), np.nan, np.float32)
        held = places >= 0
        key = vector.tobytes()
        if key in self.recent or held.sum() > GATHERED * len(self.vectors):
            whole = self.recent.held(key, lambda: cosines(self.vectors.matrix, vector))
            found[held] = whole[places[held]]
        elif held.any():
            found[held] = cosines(self.vectors.matrix[places[held]], vector)
        return found

    def lexical(self, view: View, wish: Wish) -> npt.NDArray[np.float32]:
        """The BM25 of each product in a view."""
        key = (view, wish.searched)
        return self.recent.held(key, lambda: self.snapshot.lexical.scores(view, wish.searched))


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Products by row, best first, with scores in 0 to 1 and what the scorer made them of."""

    rows: Rows
    scores: npt.NDArray[np.float64]
    values: Values | None = None


def rank(
    wish: Wish,
    vector: Matrix | None,
    allowed: Mask,
    state: State,
    nearest: Nearest,
    scorer: Scorer | None = None,
) -> Ranked:
    """The products of `allowed` that fit best. Without a vector words alone decide."""
    found = candidates(wish, vector, allowed, state, nearest)
    if scorer is None:
        values = None
        scores = found.fused * _support(wish, found, state)
    else:
        values = features(wish, found, state.snapshot.columns, state.snapshot.lexical)
        scores = scorer.scores(values)
    best = np.argsort(-scores, kind="stable")
    scores = diverse(scores[best], found.vectors[best])
    again = np.argsort(-scores, kind="stable")
    order = best[again]
    return Ranked(found.rows[order], scores[again], None if values is None else values[order])


def candidates(
    wish: Wish, vector: Matrix | None, allowed: Mask, state: State, nearest: Nearest
) -> Candidates:
    """The best of each ranking, fused: at most `CANDIDATES`."""
    scores = {view: state.lexical(view, wish) for view in VIEW_WEIGHTS}
    rankings = {str(view): _lexical(each, allowed).tolist() for view, each in scores.items()}
    weights = list(VIEW_WEIGHTS.values())
    if vector is not None:
        rankings["dense"] = nearest_rows(vector, allowed, state, nearest).tolist()
        weights.append(DENSE_WEIGHT)
    fused = reciprocal_rank_fusion(list(rankings.values()), weights)
    rows = np.fromiter(fused, np.int64, len(fused))[:CANDIDATES]
    return Candidates(
        rows=rows,
        fused=np.fromiter(fused.values(), np.float64, len(fused))[:CANDIDATES],
        cosines=np.full(len(rows), np.nan, np.float32) if vector is None else state.closeness(rows, vector),
        vectors=state.vectors_of(rows),
        bm25={view: each[rows] for view, each in scores.items()},
        rankings=rankings,
    )


def _lexical(scores: npt.NDArray[np.float32], allowed: Mask) -> Rows:
    scores = np.where(allowed, scores, 0.0)
    return _best(np.flatnonzero(scores > 0), scores[scores > 0])


def nearest_rows(
    vector: Matrix, allowed: Mask, state: State, nearest: Nearest, exact: int | None = None
) -> Rows:
    """The nearest `DEPTH` of what is allowed: exactly in a catalogue of `exact` products or fewer, else by
    the approximate index where a filter leaves much and what it leaves is near the words."""
    share = float(allowed.mean()) if allowed.size else 0.0
    if share <= EXACT_SHARE or allowed.size <= (EXACT_PRODUCTS if exact is None else exact):
        return _scored(vector, allowed, state)
    row_of = state.snapshot.columns.row_of
    found = nearest(vector, math.ceil(OVER_FETCHED * DEPTH / share))
    rows = np.array([row_of[key] for key, _ in found if key in row_of], np.int64)
    rows = rows[allowed[rows]][:DEPTH]
    # Words for one kind of goods and a filter for another: what is near is not what is allowed.
    return rows if len(rows) == DEPTH else _scored(vector, allowed, state)


def _scored(vector: Matrix, allowed: Mask, state: State) -> Rows:
    rows = np.flatnonzero(allowed & (state.places >= 0))
    return _best(rows, state.closeness(rows, vector))


def _support(wish: Wish, found: Candidates, state: State) -> npt.NDArray[np.float64]:
    """How much speaks for each product, 0 to 1. What has no vector yet is judged by its words."""
    covered = state.snapshot.lexical.coverage(wish.tokens, wish.alike)[found.rows].astype(np.float64)
    close = np.clip((found.cosines - FAR) / (CLOSE - FAR), 0.0, 1.0)
    supported: npt.NDArray[np.float64] = (covered + np.where(np.isnan(close), covered, close)) / 2
    return supported


def _best(rows: Rows, scores: npt.NDArray[np.floating]) -> Rows:
    """The first `DEPTH` rows by score; equal scores in the order of the rows."""
    if len(rows) > DEPTH:
        least = np.partition(scores, -DEPTH)[-DEPTH]
        rows, scores = rows[scores >= least], scores[scores >= least]
    return rows[np.argsort(-scores, kind="stable")][:DEPTH]
