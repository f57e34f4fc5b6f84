"""What is told of a cart: what was put in or taken out, what is in it, and what it costs."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from assistant import evidence
from assistant.telling import Tone
from assistant.telling_cart import MOST_LINES, MOST_NAMES
from assistant.telling_shopping import short_name
from assistant.values import CartLineView, CartView, DiscountView, Evidence
from finetune.voice.samples import CannotDraw, Kind, ShopFacts
from finetune.voice.scenes import parts, shown
from finetune.voice.shopping import kind_of
from finetune.voice.slots import Values
from finetune.voice.wordings import Paragraph, listed, paragraph
from shop.money import Money
from shop.values import Product

_PROMOTIONS = (
    "Summer sale",
    "Set saver",
    "Welcome",
    "Two for less",
    "Weekend deal",
    "Club price",
    "10 off 100",
)


def _view(products: Sequence[Product], chance: Random) -> CartView:
    """A cart of these, sometimes with something off."""
    cards = [shown(each, chance)[1] for each in products]
    counts = [chance.choice((1, 1, 1, 2, 3)) for _ in cards]
    lines = tuple(
        CartLineView(str(place), count, card, card.price * count)
        for place, (card, count) in enumerate(zip(cards, counts, strict=True))
    )
    subtotal = sum((line.total for line in lines[1:]), lines[0].total)
    off = Money(max(subtotal.amount // chance.choice((5, 10, 20)), 1), subtotal.currency)
    discounts = (DiscountView("p", chance.choice(_PROMOTIONS), off),) if chance.random() < 0.3 else ()
    return CartView(lines, subtotal, subtotal - off if discounts else subtotal, discounts)


def _held(shop: ShopFacts, chance: Random) -> CartView:
    found = parts(shop, chance)
    return _view(found[: chance.randint(1, len(found))], chance)


def cart(shop: ShopFacts, chance: Random) -> Evidence:
    return evidence.cart(_held(shop, chance))


def added(shop: ShopFacts, chance: Random) -> Evidence:
    held = _held(shop, chance)
    count = min(chance.choice((1, 1, 1, 2, 3)), len(held.lines), MOST_NAMES)
    return evidence.cart_added(held, [line.product.title for line in held.lines[-count:]])


def removed(shop: ShopFacts, chance: Random) -> Evidence:
    """Sometimes the last piece of the cart."""
    found = parts(shop, chance)
    gone = [found[0].title]
    if chance.random() < 0.2:
        nothing = Money.zero(found[0].variants[0].price.currency)
        return evidence.cart_removed(CartView((), nothing, nothing), gone)
    return evidence.cart_removed(_view(found[1:], chance), gone)


def _sums(told: Mapping[str, Any]) -> Values:
    count = told["count"]
    values: Values = {"pieces": f"{count} piece{'' if count == 1 else 's'}", "total": told["total"]}
    values["pieces_many" if count > 1 else "pieces_single"] = ""
    return values


def _cart(found: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    told: Mapping[str, Any] = found.values
    values = _sums(told)
    lines = told["items"][:MOST_LINES]
    if len(told["items"]) <= 3:
        values["items"] = listed([_named(each) for each in lines])
    line = chance.choice(lines)
    values |= {"line": short_name(line["title"]), "line_total": line["total"]}
    values |= {"quantity": str(line["quantity"])} if line["quantity"] > 1 else {"line_single": ""}
    for each in told["discounts"][:1]:
        values |= {"discount": each["title"], "amount": each["amount"]}
    text = paragraph("cart", tone, shop, values, chance)
    text.must("list")
    if not text.add("discount", share=0.9):
        text.add("line", share=0.4)
    text.add("close", share=0.25)
    return text


def _named(item: Mapping[str, Any]) -> str:
    name = short_name(item["title"])
    return f"{item['quantity']} x {name}" if item["quantity"] > 1 else f"the {name}"


def _changed(part: str, found: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    told: Mapping[str, Any] = found.values
    titles = [short_name(each) for each in told["titles"]]
    if not titles:
        raise CannotDraw(part)
    values = _sums(told) if told["count"] else {}
    values |= {"titles": " and the ".join(titles), "one" if len(titles) == 1 else "several": ""}
    text = paragraph("cart", tone, shop, values, chance)
    if part == "added" and chance.random() < 0.25 and text.add("added_all"):
        return text
    text.must(part)
    text.must("sum" if told["count"] else "empty")
    text.add("close", share=0.15)
    return text


def _added(found: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    return _changed("added", found, tone, shop, chance)


def _removed(found: Evidence, tone: Tone, shop: ShopFacts, chance: Random) -> Paragraph:
    return _changed("removed", found, tone, shop, chance)


KINDS: Mapping[str, Kind] = {
    "cart": Kind(kind_of("cart", cart, _cart), 300),
    "cart added": Kind(kind_of("cart added", added, _added), 350),
    "cart removed": Kind(kind_of("cart removed", removed, _removed), 200),
}
