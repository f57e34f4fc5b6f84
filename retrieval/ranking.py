"""Which products fit some words best: dense and lexical candidates, fused.

Three rankings are fused by reciprocal rank: the embedding's, and BM25 over two views of a product. A place
says nothing about how good the best is, so each fused score is multiplied by its support: the mean of how
much of the words the product holds, and how close its vector is. Nonsense then scores near 0, and on
public judgements the order gets a little better too (docs/decisions/0010).

A learned scorer takes a `Ranked` and gives one; nothing else here needs to know of it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.columns import Mask
from retrieval.fusion import reciprocal_rank_fusion
from retrieval.lexical import View
from retrieval.snapshot import Snapshot
from retrieval.vectors import DocumentVectors, Matrix
from retrieval.wish import Wish

#: Candidates of each ranking.
DEPTH = 100

#: Where a filter leaves this share of the products or less, they are scored exactly.
EXACT_SHARE = 0.3

#: What the embedding's ranking weighs, and each lexical view.
DENSE_WEIGHT = 1.5
VIEW_WEIGHTS: dict[View, float] = {"words": 1.0, "everything": 1.0}

#: Cosines of a short query and a product: unrelated below the first, as close as they get above the other.
FAR, CLOSE = 0.15, 0.5

Rows = npt.NDArray[np.int64]

#: A vector and how many: product ids with their cosines, about the nearest of all, best first.
Nearest = Callable[[Matrix, int], Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A snapshot with the vectors of its products: `places` holds each product's row in them, or -1."""

    snapshot: Snapshot
    vectors: DocumentVectors
    places: Rows

    @classmethod
    def of(cls, snapshot: Snapshot, vectors: DocumentVectors) -> "State":
        places = vectors.rows_of([item.product_id for item in snapshot.columns.items])
        return cls(snapshot, vectors, places)

    def follows(self, snapshot: Snapshot) -> "State":
        """With a later snapshot; the vectors stay where they are if the products did."""
        if snapshot.columns is self.snapshot.columns:
            return State(snapshot, self.vectors, self.places)
        return State.of(snapshot, self.vectors)

    def closeness(self, rows: Rows, vector: Matrix) -> npt.NDArray[np.float32]:
        """Cosine of each product; nan for one that has no vector yet."""
        places = self.places[rows]
        cosines = np.full(len(rows), np.nan, np.float32)
        held = places >= 0
        if held.any():
            cosines[held] = self.vectors.matrix[places[held]] @ vector
        return cosines


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Products by row, best first, with scores in 0 to 1."""

    rows: Rows
    scores: npt.NDArray[np.float64]


def rank(wish: Wish, vector: Matrix | None, allowed: Mask, state: State, nearest: Nearest) -> Ranked:
    """The products of `allowed` that fit best. Without a vector words alone decide."""
    rankings = [_lexical(wish, view, allowed, state) for view in VIEW_WEIGHTS]
    weights = list(VIEW_WEIGHTS.values())
    if vector is not None:
        rankings.append(_dense(vector, allowed, state, nearest))
        weights.append(DENSE_WEIGHT)
    fused = reciprocal_rank_fusion([ranking.tolist() for ranking in rankings], weights)
    rows = np.fromiter(fused, np.int64, len(fused))
    scores = np.fromiter(fused.values(), np.float64, len(fused)) * _support(wish, vector, rows, state)
    order = np.argsort(-scores, kind="stable")
    return Ranked(rows[order], scores[order])


def _lexical(wish: Wish, view: View, allowed: Mask, state: State) -> Rows:
    scores = np.where(allowed, state.snapshot.lexical.scores(view, wish.tokens), 0.0)
    return _best(np.flatnonzero(scores > 0), scores[scores > 0])


def _dense(vector: Matrix, allowed: Mask, state: State, nearest: Nearest) -> Rows:
    share = float(allowed.mean()) if allowed.size else 0.0
    if share <= EXACT_SHARE:
        rows = np.flatnonzero(allowed & (state.places >= 0))
        return _best(rows, state.closeness(rows, vector))
    row_of = state.snapshot.columns.row_of
    found = nearest(vector, math.ceil(DEPTH / share))
    rows = np.array([row_of[key] for key, _ in found if key in row_of], np.int64)
    return rows[allowed[rows]][:DEPTH]


def _support(wish: Wish, vector: Matrix | None, rows: Rows, state: State) -> npt.NDArray[np.float64]:
    """How much speaks for each product, 0 to 1. What has no vector yet is judged by its words."""
    covered = state.snapshot.lexical.coverage(wish.tokens)[rows].astype(np.float64)
    if vector is None:
        return covered
    close = np.clip((state.closeness(rows, vector) - FAR) / (CLOSE - FAR), 0.0, 1.0)
    supported: npt.NDArray[np.float64] = (covered + np.where(np.isnan(close), covered, close)) / 2
    return supported


def _best(rows: Rows, scores: npt.NDArray[np.floating]) -> Rows:
    """The first `DEPTH` rows by score; equal scores in the order of the rows."""
    if len(rows) > DEPTH:
        least = np.partition(scores, -DEPTH)[-DEPTH]
        rows, scores = rows[scores >= least], scores[scores >= least]
    return rows[np.argsort(-scores, kind="stable")][:DEPTH]
