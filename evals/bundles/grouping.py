"""Groups of a session's products from how well each two go together: the learned generator, and what ships.

Fitted, in three steps. A bilinear form of the titles' vectors is learned from which pairs of a session were
bundled; with the other likenesses, each seen from its session too (`evals.bundles.features`), it becomes the
likelihood of a pair, the mean of logistic regression and gradient boosting. Gradient boosting over all groups
that a session could make (`evals.bundles.subsets`) says how likely each is a bundle. And those groups are
named that promise the best figures (`evals.bundles.deciding`). Whatever a step learns from was worked out by
models that those sessions had no part in: all is cross-fitted.

Shipped: nothing is learned from these sessions. The pair model of `models/pairs` says how well two products
go together, meaning, words, parts of words and topics how alike they are; what hangs together does so better
than the session's mean pair, and where nothing does the best pair is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it ships no types
from sklearn.pipeline import Pipeline, make_pipeline  # type: ignore[import-untyped]  # it ships no types
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]  # it ships no types

from evals.bundles.baselines import Likeness, top_pair
from evals.bundles.deciding import Counts, decide
from evals.bundles.features import PairFeatures, Square, Titles, between, pair_features, stacked
from evals.bundles.sessions import Group, Session
from evals.bundles.subsets import candidates, jaccards, rows_of, set_features
from finetune.pairs.fitting import BELONGING, Form, fit
from retrieval.relations.pair_model import PairModel

FOLDS = 3

BOOSTING: dict[str, Any] = {
    "n_estimators": 200,
    "learning_rate": 0.03,
    "num_leaves": 8,
    "min_child_samples": 60,
    "subsample": 0.6,
    "subsample_freq": 1,
    "colsample_bytree": 0.3,
    "reg_lambda": 20,
    "verbose": -1,
    "n_jobs": 1,
}

OF_GROUPS: dict[str, Any] = {
    **BOOSTING,
    "n_estimators": 150,
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_child_samples": 200,
    "colsample_bytree": 0.4,
    "max_bin": 63,
}

#: So many groups that are no bundle teach for each session, the others by weight.
WRONG_ONES = 150

#: A Jaccard above it is 1, rounded.
SAME = 0.999

#: The likenesses that a group is seen by, beside the likelihood of its pairs.
SEEN_BY = ("meaning", "parts", "learned")

#: All ways in which titles are alike to a degree. Mixing more than meaning was decided on training sessions,
#: no weight is.
LIKENESSES = ("meaning", "words", "parts", "topics")


def linked(alike: Likeness, threshold: float) -> list[Group]:
    """Average linkage: groups whose members are on average at least so alike."""
    if len(alike) < 2:
        return []
    top = max(1.0, float(alike.max()))
    distance = squareform(top - (alike + alike.T) / 2, checks=False)
    label = fcluster(linkage(distance, "average"), top - threshold, "distance")
    groups = (frozenset(np.flatnonzero(label == number).tolist()) for number in np.unique(label))
    return [group for group in groups if len(group) > 1]


def bundled(session: Session) -> NDArray[np.float64]:
    """1 for each pair that some true bundle holds; each pair once."""
    size = len(session.titles)
    together = np.zeros((size, size))
    for bundle in session.bundles:
        together[np.ix_(sorted(bundle), sorted(bundle))] = 1.0
    return between(together)


@dataclass(slots=True, eq=False)
class _Likelihood:
    """The mean of two models of pair features."""

    plain: Pipeline
    boosted: LGBMClassifier

    def of(self, features: PairFeatures) -> Square:
        pairs = between(features.matrix)
        both = [np.asarray(model.predict_proba(pairs))[:, 1] for model in (self.plain, self.boosted)]
        mean = np.mean(both, axis=0)
        size = len(features.matrix)
        found = np.zeros((size, size))
        found[np.triu_indices(size, 1)] = mean
        whole: Square = found + found.T + np.eye(size)
        return whole


class Generator:
    """Fitted on sessions; `titles` holds the texts of all sessions it will ever see."""

    def __init__(self, titles: Titles, train: Sequence[Session], seed: int) -> None:
        self._titles = titles
        self._seed = seed
        self._counts = Counts.of(train)
        fold = np.random.default_rng(seed).integers(0, FOLDS, len(train))
        forms = [
            self._form([session for session, other in zip(train, fold, strict=True) if other != number])
            for number in range(FOLDS)
        ]
        features = [
            self._features(session, forms[number]) for session, number in zip(train, fold, strict=True)
        ]
        labels = [bundled(session) for session in train]
        self._form_of_all = self._form(train)
        self._likelihood = _likelihood(features, labels, seed)
        crossed = _crossed(features, labels, fold, seed)
        self._of_groups = _of_groups(train, crossed, features, seed)

    def groups(self, session: Session) -> list[Group]:
        features = self._features(session, self._form_of_all)
        likelihood = self._likelihood.of(features)
        members = candidates(likelihood)
        seen = set_features(members, _squares(likelihood, features))
        worth = np.asarray(self._of_groups.predict_proba(seen))[:, 1]
        draw = np.random.default_rng(self._seed)
        return decide(members, worth, self._counts.likely(len(likelihood)), draw)

    def _form(self, sessions: Sequence[Session]) -> Form:
        vectors = [self._titles.vectors(session) for session in sessions]
        starts = np.cumsum([0, *(len(rows) for rows in vectors)])[:-1]
        pairs = [
            np.stack(np.triu_indices(len(rows), 1), axis=1) + start
            for rows, start in zip(vectors, starts, strict=True)
        ]
        wanted = np.concatenate([bundled(session) for session in sessions]).astype(np.float32)
        return fit(np.concatenate(vectors), np.concatenate(pairs), wanted, self._seed, BELONGING)

    def _features(self, session: Session, form: Form) -> PairFeatures:
        rows = self._titles.vectors(session)
        learned = (rows @ form.matrix @ rows.T + form.bias).astype(np.float64)
        return pair_features({**self._titles.alike(session), "learned": learned})


def _squares(likelihood: Square, features: PairFeatures) -> list[Square]:
    return [likelihood, *(features.alike[name] for name in SEEN_BY)]


def _of_groups(
    train: Sequence[Session], likelihoods: Sequence[Square], features: Sequence[PairFeatures], seed: int
) -> LGBMClassifier:
    """How likely a group is a bundle."""
    draw = np.random.default_rng(seed)
    seen, wanted, weight = [], [], []
    for session, likelihood, each in zip(train, likelihoods, features, strict=True):
        members = candidates(likelihood)
        true = jaccards(members, rows_of(session.bundles, len(likelihood))).max(axis=1) > SAME
        right, wrong = np.flatnonzero(true), np.flatnonzero(~true)
        drawn = draw.choice(wrong, min(WRONG_ONES, len(wrong)), replace=False)
        taken = np.concatenate([right, drawn])
        seen.append(set_features(members, _squares(likelihood, each))[taken])
        wanted.append(true[taken])
        weight.append(np.where(true[taken], 1.0, len(wrong) / max(1, len(drawn))))
    return LGBMClassifier(**OF_GROUPS, random_state=seed).fit(
        np.concatenate(seen), np.concatenate(wanted), sample_weight=np.concatenate(weight)
    )


def _likelihood(
    features: Sequence[PairFeatures], labels: Sequence[NDArray[np.float64]], seed: int
) -> _Likelihood:
    pairs, wanted = stacked(features), np.concatenate(labels)
    weight = np.concatenate([np.full(len(each), len(each) ** -0.5) for each in labels])
    plain = make_pipeline(StandardScaler(), LogisticRegression(C=0.02, max_iter=1000)).fit(pairs, wanted)
    boosted = LGBMClassifier(**BOOSTING, random_state=seed).fit(pairs, wanted, sample_weight=weight)
    return _Likelihood(plain, boosted)


def _crossed(
    features: Sequence[PairFeatures],
    labels: Sequence[NDArray[np.float64]],
    fold: NDArray[np.int64],
    seed: int,
) -> list[Square]:
    """Likelihoods of sessions by models that they had no part in."""
    found: dict[int, Square] = {}
    for number in range(FOLDS):
        others = np.flatnonzero(fold != number).tolist()
        held = np.flatnonzero(fold == number).tolist()
        model = _likelihood([features[k] for k in others], [labels[k] for k in others], seed)
        found |= {k: model.of(features[k]) for k in held}
    return [found[k] for k in range(len(features))]


class Shipped:
    """What the repository ships, as it is: the pair model's promise and all `LIKENESSES`, evenly mixed."""

    def __init__(self, titles: Titles, model: PairModel) -> None:
        self._titles = titles
        self._model = model

    def groups(self, session: Session) -> list[Group]:
        rows = self._titles.meaning(session)
        promise = (rows @ self._model.matrix @ rows.T + self._model.bias).astype(np.float64)
        likenesses = self._titles.alike(session)
        seen = [promise, *(likenesses[name] for name in LIKENESSES)]
        alike = np.mean([_standard(square) for square in seen], axis=0)
        return linked(alike, 0.0) or top_pair(alike)


def _standard(square: Square) -> Square:
    """Against the session's own pairs: 0 is their mean, 1 one standard deviation above it."""
    pairs = between(square)
    if len(pairs) < 2:
        return np.ones_like(square)
    found: Square = (square - pairs.mean()) / (pairs.std() + 1e-6)
    return found
