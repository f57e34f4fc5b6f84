"""Why there is no bundle: the limit that is in the way, and the cheapest total that is possible.

Reasons, as codes: `no_slots` (nothing is asked for), `no_candidates` (a required slot has nothing that
fits it), `stock` (not enough of anything in a slot), `budget` (the cheapest possible costs more),
`compatibility` (whatever is taken, two of them exclude each other), `undecided` (the search hit its limit
before it knew).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.bundling.branch_and_bound import Limits, solve
from assistant.bundling.dominance import prune
from assistant.bundling.instance import Floats, Instance, only
from assistant.bundling.values import Candidate, Infeasible, Problem, SlotChoice
from shop.money import Money


@dataclass(frozen=True, slots=True)
class Cheapest:
    """The cheapest way to fill all required slots, whatever the budget.

    `items` None: there is none, or (not `complete`) the limit was hit before one was found. `total` is in
    minor units.
    """

    items: Mapping[str, Candidate] | None
    total: int
    complete: bool


def without_candidates(problem: Problem) -> Infeasible | None:
    """What can be seen without a search: a slot that has to be filled and cannot be."""
    if not problem.slots:
        return Infeasible("no_slots")
    for choice in problem.slots:
        if choice.slot.required and not usable(choice):
            return Infeasible("stock" if choice.candidates else "no_candidates", choice.slot.name)
    if not any(usable(choice) for choice in problem.slots):
        return Infeasible("no_candidates", problem.slots[0].slot.name)
    return None


def usable(choice: SlotChoice) -> tuple[Candidate, ...]:
    """The candidates of which there are enough."""
    return tuple(c for c in choice.candidates if c.stock is None or c.stock >= choice.slot.quantity)


def cheapest(instance: Instance, limits: Limits) -> Cheapest:
    required = _required(instance)
    if not required:
        return Cheapest({}, 0, complete=True)
    smaller = prune(only(instance, required, -instance.price.astype(np.float64)))
    found = solve(smaller, None, limits=limits)
    if found.picks is None:
        return Cheapest(None, 0, found.complete)
    return Cheapest(smaller.chosen(found.picks), smaller.total(found.picks), found.complete)


def explain(instance: Instance, found: Cheapest, currency: str, limits: Limits) -> Infeasible:
    """For a problem without a solution; `found` is its cheapest set whatever the budget."""
    if found.items is None:
        return (
            Infeasible("compatibility", _culprit(instance, limits))
            if found.complete
            else Infeasible("undecided")
        )
    total = found.total
    if not found.items:
        filled = [row for row, option in enumerate(instance.options) if option is not None]
        total = int(instance.price[filled].min())
    return Infeasible("budget", cheapest_total=Money(total, currency))


def _culprit(instance: Instance, limits: Limits) -> str | None:
    """A slot without which the rest fits together; the shopper's own locked choices are named last."""
    required = _required(instance)
    nothing: Floats = np.zeros(len(instance.options))
    for slot in sorted(required, key=lambda number: instance.slots[number].locked):
        rest = [other for other in required if other != slot]
        if rest and solve(prune(only(instance, rest, nothing)), None, limits=limits).picks is not None:
            return instance.slots[slot].slot.name
    return None


def _required(instance: Instance) -> list[int]:
    return [slot for slot, choice in enumerate(instance.slots) if choice.slot.required]
