"""What else could stand in each slot of a bundle while the rest of it stays."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from assistant.bundling.infeasibility import usable
from assistant.bundling.instance import Instance, Together, build
from assistant.bundling.values import Candidate, Deals, SlotChoice
from shop.money import Money

MOST = 3


def alternatives(
    choices: Sequence[SlotChoice],
    items: Mapping[str, Candidate],
    budget: Money | None,
    together: Together,
    deals: Deals | None = None,
) -> dict[str, tuple[str, ...]]:
    """For each filled slot up to three product ids, best first: enough in stock, excluded by nothing in
    the bundle, and within the budget."""
    filled = [_with_item(choice, items[choice.slot.name]) for choice in choices if choice.slot.name in items]
    if not filled:
        return {}
    instance = build(filled, together, deals)
    picks = instance.picks(items)
    most = None if budget is None else budget.amount
    return {choice.slot.name: _others(instance, number, picks, most) for number, choice in enumerate(filled)}


def _with_item(choice: SlotChoice, item: Candidate) -> SlotChoice:
    others = (candidate for candidate in usable(choice) if candidate.product_id != item.product_id)
    return replace(choice, slot=replace(choice.slot, required=True), candidates=(item, *others))


def _others(instance: Instance, slot: int, picks: Sequence[int], most: int | None) -> tuple[str, ...]:
    pick = picks[slot]

    def paid(row: int) -> int:
        return instance.total([*picks[:slot], row, *picks[slot + 1 :]])

    gains = instance.value + instance.pair[:, list(picks)].sum(axis=1)
    rows = [
        row
        for row in range(*instance.span(slot).indices(len(gains)))
        if row != pick and np.isfinite(gains[row]) and (most is None or paid(row) <= most)
    ]
    ranked = sorted(rows, key=lambda row: (-gains[row], row))
    products = dict.fromkeys(option.product_id for row in ranked if (option := instance.options[row]))
    return tuple(products)[:MOST]
