"""Records as facts: what a sentence about a product, a bundle or a cart may claim.

`Fact.subject` is a product id, a bundle id, `cart`, or two product ids joined by "+". `Fact.value` is
canonical: money "14900 USD", a stock status, "blue". `Fact.text` is how it may be said, with its name:
"colour blue".

Beside the kinds that `Fact` lists there are: `slot` (what the product is in its bundle), `line_total`
(price times quantity), `left` (of the budget), `difference` (between two prices), `sold_out` (an option
value that cannot be bought now), `description` and `reason` (texts that stand in the record).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.values import BundleItemView, BundleView, CartView, Citation, Fact, ProductCard
from shop.money import Money
from shop.values import FactValue, Product

CART = "cart"
COMPARISON = "comparison"

_STOCK_TEXT = {
    "in_stock": "in stock",
    "backorder": "on backorder",
    "preorder": "for preorder",
    "out_of_stock": "sold out",
    "discontinued": "discontinued",
}


def money_fact(kind: str, subject: str, money: Money, text: str = "{}") -> Fact:
    return Fact(kind, subject, f"{money.amount} {money.currency}", text.format(money))


def product_facts(product: Product | None, card: ProductCard) -> tuple[Fact, ...]:
    """What the record says of a product, and its card of price and stock. `product` None: the card only."""
    facts = [*_card_facts(card)]
    if product is not None:
        facts += _record_facts(product, card)
    return tuple(dict.fromkeys(facts))


def _card_facts(card: ProductCard) -> Iterator[Fact]:
    subject = card.product_id
    yield Fact("name", subject, card.title, card.title)
    if card.brand:
        yield Fact("brand", subject, card.brand, f"by {card.brand}")
    yield money_fact("price", subject, card.price, "costs {}")
    if card.list_price is not None and card.list_price > card.price:
        saved = card.list_price - card.price
        yield money_fact("list_price", subject, card.list_price, "list price {}")
        yield money_fact("savings", subject, saved, "{} off the list price")
        yield Fact("promotion", subject, f"{round(100 * saved.amount / card.list_price.amount)}%", "off")
    status = card.availability.status
    yield Fact("stock", subject, status, _STOCK_TEXT[status])
    if card.rating is not None:
        yield Fact("rating", subject, f"{card.rating.value:g}", f"rated {card.rating.value:g} of 5")
        yield Fact("count", subject, str(card.rating.count), f"{card.rating.count} ratings")
    for name, value in card.options.items():
        yield Fact("option", subject, value, f"{spoken(name)} {value}")
    for reason in card.reasons:
        yield Fact("reason", subject, reason, reason)


def _record_facts(product: Product, card: ProductCard) -> Iterator[Fact]:
    subject = product.id
    for path in product.categories:
        yield Fact("category", subject, path, path.rsplit(">", 1)[-1].strip())
    for name, value in product.attributes.items():
        yield Fact("attribute", subject, value, f"{spoken(name)} {value}")
    for verb, facts in (("provides", product.provides), ("requires", product.requires)):
        for name, fact in facts.items():
            yield Fact("attribute", subject, said(fact), f"{verb} {spoken(name)} {said(fact)}")
    yield from _option_facts(product)
    shown = product.variant(card.variant_id)
    if shown is not None and shown.availability.quantity:
        left = shown.availability.quantity
        yield Fact("count", subject, str(left), f"{left} in stock")
    if product.description:
        yield Fact("description", subject, product.description, product.description)
    if product.tags:
        yield Fact("description", subject, ", ".join(product.tags), ", ".join(product.tags))


def _option_facts(product: Product) -> Iterator[Fact]:
    """Each option value once: `option` where some variant of it can be bought, else `sold_out`."""
    buyable: dict[tuple[str, str], bool] = {}
    for variant in product.variants:
        for pair in variant.options.items():
            buyable[pair] = buyable.get(pair, False) or variant.availability.available
    for (name, value), available in buyable.items():
        yield Fact("option" if available else "sold_out", product.id, value, f"{spoken(name)} {value}")


def bundle_facts(view: BundleView, records: Mapping[str, Product]) -> tuple[Fact, ...]:
    """A bundle's totals, its items with their own facts, and what is known of their fitting together."""
    facts = [
        Fact("name", view.id, view.title, view.title),
        money_fact("total", view.id, view.total, "{} in all"),
        Fact("count", view.id, str(len(view.items)), f"{len(view.items)} parts"),
    ]
    pieces = sum(item.quantity for item in view.items)
    if pieces != len(view.items):
        facts.append(Fact("count", view.id, str(pieces), f"{pieces} pieces"))
    facts += _bundle_money(view)
    for item in view.items:
        facts += _item_facts(item, records.get(item.product.product_id))
    for pair in view.facts:
        facts.append(
            Fact("compatibility", pair_subject(pair.a, pair.b), pair.status, pair.fact or pair.status)
        )
    facts.append(Fact("compatibility", view.id, view.compatibility, view.compatibility))
    return tuple(dict.fromkeys(facts))


