"""Answers as figures: one row for each system and measure, with a bootstrap interval over the cases."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from evals.intents.cases import Case
from evals.intents.histories import earlier_constraints
from evals.intents.judging import nearest
from evals.intents.systems import Answer
from evals.results import Row, interval

#: A measure of judging, and its row's name.
EXACT = {
    "constraints": "constraints_exact",
    "slots": "slots_exact",
    "references": "references_exact",
    "entities": "entities_exact",
    "edits": "edits_exact",
    "cart": "cart_exact",
}
BINS = 10
#: Intents that are no message for a shop: neither side of the out-of-scope question.
UNCERTAIN = frozenset({"other"})

#: A figure of the cases at some places.
Statistic = Callable[[np.ndarray], float]


@dataclass(frozen=True, slots=True)
class Scored:
    """One case with one system's answer. `expected` is the intent it was held against."""

    case: Case
    answer: Answer
    expected: str
    verdicts: Mapping[str, bool | None]

    @property
    def given(self) -> str:
        return str(self.answer.intent["intent"])

    @property
    def errors(self) -> int:
        return sum(verdict is False for verdict in self.verdicts.values())


def scored(case: Case, answer: Answer) -> Scored:
    expected, verdicts = nearest(
        case.alternatives, answer.intent, earlier_constraints(case), partial=case.partial
    )
    # Which measures count is the case's, whichever of its right answers the system is nearest to.
    counted = {
        measure: None if measure not in case.expect else verdict is not False
        for measure, verdict in verdicts.items()
    }
    return Scored(case, answer, expected["intent"], counted)


def rows(system: str, results: Sequence[Scored], seed: int) -> Iterator[Row]:
    """Every figure that these cases allow. The bootstrap draws cases: any statistic has its interval."""

    def row(metric: str, of: Sequence[Scored], statistic: Callable[[Columns], Statistic]) -> Row:
        return interval(system, metric, range(len(of)), _of_places(statistic(Columns(of))), seed)

    yield row("intent_accuracy", results, lambda columns: mean(columns.right))
    yield row("intent_macro_f1", results, macro_f1)
    for measure, metric in EXACT.items():
        judged = [each for each in results if each.verdicts[measure] is not None]
        if judged:
            yield row(metric, judged, partial(held, measure=measure))
    sided = [each for each in results if each.case.expect["intent"] not in UNCERTAIN]
    if 0 < sum(_outside(each) for each in sided) < len(sided):
        yield row("oos_auroc", sided, auroc)
    yield row("calibration_error", results, calibration_error)
    yield row(
        "latency_p50_ms", results, lambda columns: lambda drawn: float(np.median(columns.took_ms[drawn]))
    )
    if any(each.answer.failed for each in results):
        yield row("no_answer", results, lambda columns: mean(columns.failed))


def differences(name: str, ours: Sequence[Scored], theirs: Sequence[Scored], seed: int) -> Iterator[Row]:
    """Paired differences of what can be right or wrong, over the cases that both have answered."""
    others = {id(each.case): each for each in theirs}
    both = [(one, others[id(one.case)]) for one in ours if id(one.case) in others]
    for measure, metric in {"intent": "intent_accuracy", **EXACT}.items():
        pairs = [
            float(bool(one.verdicts[measure])) - float(bool(other.verdicts[measure]))
            for one, other in both
            if one.verdicts[measure] is not None and other.verdicts[measure] is not None
        ]
        if pairs:
            yield interval(name, metric, pairs, lambda values: float(values.mean()), seed)


class Columns:
    """Answers as arrays, a case a place."""

    def __init__(self, results: Sequence[Scored]) -> None:
        self._results = results
        labels = sorted({each.expected for each in results} | {each.given for each in results})
        code = {label: number for number, label in enumerate(labels)}
        self.labels = len(labels)
        self.expected = np.array([code[each.expected] for each in results])
        self.given = np.array([code[each.given] for each in results])
        self.confidence = np.array([float(each.answer.intent["confidence"]) for each in results])
        self.ranking = np.array([each.answer.out_of_scope for each in results])
        self.outside = np.array([_outside(each) for each in results])
        self.took_ms = np.array([each.answer.took_ms for each in results])
        self.failed = np.array([float(bool(each.answer.failed)) for each in results])
        self.right = self.held("intent")

    def held(self, measure: str) -> np.ndarray:
        """1 where the measure holds, else 0."""
        return np.array([float(bool(each.verdicts[measure])) for each in self._results])


def mean(values: np.ndarray) -> Statistic:
    return lambda drawn: float(values[drawn].mean())


def held(columns: Columns, measure: str) -> Statistic:
    return mean(columns.held(measure))


def macro_f1(columns: Columns) -> Statistic:
    """Mean F1 over the intents that are expected."""

    def statistic(drawn: np.ndarray) -> float:
        expected, given = columns.expected[drawn], columns.given[drawn]
        wanted = np.bincount(expected, minlength=columns.labels)
        named = np.bincount(given, minlength=columns.labels)
        right = np.bincount(expected[expected == given], minlength=columns.labels)
        there = wanted > 0
        return float((2 * right[there] / (wanted + named)[there]).mean())

    return statistic


def auroc(columns: Columns) -> Statistic:
    """How often an out-of-scope message is ranked above another, ties counted half; one half where a draw
    has only one kind."""

    def statistic(drawn: np.ndarray) -> float:
        outside = columns.outside[drawn]
        many, rest = int(outside.sum()), int((~outside).sum())
        if not many or not rest:
            return 0.5
        _, tied, counts = np.unique(columns.ranking[drawn], return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[tied]
        return float((ranks[outside].sum() - many * (many + 1) / 2) / (many * rest))

    return statistic


def calibration_error(columns: Columns) -> Statistic:
    """Expected calibration error of the intent's confidence, in ten bins of equal width."""
    bins = np.minimum((columns.confidence * BINS).astype(int), BINS - 1)
    gaps = columns.right - columns.confidence
    return lambda drawn: float(np.abs(np.bincount(bins[drawn], gaps[drawn], BINS)).sum() / len(drawn))


def median_ms(columns: Columns) -> Statistic:
    return lambda drawn: float(np.median(columns.took_ms[drawn]))


def _of_places(statistic: Statistic) -> Statistic:
    """A statistic of drawn places, which the bootstrap gives as numbers."""
    return lambda drawn: statistic(drawn.astype(int))


def _outside(each: Scored) -> bool:
    return bool(each.case.expect["intent"] == "out_of_scope")
