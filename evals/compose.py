"""`python -m evals compose`: the composer's times and gaps beside CP-SAT and trying everything, in one run.

The gap is the best score less the composer's, as a share of the best: CP-SAT's where it proved it, else what
the composer itself says could still be out there. Of problems without a solution it counts how many are
explained: the right limit named and, where money is short, the cheapest total to the cent.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from assistant.bundle_composing import patience
from assistant.bundling.compose import compose
from assistant.bundling.infeasibility import BUDGET, COMPATIBILITY, STOCK
from assistant.bundling.values import Choice, Infeasible, Problem
from evals.charts import bars, table
from evals.compose_exact import brute_force, cp_sat
from evals.compose_instances import apart, dearer_is_better, sold_out, too_dear
from evals.results import Row, interval, write

#: Slots times candidates; trying everything ends at the first.
SIZES = ((4, 6), (5, 12), (6, 12), (6, 30))

#: How long CP-SAT may look for the best of one problem.
CP_SAT_S = 5.0

#: A problem of this many slots times candidates or fewer is tried whole.
TRIED_WHOLE = 24

METRICS = ("median_ms", "p95_ms", "median_cpu_ms", "gap", "optimal", "explained")

#: Sums of shares rounded to ten millionths differ by less than this.
ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds by the clock, and of this process's work alone: on a busy machine they differ."""

    wall: float
    cpu: float


Times = list[Taken]
Answer = TypeVar("Answer")


class NotComposed(Exception):
    """A problem that has a solution was called infeasible."""

    def __init__(self, size: str, said: Infeasible) -> None:
        super().__init__(f"{size}: {said.reason}")


def measure(out: Path, seed: int, instances: int) -> None:
    draw = np.random.default_rng(seed)
    found: list[Row] = []
    for slots, candidates in SIZES:
        problems = [dearer_is_better(slots, candidates, draw) for _ in range(instances)]
        found += _of_size(f"{slots}x{candidates}", problems, seed)
    found.append(_explained(instances, draw, seed))
    table(found, METRICS)
    write(out, "compose", seed, [], found)
    bars(
        out / "compose.png", [row for row in found if row.metric in METRICS[:2]], METRICS[:2], "milliseconds"
    )


def _of_size(size: str, problems: Sequence[Problem], seed: int) -> list[Row]:
    times, choices = _ours(size, problems)
    three = [_clocked(partial(compose, each, 3, patience(3)))[0] for each in problems]
    exact = [_clocked(partial(cp_sat, each, CP_SAT_S)) for each in problems]
    gaps = [_gap(choice, best) for choice, (_, best) in zip(choices, exact, strict=True)]
    proven = [float(choice.optimal) for choice in choices]
    found = _timed("pairwell", size, times, seed) + _timed("pairwell_three", size, three, seed)
    found += _timed("cp_sat", size, [taken for taken, _ in exact], seed)
    found.append(interval("pairwell", "gap", gaps, _mean, seed, size=size))
    found.append(interval("pairwell", "optimal", proven, _mean, seed, size=size))
    if sum(len(choice.candidates) for choice in problems[0].slots) <= TRIED_WHOLE:
        whole = [_clocked(partial(brute_force, each)) for each in problems]
        behind = [_gap(choice, best) for choice, (_, best) in zip(choices, whole, strict=True)]
        found += _timed("brute_force", size, [taken for taken, _ in whole], seed)
        found.append(interval("brute_force", "gap", behind, _mean, seed, size=size))
    return found


def _ours(size: str, problems: Sequence[Problem]) -> tuple[Times, list[Choice]]:
    """How long one bundle takes, and what came out."""
    times, choices = [], []
    for problem in problems:
        taken, composed = _clocked(partial(compose, problem, 1, patience(1)))
        if isinstance(composed, Infeasible):
            raise NotComposed(size, composed)
        times.append(taken)
        choices.append(composed[0])
    return times, choices


def _gap(choice: Choice, best: float | None) -> float:
    """As a share of the best; CP-SAT's whole numbers are as exact as `ROUNDING`."""
    top = choice.score + choice.gap if best is None else best
    behind = top - choice.score
    return behind / top if behind > ROUNDING else 0.0


def _clocked(run: Callable[[], Answer]) -> tuple[Taken, Answer]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = run()
    return Taken((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000), answer


def _explained(instances: int, draw: np.random.Generator, seed: int) -> Row:
    right = []
    kinds: dict[str, Callable[[Problem], Problem]] = {BUDGET: too_dear, STOCK: sold_out, COMPATIBILITY: apart}
    for reason, spoil in kinds.items():
        for _ in range(instances):
            problem = spoil(dearer_is_better(4, 8, draw))
            said = compose(problem, 1, patience(1))
            good = isinstance(said, Infeasible) and said.reason == reason
            if good and reason == BUDGET and isinstance(said, Infeasible):
                least = cp_sat(problem, CP_SAT_S, cheapest=True)
                good = said.cheapest_total is not None and said.cheapest_total.amount == round(least or -1)
            right.append(float(good))
    return interval("pairwell", "explained", right, _mean, seed, size="infeasible")


def _timed(system: str, size: str, times: Times, seed: int) -> list[Row]:
    wall, cpu = [each.wall for each in times], [each.cpu for each in times]
    return [
        interval(system, "median_ms", wall, _median, seed, size=size),
        interval(system, "p95_ms", wall, lambda values: float(np.percentile(values, 95)), seed, size=size),
        interval(system, "median_cpu_ms", cpu, _median, seed, size=size),
    ]


def _median(values: np.ndarray) -> float:
    return float(np.median(values))


def _mean(values: np.ndarray) -> float:
    return float(values.mean())
