"""A draw from a shop: what is shown to a shopper, as evidence, and what is true and false of it.

Totals, savings and what fits are worked out here, from the records.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant import evidence
from assistant.bundling.compatibility import judge
from assistant.cards import best_variant, product_card
from assistant.values import (
    BundleItemView,
    BundleView,
    CartLineView,
    CartView,
    Citation,
    Comparison,
    ComparisonRow,
    Evidence,
)
from evals.grounding.compatible import fit, shared, whole
from evals.grounding.facts import Item, Words, leaf, near, other_titles, product_words, singular, spoken
from evals.grounding.shops import Shop, draw
from shop.money import Money
from shop.values import Product

_NEVER = datetime(2100, 1, 1, tzinfo=UTC)
MOST_SHOWN, MOST_PARTS = 3, 4


@dataclass(frozen=True, slots=True)
class Scene:
    """`about` is what the sentences before spoke of; `evidence` is made when it is asked for."""

    words: Words
    about: tuple[str, ...]
    evidence: Callable[[], Evidence]


@dataclass(frozen=True, slots=True)
class Part:
    """An item of a set or a line of a cart."""

    slot: str
    quantity: int
    item: Item

    @property
    def total(self) -> Money:
        return self.item.variant.price * self.quantity


def products_scene(shop: Shop, rng: random.Random) -> Scene:
    items = [_shown(each, rng) for each in draw(rng, shop.shelves, MOST_SHOWN)]
    subject, other = rng.sample(range(len(items)), 2)
    words = _pair(shop, items, subject, other, rng)
    words.add("found", str(len(items)))
    wish = leaf(items[0].product).lower()
    return Scene(words, (items[subject].product.id,), lambda: evidence.products(_carded(items), wish))


def answer_scene(shop: Shop, rng: random.Random) -> Scene:
    item = _shown(rng.choice(shop.products), rng)
    words = product_words(shop, item, (), rng)
    name = words.true.get("attribute", "").replace(" ", "_")
    value = item.product.attributes.get(name)
    return Scene(
        words,
        (item.product.id,),
        lambda: evidence.product_answer(_carded([item])[0], name or None, value),
    )


def compare_scene(shop: Shop, rng: random.Random) -> Scene:
    items = [_shown(each, rng) for each in draw(rng, shop.shelves, 2)]
    words = _pair(shop, items, 0, 1, rng)
    cheap, dear = sorted(items, key=lambda each: each.variant.price.amount)
    gap = dear.variant.price - cheap.variant.price
    if gap.amount:
        words.add("cheap", cheap.product.title)
        words.add("dear", dear.product.title)
        words.add("gap", spoken(gap), map(spoken, near(gap, (cheap.variant.price,), rng)))
    names = sorted({name for each in items for name in each.product.attributes})
    rows = tuple(
        ComparisonRow(name, tuple(each.product.attributes.get(name) for each in items)) for name in names
    )
    table = Comparison(tuple(each.product.id for each in items), rows)
    return Scene(words, (items[0].product.id,), lambda: evidence.comparison(_carded(items), table))


def bundle_scene(shop: Shop, rng: random.Random) -> Scene:
    parts = _parts(shop, rng)
    items = [part.item for part in parts]
    subject, other = rng.sample(range(len(parts)), 2)
    words = _pair(shop, items, subject, other, rng)
    words.add("slot", parts[subject].slot)
    if parts[subject].quantity > 1:
        words.true.pop("price")
    _sum_words(words, parts, rng)
    _saving_words(words, parts, rng)
    _fit_words(words, [each.product for each in items], items)
    budget = _budget(words, _sum(parts), rng)
    view = _view(parts, budget)
    records = {each.product.id: each.product for each in items}
    statuses = {each.variant.availability.status for each in items}
    words.holds -= {"in_stock"} if len(statuses) > 1 else set()
    return Scene(words, (view.id,), lambda: evidence.bundles([view], records, need=""))


def cart_scene(shop: Shop, rng: random.Random) -> Scene:
    group = draw(rng, shop.departments, MOST_SHOWN)
    parts = [Part("", rng.randint(1, 3), _shown(each, rng)) for each in group]
    subject = rng.choice(parts)
    beside = [each.item for each in parts if each is not subject]
    words = product_words(shop, subject.item, beside, rng)
    _sum_words(words, parts, rng)
    if subject.quantity > 1:
        words.add("quantity", str(subject.quantity))
        words.add(
            "line_total",
            spoken(subject.total),
            map(spoken, near(subject.total, (subject.item.variant.price,), rng)),
        )
    total = _sum(parts)
    lines = tuple(
        CartLineView(str(place), each.quantity, _carded([each.item])[0][1], each.total)
        for place, each in enumerate(parts)
    )
    return Scene(words, (), lambda: evidence.cart(CartView(lines, total, total)))


def policy_scene(page: str, heading: str, passage: str) -> Scene:
    return Scene(Words(), (), lambda: evidence.policy([Citation(page, heading, passage)]))


SCENES: Mapping[str, Callable[[Shop, random.Random], Scene]] = {
    "products": products_scene,
    "answer": answer_scene,
    "compare": compare_scene,
    "bundle": bundle_scene,
    "cart": cart_scene,
}


def _shown(product: Product, rng: random.Random) -> Item:
    """Mostly the variant that a shopper is shown first, sometimes any."""
    variant = rng.choice(product.variants) if rng.random() < 1 / 4 else best_variant(product)
    return Item(product, variant)


def _carded(items: Sequence[Item]) -> list[evidence.Item]:
    return [(each.product, product_card(each.product, each.variant)) for each in items]


def _pair(shop: Shop, items: Sequence[Item], subject: int, other: int, rng: random.Random) -> Words:
    beside = [items[other], *(each for place, each in enumerate(items) if place not in (subject, other))]
    words = product_words(shop, items[subject], beside, rng)
    second = items[other]
    titles = [each.product.title for each in items]
    words.add("other", second.product.title, other_titles(shop, titles, second.product, rng))
    words.add("other_price", spoken(second.variant.price))
    return words


def _parts(shop: Shop, rng: random.Random) -> list[Part]:
    """A set of one department; where the records tell, often with two parts that fit or clash."""
    told = [*shop.pairs("fits"), *shop.pairs("clash")]
    pair = rng.choice(shop.pairs(rng.choice(("fits", "clash")))) if told and rng.random() < 2 / 3 else ()
    group = draw(rng, shop.departments, MOST_PARTS) if not pair else _beside(shop, pair, rng)
    named: dict[str, Product] = {}
    for product in (*pair, *group):
        if product not in named.values() and len(named) < MOST_PARTS:
            named.setdefault(_slot(product, named), product)
    parts = [Part(slot, rng.choice((1, 1, 1, 2)), _shown(each, rng)) for slot, each in named.items()]
    return rng.sample(parts, len(parts))


def _beside(shop: Shop, pair: Sequence[Product], rng: random.Random) -> list[Product]:
    department = pair[0].categories[0].split(" > ")[0]
    return rng.sample(shop.departments[department], rng.randint(0, 2))


def _slot(product: Product, taken: Mapping[str, Product]) -> str:
    name = singular(leaf(product)) or leaf(product).lower()
    return name if name not in taken else f"{name} {len(taken) + 1}"


def _sum(parts: Sequence[Part]) -> Money:
    return sum((part.total for part in parts[1:]), parts[0].total)


def _sum_words(words: Words, parts: Sequence[Part], rng: random.Random) -> None:
    total, pieces = _sum(parts), sum(part.quantity for part in parts)
    beside = [_listed(parts), *(part.item.variant.price for part in parts)]
    words.add("total", spoken(total), map(spoken, near(total, beside, rng)))
    words.add("total_amount", f"{total.major:,.2f}".removesuffix(".00"))
    words.add(
        "parts", str(len(parts)), {str(each) for each in (len(parts) + 1, len(parts) + 3)} - {str(pieces)}
    )
    words.add("pieces", str(pieces), {str(each) for each in (pieces + 1, pieces * 2)} - {str(len(parts))})


def _saving_words(words: Words, parts: Sequence[Part], rng: random.Random) -> None:
    total, listed = _sum(parts), _listed(parts)
    words.holds -= {"reduced", "full_price"}
    words.holds.add("reduced" if listed > total else "full_price")
    if listed > total:
        words.add("savings", spoken(listed - total), map(spoken, near(listed - total, (total,), rng)))
        words.add("list_total", spoken(listed), map(spoken, near(listed, (), rng)))


def _listed(parts: Sequence[Part]) -> Money:
    """What all would cost at list prices."""
    prices = [
        max(part.item.variant.list_price or part.item.variant.price, part.item.variant.price) * part.quantity
        for part in parts
    ]
    return sum(prices[1:], prices[0])


def _fit_words(words: Words, products: Sequence[Product], items: Sequence[Item]) -> None:
    """Two of the parts, `a` and `b`, and whose fit with `a` is not told instead of `b`."""
    words.holds.add(f"whole_{whole(list(products))}")
    told = {
        (one.id, two.id): fit(one, two) for place, one in enumerate(products) for two in products[place + 1 :]
    }
    first = next((pair for pair, how in told.items() if how != "unknown"), None) or next(iter(told))
    by_id = {each.id: each for each in products}
    a, b = (by_id[each] for each in first)
    words.holds.add(fit(a, b))
    wrong = [each.title for each in products if each not in (a, b) and fit(a, each) != "fits"]
    words.add("a", a.title)
    words.add("a_price", next(spoken(each.variant.price) for each in items if each.product is a))
    words.add("b", b.title, wrong)
    same = shared(a, b)
    if same is not None:
        words.add("key", same[0])
        words.add("shared", same[1])


def _budget(words: Words, total: Money, rng: random.Random) -> Money | None:
    if rng.random() < 1 / 3:
        return None
    budget = Money((total.amount // 1000 + rng.randint(1, 6)) * 1000, total.currency)
    left = budget - total
    words.add("budget", spoken(budget))
    if left.amount:
        words.add("left", spoken(left), map(spoken, near(left, (total, budget), rng)))
    return budget


def _view(parts: Sequence[Part], budget: Money | None) -> BundleView:
    total, listed = _sum(parts), _listed(parts)
    judgement = judge([part.item.product for part in parts])
    items = tuple(
        BundleItemView(part.slot, part.quantity, False, _carded([part.item])[0][1], ()) for part in parts
    )
    return BundleView(
        id="bundle",
        revision=1,
        title="Your set",
        items=items,
        total=total,
        list_total=listed,
        savings=listed - total,
        score=0.5,
        optimal=True,
        compatibility=judgement.compatibility,
        facts=judgement.facts,
        explanation="",
        expires_at=_NEVER,
        budget=budget,
    )
