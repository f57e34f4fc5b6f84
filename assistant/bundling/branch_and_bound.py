"""Exact search over an `Instance`: the best set of options, one for each slot, within a budget.

Depth first, slot by slot, the most promising option first. A branch is cut where the relaxation shows that
nothing better is in it; all children of a node are bounded at once, as one matrix. A search that hits its
limit says so, with the highest score that could still have been out there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.bundling.instance import Floats, Instance
from assistant.bundling.relaxation import UNLIMITED, Relaxation, relax

#: Scores closer than this are the same score: the bounds add in another order than the scores.
TOLERANCE = 1e-9

#: To price a whole set takes about as long as so many nodes.
PRICED = 10

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop looking for better: after so many nodes, or when `expired` says so.

    Only the nodes count while no solution is in hand yet: a late answer is better than none.
    """

    nodes: int = 30_000
    expired: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A side condition: the weights of the chosen options sum up to `least` or more."""

    weights: NDArray[np.int64]
    least: int

    def reachable(self, instance: Instance) -> tuple[int, ...]:
        """For each slot, the most weight that the slots after it can add."""
        slots = range(len(instance.slots))
        most = [int(self.weights[instance.span(slot)].max()) for slot in slots]
        return tuple(sum(most[slot + 1 :]) for slot in slots)


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """Another measure than the score: of a whole set, and never more than its score plus `slack`."""

    of: Callable[[Sequence[int]], float]
    slack: float


@dataclass(frozen=True, slots=True)
class Solution:
    """`picks` are row numbers of the instance's options, one for each slot; None: there is no such set.

    `bound` is the highest score that is possible; it is the score itself where the search was complete.
    """

    picks: tuple[int, ...] | None
    score: float
    bound: float
    complete: bool


def solve(
    instance: Instance,
    budget: int | None = None,
    differences: Sequence[Difference] = (),
    limits: Limits | None = None,
    worth: Worth | None = None,
) -> Solution:
    """The best set that costs `budget` (minor units) or less, differing as asked; best by `worth`, else by
    score. Where promotions depend on the whole set, branches are cut by what they may take off at most, and
    each set that is better than the best so far is priced exactly."""
    relaxation = relax(instance)
    search = _Search(
        instance,
        relaxation,
        [(d, d.reachable(instance)) for d in differences],
        limits or Limits(),
        budget,
        worth,
    )
    most_off = instance.deals.most_off if instance.deals else 0
    money = UNLIMITED if budget is None else budget + most_off
    filled = all(
        np.isfinite(relaxation.gains[instance.span(slot)]).any() for slot in range(len(instance.slots))
    )
    if filled and relaxation.tails[0].cheapest <= money:
        search.descend(_Node(0, (), 0.0, money, (0,) * len(differences)), relaxation.gains)
    bound = max(search.best_score, search.open_bound)
    return Solution(search.best, search.best_score, bound, bound <= search.best_score + TOLERANCE)


@dataclass(frozen=True, slots=True)
class _Node:
    """A choice for each slot before `slot`; `money` is left, `weights` is what each difference has so far."""

    slot: int
    picks: tuple[int, ...]
    score: float
    money: int
    weights: tuple[int, ...]


@dataclass(slots=True)
class _Search:
    instance: Instance
    relaxation: Relaxation
    differences: list[tuple[Difference, tuple[int, ...]]]
    limits: Limits
    budget: int | None = None
    worth: Worth | None = None
    best: tuple[int, ...] | None = field(default=None, init=False)
    best_score: float = field(default=-np.inf, init=False)
    open_bound: float = field(default=-np.inf, init=False)
    nodes: int = field(default=0, init=False)

    def descend(self, node: _Node, gains: Floats) -> None:
        """Bounds every option of the node's slot, and goes into those that may hold something better.

        `gains` holds what each option from this slot on brings to what is chosen so far, halves included.
        """
        self.nodes += 1
        slot, start = node.slot, self.instance.starts[node.slot]
        size = self.instance.starts[slot + 1] - start
        rows = start + np.flatnonzero(np.isfinite(gains[:size]))
        rows = rows[self._differing(node, rows)]
        money = node.money - self.instance.price[rows]
        if slot + 1 == len(self.instance.slots):
            self._finish(node, rows[money >= 0], gains[rows[money >= 0] - start])
            return
        affordable = money >= self.relaxation.tails[slot + 1].cheapest
        rows, money = rows[affordable], money[affordable]
        scores = node.score + gains[rows - start] - self.relaxation.later[slot, rows]
        behind = slice(start + size, None)
        after = gains[size:] - self.relaxation.halves[slot, behind] + self.instance.pair[rows, behind]
        bounds = scores + self.relaxation.bounds(slot + 1, after, money)
        for child in np.argsort(-bounds, kind="stable"):
            if bounds[child] + self._slack <= self.best_score + TOLERANCE:
                return
            if self._stopped():
                self.open_bound = max(self.open_bound, float(bounds[child]) + self._slack)
                return
            self.descend(self._child(node, int(rows[child]), float(scores[child])), after[child])

    def _child(self, node: _Node, row: int, score: float) -> _Node:
        weights = tuple(
            have + int(difference.weights[row])
            for have, (difference, _) in zip(node.weights, self.differences, strict=True)
        )
        money = node.money - int(self.instance.price[row])
        return _Node(node.slot + 1, (*node.picks, row), score, money, weights)

    def _finish(self, node: _Node, rows: Rows, gains: Floats) -> None:
        """The last slot: what an option brings is known exactly."""
        for last in np.argsort(-gains, kind="stable"):
            score = node.score + float(gains[last])
            if score + self._slack <= self.best_score + TOLERANCE:
                return
            picks = (*node.picks, int(rows[last]))
            if self._affordable(picks):
                reached = score if self.worth is None else self._worth(self.worth, picks)
                if reached > self.best_score + TOLERANCE:
                    self.best, self.best_score = picks, reached

    @property
    def _slack(self) -> float:
        return 0.0 if self.worth is None else self.worth.slack

    def _affordable(self, picks: tuple[int, ...]) -> bool:
        """What is within the budget before the promotions of the whole set is so after them."""
        if self.budget is None or self.instance.gross(picks) <= self.budget:
            return True
        if self.instance.deals is None:
            return False
        self.nodes += PRICED
        return self.instance.total(picks) <= self.budget

    def _worth(self, worth: Worth, picks: tuple[int, ...]) -> float:
        self.nodes += PRICED
        return worth.of(picks)

    def _differing(self, node: _Node, rows: Rows) -> NDArray[np.bool_]:
        """Which options leave it possible to differ as much as asked."""
        possible = np.ones(len(rows), dtype=bool)
        for have, (difference, reachable) in zip(node.weights, self.differences, strict=True):
            possible &= have + difference.weights[rows] + reachable[node.slot] >= difference.least
        return possible

    def _stopped(self) -> bool:
        return self.nodes >= self.limits.nodes or (self.best is not None and self.limits.expired())
