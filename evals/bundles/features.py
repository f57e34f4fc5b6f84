"""What two titles of one session say of each other, as numbers.

Likenesses of four kinds (meaning, words, parts of words, topics), each also as seen from its session: against
the session's mean, against each side's best, as a rank, and by how alike the two stand to all others. What a
session holds says what its likenesses are worth.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD  # type: ignore[import-untyped]  # it ships no types
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]  # it ships no types

from evals.bundles.sessions import Session
from retrieval.embedding import Embedder

Square = NDArray[np.float64]
"""Shape (products, products), symmetric; of one session."""

TOPICS = 100


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """`matrix` has shape (products, products, features); `alike` are the plain likenesses by name."""

    names: tuple[str, ...]
    matrix: NDArray[np.float64]
    alike: dict[str, Square]


class Titles:
    """Vectors of titles, from their texts alone."""

    def __init__(self, titles: Iterable[str], embedder: Embedder) -> None:
        known = sorted(set(titles))
        self._row = {title: row for row, title in enumerate(known)}
        words = TfidfVectorizer(sublinear_tf=True, stop_words="english")
        parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2)
        common = TfidfVectorizer(sublinear_tf=True, min_df=2, stop_words="english")
        counted = common.fit_transform(known)
        topics = TruncatedSVD(min(TOPICS, counted.shape[1] - 1), random_state=0)
        self._words = words.fit_transform(known)
        self._parts = parts.fit_transform(known)
        self._topics = _unit(topics.fit_transform(counted))
        self._meaning = embedder.encode(known).astype(np.float64)
        self._first = [title.split()[0].lower() if title.split() else "" for title in known]

    def meaning(self, session: Session) -> NDArray[np.float32]:
        """One row a product, of length 1."""
        return self._meaning[[self._row[title] for title in session.titles]].astype(np.float32)

    def vectors(self, session: Session) -> NDArray[np.float32]:
        """Meaning and topics side by side, of length 1."""
        rows = [self._row[title] for title in session.titles]
        both = np.concatenate([self._meaning[rows], self._topics[rows]], axis=1) / np.sqrt(2)
        return np.asarray(both, dtype=np.float32)

    def alike(self, session: Session) -> dict[str, Square]:
        rows = [self._row[title] for title in session.titles]
        first = np.array([self._first[row] for row in rows])
        words, parts = self._words[rows], self._parts[rows]
        return {
            "meaning": self._meaning[rows] @ self._meaning[rows].T,
            "words": (words @ words.T).toarray(),
            "parts": (parts @ parts.T).toarray(),
            "topics": self._topics[rows] @ self._topics[rows].T,
            "brand": (first[:, None] == first[None, :]).astype(float),
        }


def pair_features(alike: dict[str, Square]) -> PairFeatures:
    """Of one session with two products or more."""
    found: dict[str, Square] = {}
    for name, square in alike.items():
        found[name] = square
        if name != "brand":
            found |= {f"{name}_{what}": value for what, value in _in_session(square).items()}
    size = len(next(iter(alike.values())))
    found["size"] = np.full((size, size), float(size))
    return PairFeatures(tuple(found), np.stack(list(found.values()), axis=-1), alike)


def _in_session(square: Square) -> dict[str, Square]:
    size = len(square)
    off = ~np.eye(size, dtype=bool)
    others = np.where(off, square, np.nan)
    mean, best = np.nanmean(others, axis=1), np.nanmax(others, axis=1)
    spread = float(square[off].std()) + 1e-6
    rank = (-np.where(off, square, -np.inf)).argsort(axis=1).argsort(axis=1).astype(float)
    return {
        "above_mean": (square - square[off].mean()) / spread,
        "mean": np.full((size, size), float(square[off].mean())),
        "lower_mean": np.minimum.outer(mean, mean),
        "higher_mean": np.maximum.outer(mean, mean),
        "below_best": square - np.maximum.outer(best, best),
        "near_best": square - np.minimum.outer(best, best),
        "higher_rank": np.minimum(rank, rank.T),
        "lower_rank": np.maximum(rank, rank.T),
        "seen_alike": _seen_alike(square),
    }


def _seen_alike(square: Square) -> Square:
    """How alike two products stand to all of the session."""
    if len(square) < 3:
        return np.ones_like(square)
    rows = square - square.mean(axis=1, keepdims=True)
    return _unit(rows) @ _unit(rows).T


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
    return found


def between(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each pair once: shape (pairs, features)."""
    upper: NDArray[np.float64] = matrix[np.triu_indices(len(matrix), 1)]
    return upper


def stacked(features: Sequence[PairFeatures]) -> NDArray[np.float64]:
    return np.concatenate([between(each.matrix) for each in features])
