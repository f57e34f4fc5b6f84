"""The same problem solved by others: CP-SAT, and trying everything. Neither shares code with the composer's
search; both take the score as `assistant.bundling.instance` describes it."""

from itertools import combinations, product

import numpy as np
from ortools.sat.python import cp_model

from assistant.bundling import compatibility
from assistant.bundling.instance import FILLED, QUALITY, RELEVANCE, TOGETHER, pair_key
from assistant.bundling.values import Candidate, Problem, SlotChoice

#: CP-SAT adds whole numbers.
SCALE = 10_000_000


def value(problem: Problem, option: Candidate) -> float:
    return (FILLED + RELEVANCE * option.relevance + QUALITY * option.quality) / len(problem.slots)


def worth(problem: Problem, a: Candidate, b: Candidate) -> float:
    """What two are worth together; minus infinity where they exclude each other."""
    if a.product_id == b.product_id or compatibility.pair(a, b).status == "incompatible":
        return -np.inf
    slots = len(problem.slots)
    share = 2 * TOGETHER / (slots * (slots - 1)) if slots > 1 else 0.0
    return share * problem.together.get(pair_key(a.product_id, b.product_id), 0.0)


def cp_sat(problem: Problem, seconds: float, *, cheapest: bool = False) -> float | None:
    """The best score (or, with `cheapest`, the least total of the required slots); None where there is none
    or the time was over."""
    model = cp_model.CpModel()
    taken = [[(option, model.new_bool_var("")) for option in _usable(choice)] for choice in problem.slots]
    for choice, options in zip(problem.slots, taken, strict=True):
        chosen = sum(variable for _, variable in options)
        model.add(chosen == 1 if choice.slot.required else chosen <= 1)
    model.add_bool_or([variable for options in taken for _, variable in options])
    cost = sum(
        option.price.amount * choice.slot.quantity * variable
        for choice, options in zip(problem.slots, taken, strict=True)
        for option, variable in options
    )
    gains = [(value(problem, option), variable) for options in taken for option, variable in options]
    for one, other in combinations(taken, 2):
        for (a, first), (b, second) in product(one, other):
            together = worth(problem, a, b)
            if np.isneginf(together):
                model.add_bool_or([first.negated(), second.negated()])
            elif together:
                both = model.new_bool_var("")
                model.add_implication(both, first)
                model.add_implication(both, second)
                gains.append((together, both))
    if cheapest:
        model.minimize(cost)
    else:
        if problem.budget is not None:
            model.add(cost <= problem.budget.amount)
        model.maximize(sum(round(SCALE * gain) * variable for gain, variable in gains))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    if solver.status_name(solver.solve(model)) != "OPTIMAL":
        return None
    return solver.objective_value if cheapest else solver.objective_value / SCALE


def _usable(choice: SlotChoice) -> tuple[Candidate, ...]:
    return tuple(c for c in choice.candidates if c.stock is None or c.stock >= choice.slot.quantity)


def brute_force(problem: Problem) -> float | None:
    """The best score of all sets; None where none is allowed."""
    options = [
        _usable(choice) if choice.slot.required else (*_usable(choice), None) for choice in problem.slots
    ]
    best: float | None = None
    for picked in product(*options):
        held = [(c.slot, item) for c, item in zip(problem.slots, picked, strict=True) if item is not None]
        total = sum(item.price.amount * slot.quantity for slot, item in held)
        if not held or (problem.budget is not None and total > problem.budget.amount):
            continue
        items = [item for _, item in held]
        score = sum(value(problem, item) for item in items)
        score += sum(worth(problem, a, b) for a, b in combinations(items, 2))
        if np.isfinite(score) and (best is None or score > best):
            best = score
    return best
