"""Composing against CP-SAT, which shares no code with it, on problems of the hard kind; and, slowly, against
trying everything on thousands of small ones."""

from collections.abc import Callable

import numpy as np
import pytest

from assistant.bundling.branch_and_bound import Limits
from assistant.bundling.compose import compose
from assistant.bundling.infeasibility import BUDGET
from assistant.bundling.values import Infeasible, Problem
from evals.compose_exact import brute_force, cp_sat
from evals.compose_instances import apart, dearer_is_better, sold_out, too_dear

SECONDS = 60.0

UNHURRIED = Limits(nodes=10_000_000)


def reached(problem: Problem) -> float | None:
    composed = compose(problem, 1, UNHURRIED)
    if isinstance(composed, Infeasible):
        return None
    assert composed[0].optimal
    return composed[0].score


@pytest.mark.parametrize("seed", range(12))
def test_composing_is_as_good_as_cp_sat_where_dearer_is_better(seed: int) -> None:
    problem = dearer_is_better(4, 8, np.random.default_rng(seed))
    assert reached(problem) == pytest.approx(cp_sat(problem, SECONDS), abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_the_cheapest_total_is_the_one_that_cp_sat_finds(seed: int) -> None:
    problem = too_dear(dearer_is_better(4, 6, np.random.default_rng(seed)))
    said = compose(problem, 1, UNHURRIED)
    assert isinstance(said, Infeasible)
    assert said.reason == BUDGET
    assert said.cheapest_total is not None
    assert said.cheapest_total.amount == cp_sat(problem, SECONDS, cheapest=True)


@pytest.mark.parametrize("spoil", [sold_out, apart])
def test_what_cp_sat_cannot_solve_is_infeasible(spoil: Callable[[Problem], Problem]) -> None:
    problem = spoil(dearer_is_better(3, 5, np.random.default_rng(1)))
    assert cp_sat(problem, SECONDS) is None
    assert reached(problem) is None


@pytest.mark.slow
def test_thousands_of_problems_are_solved_as_by_trying_everything() -> None:
    draw = np.random.default_rng(2)
    for _ in range(3_000):
        slots, candidates = int(draw.integers(2, 5)), int(draw.integers(1, 6))
        problem = dearer_is_better(slots, candidates, draw)
        best = brute_force(problem)
        found = reached(problem)
        assert found == (None if best is None else pytest.approx(best))


@pytest.mark.slow
def test_hundreds_of_larger_problems_are_solved_as_by_cp_sat() -> None:
    draw = np.random.default_rng(3)
    for _ in range(200):
        problem = dearer_is_better(5, 12, draw)
        assert reached(problem) == pytest.approx(cp_sat(problem, SECONDS), abs=1e-5)
