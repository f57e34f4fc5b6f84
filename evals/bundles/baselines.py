"""What takes no thought: the session as it is, pairs, and what hangs together by words or by meaning."""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]  # it ships no types

from evals.bundles.metrics import mark
from evals.bundles.sessions import Group, Session
from retrieval.embedding import Embedder

Likeness = NDArray[np.float64]
"""Shape (products, products), symmetric; of one session."""

#: What says how alike the products of each session are.
Likenesses = Callable[[Sequence[Session]], list[Likeness]]

#: Where two products are taken to hang together; the best of these on the sessions that tune.
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))


def by_words(sessions: Sequence[Session]) -> list[Likeness]:
    """TF-IDF of the titles, over these sessions alone."""
    titles = sorted({title for session in sessions for title in session.titles})
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(titles)
    row = {title: number for number, title in enumerate(titles)}
    rows = [[row[title] for title in session.titles] for session in sessions]
    return [np.asarray((vectors[held] @ vectors[held].T).toarray(), dtype=float) for held in rows]


def by_meaning(embedder: Embedder) -> Likenesses:
    """Cosine of the titles' vectors."""

    def alike(sessions: Sequence[Session]) -> list[Likeness]:
        titles = sorted({title for session in sessions for title in session.titles})
        vectors = dict(zip(titles, embedder.encode(titles), strict=True))
        held = (np.array([vectors[title] for title in session.titles]) for session in sessions)
        return [np.asarray(rows @ rows.T, dtype=float) for rows in held]

    return alike


def whole(session: Session) -> list[Group]:
    return [frozenset(range(len(session.titles)))]


def every_pair(session: Session) -> list[Group]:
    return [frozenset(pair) for pair in combinations(range(len(session.titles)), 2)]


def random_pair(session: Session, draw: np.random.Generator) -> list[Group]:
    return [frozenset(int(place) for place in draw.choice(len(session.titles), 2, replace=False))]


def top_pair(alike: Likeness) -> list[Group]:
    upper = np.triu(alike, 1) - np.tri(len(alike)) * 9.0
    return [frozenset(int(place) for place in np.unravel_index(int(upper.argmax()), upper.shape))]


def components(alike: Likeness, threshold: float) -> list[Group]:
    """What hangs together by links of at least the threshold."""
    count, label = connected_components(csr_matrix(alike >= threshold), directed=False)
    groups = (frozenset(np.flatnonzero(label == number).tolist()) for number in range(count))
    return [group for group in groups if len(group) > 1]


def best_threshold(
    group: Callable[[Likeness, float], list[Group]], alike: Sequence[Likeness], sessions: Sequence[Session]
) -> float:
    """The threshold with the highest sum of the three figures that count."""

    def worth(threshold: float) -> float:
        return goodness(sessions, [group(each, threshold) for each in alike])

    return max(THRESHOLDS, key=worth)


def goodness(sessions: Sequence[Session], predicted: Sequence[Sequence[Group]]) -> float:
    """Matched F1, best Jaccard and precision, added up."""
    marks = [mark(groups, session.bundles) for groups, session in zip(predicted, sessions, strict=True)]
    jaccards = [each for one in marks for each in one.jaccards]
    f1 = float(np.mean([one.matched_f1 for one in marks]))
    precise = float(np.mean([one.precision for one in marks]))
    return f1 + float(np.mean(jaccards)) + precise
