"""Fits the scorer: a listwise softmax over each query's candidates, with positive weights and a prior.

The loss is ListNet's (Cao et al., ICML 2007): cross entropy between what the gains say and what the scores
say of which candidate stands first. Weights are bounded below by 0, and `strength` times their squared
distance to a prior is added: few judgements may only correct what much weaker data says.
"""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from finetune.scorer_data import Example
from retrieval.features import NAMES
from retrieval.scorer import POWERS, terms

Weights = npt.NDArray[np.float64]

FOLDS = 5
MOST_STEPS = 300

#: Equal powers: what is believed before any data.
EVEN: Weights = np.array([2.0 if name in POWERS else 0.0 for name in NAMES])


def fit(
    examples: Sequence[Example], prior: Weights, strength: float, *, without: Sequence[str] = ()
) -> Weights:
    """Weights in the order of `NAMES`; features in `without` weigh nothing."""
    data = [(terms(each.values), each.gains / each.gains.sum()) for each in examples if each.gains.any()]
    bounds = [(0.0, 0.0) if name in without else (0.0, None) for name in NAMES]
    start = np.array(
        [0.0 if name in without else max(weight, 0.01) for name, weight in zip(NAMES, prior, strict=True)]
    )

    def loss(weights: Weights) -> tuple[float, Weights]:
        total, slope = 0.0, np.zeros_like(weights)
        for values, wanted in data:
            scores = values @ weights
            scores = scores - scores.max()
            likely = np.exp(scores) / np.exp(scores).sum()
            total -= float(wanted @ np.log(np.maximum(likely, 1e-12)))
            slope -= values.T @ (wanted - likely)
        away = weights - prior
        return total / len(data) + strength * float(away @ away), slope / len(data) + 2 * strength * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": MOST_STEPS})
    weights: Weights = np.round(found.x, 4)
    return weights


def key(query: str) -> str:
    """Tells a query without saying it."""
    return sha256(query.encode()).hexdigest()[:16]


def folds(queries: Sequence[str]) -> dict[str, int]:
    """The fold of each query, by its `key`: the same query is in the same fold, whatever else there is."""
    return {key(query): int(key(query), 16) % FOLDS for query in queries}


def cross_fitted(
    examples: Sequence[Example], prior: Weights, strength: float, *, without: Sequence[str] = ()
) -> list[Weights]:
    """Weights for each fold, fitted on the others."""
    fold = folds([example.query for example in examples])
    return [
        fit(
            [each for each in examples if fold[key(each.query)] != left_out], prior, strength, without=without
        )
        for left_out in range(FOLDS)
    ]
