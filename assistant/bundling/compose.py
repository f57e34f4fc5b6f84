"""Composes bundles: one candidate for each slot, the best that budget, stock and compatibility allow.

Exact: `optimal` is True where nothing better exists, else the search hit its limit and `gap` says how much
better the best could be at most (in the score's unit). Several bundles are different in what matters: the
main slot (the first required one that is free) or at least half of the required ones, and one of them is of
a cheaper tier where there is a good one.

Errors: `CurrencyMismatch` where budget and prices are not of one currency, `ValueError` for two slots of
one name. It reads no clock and no record; `Limits.expired` may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from assistant.bundling import infeasibility
from assistant.bundling.branch_and_bound import TOLERANCE, Difference, Limits, Solution, solve
from assistant.bundling.dominance import prune
from assistant.bundling.instance import Instance, Together, build
from assistant.bundling.values import Candidate, Choice, Infeasible, Problem, SlotChoice
from shop.money import CurrencyMismatch, Money

#: A cheaper tier costs this much of the best bundle, or less, and scores this much of it, or more.
CHEAPER, CHEAPER_WORTH = Fraction(4, 5), 0.7

#: Any further bundle scores this much of the best one, or more: a poor choice is no choice.
WORTH = 0.6


def compose(
    problem: Problem, count: int = 3, limits: Limits | None = None
) -> tuple[Choice, ...] | Infeasible:
    """Up to `count` distinct bundles, best first; `Infeasible` where there is none at all."""
    currency = _currency(problem)
    obstacle = infeasibility.without_candidates(problem)
    if obstacle is not None:
        return obstacle
    limits = limits or Limits()
    instance = build([_usable(choice) for choice in problem.slots], problem.together, problem.deals)
    budget = problem.budget.amount if problem.budget else None
    best = _solve(instance, budget, (), limits)
    if best is None:
        return _without_search(instance, budget, currency, limits)
    choices = [_choice(*best, currency)]
    while len(choices) < count:
        further = _further(instance, budget, choices, cheaper=len(choices) == count - 1, limits=limits)
        if further is None:
            break
        choices.append(_choice(*further, currency))
    return tuple(choices)


def _without_search(
    instance: Instance, budget: int | None, currency: str, limits: Limits
) -> tuple[Choice, ...] | Infeasible:
    """The search found nothing: says why, or hands out the cheapest set where it was only out of time."""
    cheapest = infeasibility.cheapest(instance, limits)
    if cheapest.items and (budget is None or cheapest.total <= budget):
        picks = instance.picks(cheapest.items)
        return (_choice(instance, Solution(picks, instance.score(picks), 1.0, complete=False), currency),)
    return infeasibility.explain(instance, cheapest, currency, limits)


def _usable(choice: SlotChoice) -> SlotChoice:
    return replace(choice, candidates=infeasibility.usable(choice))


def rate(choices: Sequence[SlotChoice], items: Mapping[str, Candidate], together: Together) -> float:
    """The score of a set as it stands, whatever its limits; slots that hold nothing count as empty."""
    held = [
        replace(choice, candidates=(items[choice.slot.name],))
        if choice.slot.name in items
        else SlotChoice(replace(choice.slot, required=False), ())
        for choice in choices
    ]
    instance = build(held, together)
    return instance.score(instance.picks(items))


def _further(
    instance: Instance, budget: int | None, choices: Sequence[Choice], *, cheaper: bool, limits: Limits
) -> tuple[Instance, Solution] | None:
    """The best bundle that differs from all of `choices`, of a cheaper tier if wanted and possible."""
    tier = int(choices[0].total.amount * CHEAPER)
    if cheaper and all(choice.total.amount > tier for choice in choices):
        found = _solve(instance, tier if budget is None else min(tier, budget), choices, limits)
        if found is not None and found[1].score >= CHEAPER_WORTH * choices[0].score - TOLERANCE:
            return found
    found = _solve(instance, budget, choices, limits)
    return found if found is not None and found[1].score >= WORTH * choices[0].score - TOLERANCE else None


def _solve(
    instance: Instance, budget: int | None, others: Sequence[Choice], limits: Limits
) -> tuple[Instance, Solution] | None:
    smaller = prune(instance, len(others))
    differences = [_difference(smaller, other) for other in others]
    solution = solve(smaller, budget, differences, limits)
    if solution.picks is None or not smaller.chosen(solution.picks):
        return None
    return smaller, solution


def _difference(instance: Instance, other: Choice) -> Difference:
    """Counts the slots that hold another product than in `other`; the main slot alone is enough."""
    free = [number for number, choice in enumerate(instance.slots) if not choice.locked]
    counted = [number for number in free if instance.slots[number].slot.required] or free
    least = max(1, (len(counted) + 1) // 2)
    weights = np.zeros(len(instance.options), dtype=np.int64)
    for number in counted:
        taken = other.items.get(instance.slots[number].slot.name)
        for row in range(*instance.span(number).indices(len(weights))):
            option = instance.options[row]
            same = (option.product_id if option else None) == (taken.product_id if taken else None)
            weights[row] = 0 if same else (least if number == counted[0] else 1)
    return Difference(weights, least)


def _choice(instance: Instance, solution: Solution, currency: str) -> Choice:
    picks = solution.picks or ()
    score = instance.score(picks)
    return Choice(
        items=instance.chosen(picks),
        total=Money(instance.total(picks), currency),
        score=score,
        optimal=solution.complete,
        gap=0.0 if solution.complete else max(0.0, solution.bound - score),
    )


def _currency(problem: Problem) -> str:
    """The one currency of the budget and all prices."""
    names = [choice.slot.name for choice in problem.slots]
    if len(set(names)) < len(names):
        raise ValueError(f"slot names are not unique: {', '.join(names)}")
    found = {c.price.currency for choice in problem.slots for c in choice.candidates}
    if problem.budget is not None:
        found.add(problem.budget.currency)
    if len(found) > 1:
        raise CurrencyMismatch(f"a bundle has one currency; these met: {', '.join(sorted(found))}")
    return next(iter(found), "")
