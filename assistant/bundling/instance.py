"""A composing problem as numbers: what the search works on.

Every slot has its options in one long row: option `k` has a price (times the slot's quantity), a value of
its own, and `pair[k, l]` with every other option, which is minus infinity where the two exclude each other
(incompatible, or one product twice). An optional slot has one more option, the last: staying empty.

The score is in 0 to 1. A filled slot earns `FILLED` for being there, and shares of `RELEVANCE`, `QUALITY`
and `TOGETHER`; the pairs' share is scaled by the number of slots, so that a large bundle is judged by the
same balance as a small one. An empty slot earns nothing, which is what its absence costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.bundling import compatibility
from assistant.bundling.values import Candidate, Deals, SlotChoice

FILLED, RELEVANCE, QUALITY, TOGETHER = 0.20, 0.40, 0.15, 0.25

Together = Mapping[tuple[str, str], float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """`options[starts[i]:starts[i + 1]]` are the options of slot `i`; None is the empty one."""

    slots: tuple[SlotChoice, ...]
    options: tuple[Candidate | None, ...]
    starts: tuple[int, ...]
    price: NDArray[np.int64]
    value: Floats
    pair: Floats
    deals: Deals | None = None

    def span(self, slot: int) -> slice:
        return slice(self.starts[slot], self.starts[slot + 1])

    def gross(self, picks: Sequence[int]) -> int:
        """The sum of the prices, in minor units."""
        return int(self.price[list(picks)].sum())

    def total(self, picks: Sequence[int]) -> int:
        """What is paid in the end, in minor units: less what promotions take off several items at once."""
        if self.deals is None:
            return self.gross(picks)
        quantities = (choice.slot.quantity for choice in self.slots)
        held = zip((self.options[pick] for pick in picks), quantities, strict=True)
        return self.deals.total([(option, quantity) for option, quantity in held if option is not None])

    def score(self, picks: Sequence[int]) -> float:
        rows = list(picks)
        pairs = np.triu(self.pair[np.ix_(rows, rows)], 1).sum()
        return float(self.value[rows].sum() + pairs)

    def picks(self, items: Mapping[str, Candidate]) -> tuple[int, ...]:
        """The rows of these items, the empty option where a slot is missing; the reverse of `chosen`."""
        return tuple(
            next(row for row in range(start, end) if self.options[row] is items.get(choice.slot.name))
            for choice, (start, end) in zip(self.slots, pairwise(self.starts), strict=True)
        )

    def chosen(self, picks: Sequence[int]) -> dict[str, Candidate]:
        """Slot name -> candidate, in the order of the slots; empty slots are left out."""
        named = zip(self.slots, (self.options[pick] for pick in picks), strict=True)
        return {choice.slot.name: option for choice, option in named if option is not None}


def build(slots: Sequence[SlotChoice], together: Together, deals: Deals | None = None) -> Instance:
    """Candidates must be usable already (stock, currency); `pair` is filled in for all of them."""
    options: list[Candidate | None] = []
    starts = [0]
    for choice in slots:
        options += choice.candidates if choice.slot.required else (*choice.candidates, None)
        starts.append(len(options))
    quantities = [
        choice.slot.quantity
        for choice, (start, end) in zip(slots, pairwise(starts), strict=True)
        for _ in range(start, end)
    ]
    price = np.array(
        [
            option.price.amount * times if option else 0
            for option, times in zip(options, quantities, strict=True)
        ],
        dtype=np.int64,
    )
    value = np.array([own_value(option) / len(slots) for option in options], dtype=np.float64)
    pair = _pairs(options, starts, together)
    return Instance(tuple(slots), tuple(options), tuple(starts), price, value, pair, deals)


def keep(instance: Instance, kept: NDArray[np.bool_]) -> Instance:
    """The same problem with only the options that `kept` marks."""
    rows = np.flatnonzero(kept)
    starts = tuple(int(count) for count in np.searchsorted(rows, instance.starts))
    return Instance(
        instance.slots,
        tuple(instance.options[row] for row in rows),
        starts,
        instance.price[rows],
        instance.value[rows],
        instance.pair[np.ix_(rows, rows)],
        instance.deals,
    )


def only(instance: Instance, slots: Sequence[int], value: Floats) -> Instance:
    """The given slots alone, with another value for each option of the whole instance, and without worth
    in pairs: two options exclude each other or they do not."""
    kept = np.zeros(len(instance.options), dtype=bool)
    for slot in slots:
        kept[instance.span(slot)] = True
    rows = np.flatnonzero(kept)
    sizes = [instance.starts[slot + 1] - instance.starts[slot] for slot in slots]
    pair = instance.pair[np.ix_(rows, rows)]
    return Instance(
        tuple(instance.slots[slot] for slot in slots),
        tuple(instance.options[row] for row in rows),
        (0, *accumulate(sizes)),
        instance.price[rows],
        value[rows],
        np.where(np.isneginf(pair), pair, 0.0),
        instance.deals,
    )


def own_value(option: Candidate | None) -> float:
    if option is None:
        return 0.0
    return FILLED + RELEVANCE * option.relevance + QUALITY * option.quality


def _pairs(options: Sequence[Candidate | None], starts: Sequence[int], together: Together) -> Floats:
    """Symmetric; 0 within one slot, where only one option is ever taken."""
    matrix = np.zeros((len(options), len(options)))
    slots = len(starts) - 1
    weight = 2 * TOGETHER / (slots * (slots - 1)) if slots > 1 else 0.0
    clashes = Clashes()
    for start, end in pairwise(starts):
        for row in range(start, end):
            one = options[row]
            if one is None:
                continue
            for column in range(end, len(options)):
                other = options[column]
                if other is not None:
                    worth = weight * together.get(pair_key(one.product_id, other.product_id), 0.0)
                    matrix[row, column] = -np.inf if clashes.between(one, other) else worth
    return matrix + matrix.T


class Clashes:
    """Which candidates cannot stand in one bundle; each pair of products is looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bool] = {}

    def between(self, a: Candidate, b: Candidate) -> bool:
        if a.product_id == b.product_id:
            return True
        if not (a.requires and b.provides) and not (b.requires and a.provides):
            return False
        key = pair_key(a.product_id, b.product_id)
        if key not in self._known:
            self._known[key] = compatibility.pair(a, b).status == "incompatible"
        return self._known[key]


def pair_key(a: str, b: str) -> tuple[str, str]:
    """Two product ids in the order that `Problem.together` has them."""
    return (a, b) if a < b else (b, a)
