"""Composing problems of the hard, real kind: dearer is better, and the budget is short.

Where what is dear is no better, pruning leaves little to search; here it leaves almost everything.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np

from assistant.bundling.instance import pair_key
from assistant.bundling.values import Candidate, Problem, SlotChoice
from assistant.intent import Slot
from shop.money import Money

CURRENCY = "EUR"

#: The budget, as a share of what the dearest of each slot cost together.
SHORT = 0.55


def dearer_is_better(slots: int, candidates: int, draw: np.random.Generator) -> Problem:
    choices = tuple(
        SlotChoice(
            Slot(f"slot-{slot}", f"slot {slot}", required=slot < max(2, slots - 1)),
            tuple(_candidate(slot, place, candidates, draw) for place in range(candidates)),
        )
        for slot in range(slots)
    )
    dearest = sum(max(each.price.amount for each in choice.candidates) for choice in choices)
    return Problem(choices, Money(int(SHORT * dearest), CURRENCY), _together(choices, draw))


def too_dear(problem: Problem) -> Problem:
    """The same with less money than the cheapest of each required slot cost."""
    cheapest = sum(
        min(each.price.amount for each in choice.candidates)
        for choice in problem.slots
        if choice.slot.required
    )
    return replace(problem, budget=Money(cheapest - 1, CURRENCY))


def sold_out(problem: Problem) -> Problem:
    """The same, with nothing of the first slot left."""
    first = problem.slots[0]
    gone = replace(first, candidates=tuple(replace(each, stock=0) for each in first.candidates))
    return replace(problem, slots=(gone, *problem.slots[1:]))


def apart(problem: Problem) -> Problem:
    """The same, where nothing of the first two slots fits together."""
    one, other, *rest = problem.slots
    needs = replace(one, candidates=tuple(replace(c, requires={"mount": "A"}) for c in one.candidates))
    gives = replace(other, candidates=tuple(replace(c, provides={"mount": "B"}) for c in other.candidates))
    return replace(problem, slots=(needs, gives, *rest), budget=None)


def _candidate(slot: int, place: int, candidates: int, draw: np.random.Generator) -> Candidate:
    price = int(1_000 * (slot + 1) * (1 + 3 * (place + draw.random()) / candidates))
    good = 0.2 + 0.7 * place / candidates + 0.1 * draw.random()
    return Candidate(
        product_id=f"p{slot}-{place}",
        variant_id=f"v{slot}-{place}",
        title=f"product {slot}-{place}",
        price=Money(price, CURRENCY),
        relevance=round(good, 6),
        quality=round(float(draw.random()), 6),
    )


def _together(choices: tuple[SlotChoice, ...], draw: np.random.Generator) -> dict[tuple[str, str], float]:
    pairs = (
        pair_key(a.product_id, b.product_id)
        for one, other in combinations(choices, 2)
        for a in one.candidates
        for b in other.candidates
    )
    return {pair: round(float(draw.random()) * 0.8, 6) for pair in pairs if draw.random() < 0.4}
