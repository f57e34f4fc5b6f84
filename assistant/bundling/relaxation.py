"""Upper bounds on what the open slots of an `Instance` can still bring.

For each open slot the best that any option could bring counts: its own value, its pairs with what is
chosen, and half of its best pair with every other open slot (the other half is counted there, so no pair is
undercounted). Under a budget each option is charged its price times a multiplier taken from the linear
relaxation (Lagrange: any multiplier of 0 or more gives a true bound), so that what is dear counts for less
where money is short.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.bundling.instance import Floats, Instance

#: More than any sum of prices.
UNLIMITED = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """`gains` is each option's value with its halves, minus infinity where it can never be chosen.

    `halves[s]` is each option's half of its best pair in slot `s`, `later[s]` the sum of them over the slots
    after `s`; `tails[s]` prices the slots from `s` on.
    """

    instance: Instance
    gains: Floats
    halves: Floats
    later: Floats
    tails: tuple["Tail", ...]

    def bounds(self, first: int, gains: Floats, money: NDArray[np.int64]) -> Floats:
        """For each row of `gains` (the options from slot `first` on), the most that they can add up to."""
        if not len(gains):
            return np.zeros(0)
        tail = self.tails[first]
        multipliers = tail.multipliers(money)
        charged = gains - multipliers[:, None] * self.instance.price[self.instance.starts[first] :]
        best: Floats = np.maximum.reduceat(charged, tail.edges, axis=1).sum(axis=1) + multipliers * money
        return best


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """The slots from one on, relaxed: each may take a mix of two options.

    `cheapest` is their least total; spending `spent[k]` beyond it, the next minor unit brings `slopes[k]`.
    `edges` are where their options begin.
    """

    cheapest: int
    spent: Floats
    slopes: Floats
    edges: NDArray[np.intp]

    def multipliers(self, money: NDArray[np.int64]) -> Floats:
        """What one more minor unit brings where `money` runs out; 0 where it does not."""
        slopes: Floats = self.slopes[np.searchsorted(self.spent, money - self.cheapest, side="right")]
        return slopes


def relax(instance: Instance) -> Relaxation:
    slots = range(len(instance.slots))
    halves = np.array([_best_pairs(instance, slot) / 2 for slot in slots])
    gains = instance.value + halves.sum(axis=0)
    # An option that excludes all of another slot is dead: its halves must not be taken off again, minus
    # infinity less minus infinity is no number.
    halves = np.where(np.isneginf(halves), 0.0, halves)
    later = halves[::-1].cumsum(axis=0)[::-1] - halves
    return Relaxation(instance, gains, halves, later, tuple(_tail(instance, slot, gains) for slot in slots))


def _best_pairs(instance: Instance, slot: int) -> Floats:
    """Each option's best pair with an option of `slot`; 0 for the slot's own."""
    span = instance.span(slot)
    best: Floats = instance.pair[:, span].max(axis=1)
    best[span] = 0.0
    return best


def _tail(instance: Instance, first: int, gains: Floats) -> Tail:
    cheapest = 0
    steps: list[tuple[int, float]] = []
    for slot in range(first, len(instance.slots)):
        lowest, rises = _hull(instance.price[instance.span(slot)], gains[instance.span(slot)])
        cheapest += lowest
        steps += rises
    steps.sort(key=lambda step: -step[1] / step[0])
    spent = np.cumsum([float(cost) for cost, _ in steps])
    slopes = np.array([gain / cost for cost, gain in steps] + [0.0])
    edges = np.array(instance.starts[first:-1]) - instance.starts[first]
    return Tail(cheapest, spent, slopes, edges)


def _hull(prices: NDArray[np.int64], gains: Floats) -> tuple[int, list[tuple[int, float]]]:
    """The cheapest price, and the steps (more money, more gain) up the upper concave hull."""
    alive = np.isfinite(gains)
    points = sorted(
        zip(prices[alive].tolist(), gains[alive].tolist(), strict=True), key=lambda p: (p[0], -p[1])
    )
    hull: list[tuple[int, float]] = []
    for price, gain in points:
        if hull and gain <= hull[-1][1]:
            continue
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) <= _slope(hull[-1], (price, gain)):
            hull.pop()
        hull.append((price, gain))
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(hull)]
    return (points[0][0] if points else UNLIMITED), steps


def _slope(a: tuple[int, float], b: tuple[int, float]) -> float:
    return (b[1] - a[1]) / (b[0] - a[0])
