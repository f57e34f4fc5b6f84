"""How alike predicted and true groups of one session are.

`matched_f1`, `best_jaccard` and `precision` have to be good at once: a pair alone is precise, the whole
session covers all. `recall` and `coverage` are the published figures of bundle generation (Sun et al., AICL,
SIGIR 2024), where a prediction hits the first true bundle that holds all of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from evals.bundles.sessions import Group, distinct
from evals.results import Row, interval


@dataclass(frozen=True, slots=True)
class Marks:
    """One session's marks: `jaccards` of each true bundle's best prediction, `covered` of each hit."""

    matched_f1: float
    jaccards: tuple[float, ...]
    precision: float
    recall: float
    covered: tuple[float, ...]
    exact: float
    predictions: int


def mark(predicted: Sequence[Group], true: Sequence[Group]) -> Marks:
    """Of a session with at least one true bundle. Without a prediction every mark is 0."""
    groups = distinct(predicted)
    if not groups:
        return Marks(0.0, (0.0,) * len(true), 0.0, 0.0, (), 0.0, 0)
    alike = np.array([[jaccard(group, bundle) for bundle in true] for group in groups])
    rows, columns = linear_sum_assignment(alike, maximize=True)
    hit = [next((bundle for bundle in true if group <= bundle), None) for group in groups]
    covered = tuple(
        len(group) / len(bundle) for group, bundle in zip(groups, hit, strict=True) if bundle is not None
    )
    return Marks(
        matched_f1=2 * float(alike[rows, columns].sum()) / (len(groups) + len(true)),
        jaccards=tuple(alike.max(axis=0).tolist()),
        precision=len(covered) / len(groups),
        recall=len(covered) / len(true),
        covered=covered,
        exact=sum(bundle in groups for bundle in true) / len(true),
        predictions=len(groups),
    )


def jaccard(one: Group, other: Group) -> float:
    return len(one & other) / len(one | other)


def rows(system: str, domain: str, marks: Sequence[Marks], seed: int) -> list[Row]:
    """All figures of one system on one domain, with intervals over sessions."""
    means: dict[str, Callable[[Marks], float]] = {
        "matched_f1": lambda m: m.matched_f1,
        "precision": lambda m: m.precision,
        "recall": lambda m: m.recall,
        "exact": lambda m: m.exact,
        "predictions": lambda m: float(m.predictions),
    }
    ratios: dict[str, Callable[[Marks], tuple[float, ...]]] = {
        "best_jaccard": lambda m: m.jaccards,
        "coverage": lambda m: m.covered,
    }
    found = [
        interval(system, name, [value(each) for each in marks], _mean, seed, domain=domain)
        for name, value in means.items()
    ]
    found += [
        interval(system, name, [(sum(v), len(v)) for v in map(values, marks)], _pooled, seed, domain=domain)
        for name, values in ratios.items()
    ]
    return sorted(found, key=lambda row: ORDER.index(row.metric))


#: As tables show them, the three that count first.
ORDER = ("matched_f1", "best_jaccard", "precision", "recall", "coverage", "exact", "predictions")


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean())


def _pooled(values: NDArray[np.float64]) -> float:
    """The mean over what the sessions hold, of rows (sum, count)."""
    total, count = values.sum(axis=0)
    return float(total / count) if count else 0.0
