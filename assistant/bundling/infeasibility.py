"""Why there is no bundle: the limit that is in the way, and the cheapest total that is possible."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.bundling.branch_and_bound import Limits, Worth, solve
from assistant.bundling.dominance import prune
from assistant.bundling.instance import Floats, Instance, only
from assistant.bundling.values import Candidate, Infeasible, Problem, SlotChoice
from shop.money import Money

#: The reasons, in words that a reply can quote.
NO_SLOTS = "it is not said what is needed"
NO_CANDIDATES = "the shop has nothing that fits"
NOTHING_CHEAPER = "the shop has nothing cheaper of its kind that fits"
NO_CHEAPER_REST = "the shop has nothing cheaper of their kinds that fits"
STOCK = "not enough in stock"
BUDGET = "the budget is too small"
COMPATIBILITY = "what there is does not fit together"
UNDECIDED = "no answer was found in time"


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
        return Infeasible(NO_SLOTS)
    for choice in problem.slots:
        if choice.slot.required and not usable(choice):
            return Infeasible(STOCK if choice.candidates else NO_CANDIDATES, choice.slot.name)
    if not any(usable(choice) for choice in problem.slots):
        return Infeasible(NO_CANDIDATES, problem.slots[0].slot.name)
    return None


def usable(choice: SlotChoice) -> tuple[Candidate, ...]:
    """The candidates of which there are enough."""
    return tuple(c for c in choice.candidates if c.stock is None or c.stock >= choice.slot.quantity)


def cheapest(instance: Instance, limits: Limits) -> Cheapest:
    required = _required(instance)
    if not required:
        return Cheapest({}, 0, complete=True)
    smaller = prune(only(instance, required, -instance.price.astype(np.float64)))
    found = solve(smaller, None, limits=limits, worth=_least_paid(smaller))
    if found.picks is None:
        return Cheapest(None, 0, found.complete)
    return Cheapest(smaller.chosen(found.picks), smaller.total(found.picks), found.complete)


def _least_paid(instance: Instance) -> Worth | None:
    """Where promotions depend on the whole set, the least total is not the least sum of prices."""
    if instance.deals is None:
        return None
    return Worth(lambda picks: -float(instance.total(picks)), float(instance.deals.most_off))


def explain(instance: Instance, found: Cheapest, currency: str, limits: Limits) -> Infeasible:
    """For a problem without a solution; `found` is its cheapest set whatever the budget."""
    if found.items is None:
        return (
            Infeasible(COMPATIBILITY, _culprit(instance, limits)) if found.complete else Infeasible(UNDECIDED)
        )
    total = found.total
    if not found.items:
        filled = [row for row, option in enumerate(instance.options) if option is not None]
        total = int(instance.price[filled].min())
    return Infeasible(BUDGET, cheapest_total=Money(total, currency))


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
