"""Facts that a hit must meet, as masks over variants, and how they are softened.

All facts hold on one variant: a price in blue, and blue in stock, are not two variants' facts. Where no
variant is left, facts are given up in the order `SOFTENED`, the last ones named first; then those that do
no harm are taken back, so that only what was in the way is lost. Exclusions are never softened.

A range of a measure is met by a fact or a title that measures something in it. Of facts in another unit than
the one asked for only those count that go by the name of one in it: "24 to 27 inch" is met by
`diagonal: 61 cm` where some diagonal is in inches, and not by `cable: 65 cm`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np

from retrieval.columns import Mask
from retrieval.documents import Field
from retrieval.measures import read_ranges
from retrieval.snapshot import Snapshot
from retrieval.tokens import tokenise
from retrieval.values import Exclusion, Filters, Measure

Kind = Literal["attribute", "measure", "brand", "min_rating", "price", "category", "available"]

#: What is given up first, to what is given up last.
SOFTENED: tuple[Kind, ...] = ("attribute", "measure", "brand", "min_rating", "price", "category", "available")

#: Where a word stands for a fact that no column holds: what a product is said to be.
SAID: tuple[Field, ...] = ("title", "kind", "description")


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One fact: the variants that meet it, and what is said where it was given up."""

    kind: Kind
    mask: Mask
    given_up: str


@dataclass(frozen=True, slots=True)
class Eligible:
    """What is left: variants, products with one of these, and what was given up for it."""

    variants: Mask
    products: Mask
    relaxed: tuple[str, ...] = ()
    given_up: frozenset[Kind] = frozenset()

    @property
    def share(self) -> float:
        return float(self.products.mean()) if self.products.size else 0.0


def eligible(filters: Filters, snapshot: Snapshot, among: Mask | None = None) -> Eligible:
    """The variants that meet the facts, softened where none does; none only where all are excluded.

    `among`: only these products count.
    """
    base = ~_excluded(filters, snapshot)
    if among is not None:
        base &= among[snapshot.columns.product_of]
    named = list(_conditions(filters, snapshot))
    named.sort(key=lambda condition: SOFTENED.index(condition.kind), reverse=True)
    kept, dropped = _soften(base, named)
    variants = _all(base, kept)
    return Eligible(
        variants,
        snapshot.columns.any_variant(variants),
        tuple(condition.given_up for condition in dropped),
        frozenset(condition.kind for condition in dropped),
    )


def _soften(base: Mask, named: Sequence[Condition]) -> tuple[list[Condition], list[Condition]]:
    """Conditions kept and given up. `named` stands with the dearest first."""
    kept = list(named)
    if not base.any():
        return kept, []
    while not _all(base, kept).any():
        kept.pop()
    for condition in named[len(kept) :]:
        if _all(base, [*kept, condition]).any():
            kept.append(condition)
    return kept, [condition for condition in named if condition not in kept]


def _all(base: Mask, conditions: Sequence[Condition]) -> Mask:
    return reduce(np.logical_and, (condition.mask for condition in conditions), base)


def _conditions(filters: Filters, snapshot: Snapshot) -> Iterator[Condition]:
    columns, offers, say = snapshot.columns, snapshot.offers, snapshot.columns.books.locale.say
    if filters.available is not None:
        unmet = say("no_available" if filters.available else "no_sold_out")
        yield Condition("available", offers.available == filters.available, unmet)
    if filters.categories:
        mask = reduce(np.logical_or, (_in_category(name, snapshot) for name in filters.categories))
        unmet = say("no_category", category=", ".join(filters.categories))
        yield Condition("category", mask[columns.product_of], unmet)
    if filters.min_price or filters.max_price:
        yield _price(filters, snapshot)
    if filters.min_rating is not None:
        mask = np.nan_to_num(offers.rating) >= filters.min_rating
        unmet = say("no_rating", rating=f"{filters.min_rating:g}")
        yield Condition("min_rating", mask[columns.product_of], unmet)
    if filters.brand:
        unmet = say("no_brand", brand=filters.brand)
        yield Condition("brand", columns.of_brand(filters.brand)[columns.product_of], unmet)
    for name, value in filters.attributes.items():
        unmet = say("no_attribute", name=name.replace("_", " "), value=value)
        yield Condition("attribute", _saying(name, value, snapshot), unmet)
    for asked in (*filters.measures, *_for_people(filters, snapshot)):
        yield Condition("measure", _measuring(asked, snapshot), _no_measure(asked, snapshot))


def _for_people(filters: Filters, snapshot: Snapshot) -> Iterator[Measure]:
    """As many people or more, where that is what things of these categories are measured in."""
    unit = snapshot.columns.books.locale.people
    if filters.people is None or not filters.categories:
        return
    mask = reduce(np.logical_or, (_in_category(name, snapshot) for name in filters.categories))
    if (_measuring(Measure(unit), snapshot) & mask[snapshot.columns.product_of]).any():
        yield Measure(unit, filters.people)


