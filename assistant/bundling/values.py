"""Bundles as values: what composing takes, what it gives, and what a shopper edits.

A `Bundle` is what is stored: items, locks and a revision. Totals, prices and stock are never stored; they
are read from the records at each view (`BundleView`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from assistant.intent import Constraints, Slot
from shop.money import Money
from shop.values import FactValue

PairStatus = Literal["compatible", "incompatible", "unknown"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant that may fill a slot, with everything that composing needs to know of it.

    `price` is what one costs, less what promotions take off it in any bundle. `relevance` and `quality` are
    in 0 to 1; `stock` None means uncounted, 0 that it cannot be bought.
    `caveats` say which wishes it does not meet.
    """

    product_id: str
    variant_id: str
    title: str
    price: Money
    relevance: float
    quality: float = 0.5
    stock: int | None = None
    list_price: Money | None = None
    category: str = ""
    provides: Mapping[str, FactValue] = field(default_factory=dict)
    requires: Mapping[str, FactValue] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A slot and what may fill it; one candidate only where it is locked."""

    slot: Slot
    candidates: tuple[Candidate, ...]
    locked: bool = False


#: What is bought: a candidate, and how many of it.
Line = tuple[Candidate, int]


@dataclass(frozen=True, slots=True, eq=False)
class Deals:
    """What promotions take off several items at once, so that no candidate's own price can hold it.

    `total` prices a whole choice exactly, in minor units: never above the sum of its candidates' prices, and
    never more than `most_off` below it.
    """

    total: Callable[[Sequence[Line]], int]
    most_off: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What to compose. `together` holds how well a pair of product ids (sorted) goes together, 0 to 1."""

    slots: tuple[SlotChoice, ...]
    budget: Money | None = None
    together: Mapping[tuple[str, str], float] = field(default_factory=dict)
    deals: Deals | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One composed set: slot name -> candidate; optional slots may be missing."""

    items: Mapping[str, Candidate]
    total: Money
    score: float
    optimal: bool = True
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why there is no bundle: which limit is in the way (in words, `bundling.infeasibility` has them all),
    and what the cheapest feasible total is."""

    reason: str
    slot: str | None = None
    cheapest_total: Money | None = None


@dataclass(frozen=True, slots=True)
class PairFact:
    """What the records say of two products: `fact` reads "both have gas thread EN417"."""

    a: str
    b: str
    status: PairStatus
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class BundleItem:
    """What stands in a slot. `alternatives` are product ids that may take its place, best first.

    `chosen`: the shopper asked for it in an edit, so it goes only where nothing else helps; `locked`: it
    never goes by itself.
    """

    slot: str
    query: str
    product_id: str
    variant_id: str
    quantity: int = 1
    required: bool = True
    locked: bool = False
    chosen: bool = False
    alternatives: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is stored of a bundle. `revision` counts its edits from 1.

    `left_out` are optional slots that stayed empty; more money can fill them. `constraints` and `excluded`
    (product ids) hold for every edit, as does how many `people` it is for; `paid` is what of the budget the
    products cost that were there before.
    """

    id: str
    revision: int
    title: str
    items: tuple[BundleItem, ...]
    score: float
    optimal: bool
    need: str
    expires_at: datetime
    budget: Money | None = None
    left_out: tuple[Slot, ...] = ()
    constraints: Constraints = field(default_factory=Constraints)
    excluded: tuple[str, ...] = ()
    people: int | None = None
    paid: Money | None = None