def _bundle_money(view: BundleView) -> Iterator[Fact]:
    if view.savings.amount > 0:
        yield money_fact("savings", view.id, view.savings, "saves {}")
        yield money_fact("list_price", view.id, view.list_total, "{} at list prices")
        yield Fact(
            "promotion", view.id, f"{round(100 * view.savings.amount / view.list_total.amount)}%", "off"
        )
    if view.budget is not None:
        yield money_fact("budget", view.id, view.budget, "budget {}")
        if view.total < view.budget:
            yield money_fact("left", view.id, view.budget - view.total, "{} left of the budget")


def _item_facts(item: BundleItemView, product: Product | None) -> Iterator[Fact]:
    subject = item.product.product_id
    yield from product_facts(product, item.product)
    yield Fact("slot", subject, spoken(item.slot), spoken(item.slot))
    yield Fact("quantity", subject, str(item.quantity), f"{item.quantity} x {item.product.title}")
    if item.quantity > 1:
        yield money_fact("line_total", subject, item.product.price * item.quantity, "{} together")
    if item.reason:
        yield Fact("reason", subject, item.reason, item.reason)


def cart_facts(view: CartView) -> tuple[Fact, ...]:
    pieces = sum(line.quantity for line in view.lines)
    facts = [
        money_fact("total", CART, view.total, "{} in all"),
        money_fact("total", CART, view.subtotal, "{} before discounts"),
        Fact("count", CART, str(pieces), f"{pieces} pieces"),
        Fact("count", CART, str(len(view.lines)), f"{len(view.lines)} lines"),
    ]
    if not view.lines:
        facts.append(Fact("attribute", CART, "empty", "empty"))
    for line in view.lines:
        subject = line.product.product_id
        facts += product_facts(None, line.product)
        facts.append(Fact("quantity", subject, str(line.quantity), f"{line.quantity} x {line.product.title}"))
        facts.append(money_fact("line_total", subject, line.total, "{} together"))
    for discount in view.discounts:
        facts.append(Fact("promotion", CART, discount.title, discount.title))
        facts.append(money_fact("savings", CART, discount.amount, "{} off"))
    return tuple(dict.fromkeys(facts))


def policy_facts(citations: Sequence[Citation]) -> tuple[Fact, ...]:
    return tuple(Fact("policy", citation.source, citation.quote, citation.quote) for citation in citations)


def pair_subject(a: str, b: str) -> str:
    """The subject of a fact about two products, whichever comes first."""
    return "+".join(sorted((a, b)))


def spoken(name: str) -> str:
    """An attribute's or a slot's name as it is said: "gas_thread" -> "gas thread"."""
    return name.replace("_", " ").strip()


def said(value: FactValue) -> str:
    if isinstance(value, str):
        return value
    return f"{value:g}" if isinstance(value, (int, float)) else ", ".join(_texts(value))


def _texts(values: Iterable[object]) -> Iterator[str]:
    return (str(value) for value in values)