def _measuring(asked: Measure, snapshot: Snapshot) -> Mask:
    """Variants that measure something in the range; where none does, products whose description says so."""
    columns, facts, lexical = snapshot.columns, snapshot.columns.books.facts, snapshot.lexical
    same, others = snapshot.measures.within(asked)
    in_unit = facts.measuring(same)
    names = {facts[code].key for code in in_unit}
    converted = [code for code in facts.measuring(others) if not names or facts[code].key in names]
    mask = columns.saying([*in_unit, *converted])
    mask |= lexical.holds_any([*same, *others], ("title",))[columns.product_of]
    return mask if mask.any() else lexical.holds_any(same, ("description",))[columns.product_of]


def _no_measure(asked: Measure, snapshot: Snapshot) -> str:
    low, high = (None if end is None else f"{end:g}" for end in (asked.low, asked.high))
    form = "least" if high is None else "most" if low is None else "between"
    return snapshot.columns.books.locale.say(f"no_measure_{form}", low=low, high=high, unit=asked.unit)


def _price(filters: Filters, snapshot: Snapshot) -> Condition:
    low, high = filters.min_price, filters.max_price
    offers, say = snapshot.offers, snapshot.columns.books.locale.say
    mask = np.ones(len(offers.price), np.bool_)
    for bound in (low, high):
        if bound is not None and bound.currency not in offers.currencies:
            unmet = say("no_price_in_currency", currency=bound.currency, other=", ".join(offers.currencies))
            return Condition("price", np.zeros_like(mask), unmet)
    if low is not None:
        mask &= (offers.currency == offers.currencies.index(low.currency)) & (offers.price >= low.amount)
    if high is not None:
        most = high.amount - filters.below
        mask &= (offers.currency == offers.currencies.index(high.currency)) & (offers.price <= most)
    if low is None:
        return Condition("price", mask, say("no_price_under", limit=high))
    if high is None:
        return Condition("price", mask, say("no_price_over", limit=low))
    return Condition("price", mask, say("no_price_between", low=low, high=high))


def _in_category(name: str, snapshot: Snapshot) -> Mask:
    """Products of a category; of one that the catalogue does not know, those that its words name."""
    mask = snapshot.columns.in_category(name)
    return mask if mask.any() else _worded(name.split(">")[-1], snapshot, ("title", "kind"))


def _saying(name: str, value: str, snapshot: Snapshot) -> Mask:
    """Variants of which the fact holds; where no column knows it, products that are said to be so."""
    columns = snapshot.columns
    mask = columns.saying(_codes(name, value, snapshot))
    if mask.any():
        return mask
    truth = columns.books.locale.truth(value)
    if truth == "no":
        return mask
    return _worded(name if truth == "yes" else value, snapshot, SAID)[columns.product_of]


def _codes(name: str, value: str, snapshot: Snapshot) -> list[int]:
    """Facts of that name that say the value: also in another unit, or in the range that it is."""
    facts, locale = snapshot.columns.books.facts, snapshot.columns.books.locale
    named = facts.named(name)
    asked = read_ranges(value, locale).ranges
    if asked:
        ways = [way for each in asked for unit in snapshot.measures.within(each) for way in unit]
        return sorted(set(named).intersection(facts.measuring(ways)))
    ways = [way for token in tokenise(value, locale) for way in snapshot.measures.alike(token)]
    return [*facts.holding(named, value), *set(named).intersection(facts.measuring(ways))]


def _worded(words: str, snapshot: Snapshot, fields: Sequence[Field]) -> Mask:
    tokens = tokenise(words.replace("_", " "), snapshot.columns.books.locale, compounds=False)
    return snapshot.lexical.holds_all(tokens, fields)


def _excluded(filters: Filters, snapshot: Snapshot) -> Mask:
    columns = snapshot.columns
    mask = np.zeros(columns.variants, np.bool_)
    for exclusion in filters.exclude:
        mask |= _barred(exclusion, snapshot)
    for product_id in filters.exclude_product_ids:
        row = columns.row_of.get(product_id)
        if row is not None:
            mask[columns.starts[row] : columns.starts[row + 1]] = True
    return mask


def _barred(exclusion: Exclusion, snapshot: Snapshot) -> Mask:
    """Variants that an exclusion bars; what has no column for it is judged by its words."""
    columns, facts = snapshot.columns, snapshot.columns.books.facts
    field, value = exclusion.field.casefold(), exclusion.value
    if field == "brand":
        return columns.of_brand(value)[columns.product_of]
    if field == "category":
        return _in_category(value, snapshot)[columns.product_of]
    if field == "text":
        return _worded(value, snapshot, (*SAID, "facts"))[columns.product_of]
    named = facts.named(field)
    said = _worded(value, snapshot, SAID)[columns.product_of]
    return columns.saying(facts.holding(named, value)) | (said & ~columns.saying(named))
