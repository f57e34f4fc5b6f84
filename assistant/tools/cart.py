"""Tools about the cart. The shopper's cart is changed only in the transaction that stores the turn."""

from collections.abc import Callable

from assistant import evidence
from assistant.cart_view import view_cart
from assistant.intent import Intent
from assistant.tools.context import Found, ToolContext, Write, call
from assistant.values import BundleView, CartLineView, CartView, Evidence, ProductCard
from shop.carts import BadQuantity, Carts, OutOfStock, UnknownLine, UnknownVariant
from shop.ids import new_id
from shop.serialise import Json
from storage import UnitOfWork


def touch_cart(context: ToolContext, intent: Intent) -> Found:
    """Shows, fills, changes or empties the cart, as the intent says."""
    operations: dict[str, Callable[[ToolContext, Intent], Found]] = {
        "add": add_to_cart,
        "remove": remove_from_cart,
        "set_quantity": set_quantity,
        "clear": clear_cart,
    }
    return operations.get(intent.cart or "show", show_cart)(context, intent)


def show_cart(context: ToolContext, _intent: Intent) -> Found:
    """What is in the cart, with today's prices and promotions."""
    view = _view(context)
    return Found(call("show_cart", {}), _cart(view), cart=view)


def checkout(context: ToolContext, _intent: Intent) -> Found:
    """Shows what would be ordered: paying happens in the shop's own checkout, never in the chat."""
    view = _view(context)
    said = evidence.checkout(view) if view.lines else evidence.plain("cart_empty")
    return Found(call("show_cart", {}), said, cart=view)


def add_to_cart(context: ToolContext, intent: Intent) -> Found:
    """Adds what is pointed at: a product, a part of the bundle in hand, or the whole bundle."""
    bundle = _meant_bundle(context, intent)
    cards = _meant_products(context, intent)
    owner, quantity = context.turn.owner, intent.constraints.quantity
    lines: list[tuple[str, str, int, str | None]]
    if cards:
        lines = [(card.product_id, card.variant_id, quantity or 1, None) for card in cards]
        added = [card.title for card in cards]
    elif bundle:
        times = quantity or 1
        lines = [
            (i.product.product_id, i.product.variant_id, i.quantity * times, bundle.id) for i in bundle.items
        ]
        added = [item.product.title for item in bundle.items]
    else:
        pointed = intent.references[0].text if intent.references else intent.query or context.turn.text
        return Found(call("add_to_cart", {}, ok=False), evidence.unknown_reference(pointed))
    arguments: dict[str, Json] = {
        "items": [{"variant_id": variant, "quantity": count} for _, variant, count, _ in lines]
    }

    # Shown now and stored at the end of the turn: both times it is the same line.
    line_ids = [new_id("line") for _ in lines]

    def write(work: UnitOfWork) -> None:
        for line_id, (product_id, variant_id, count, bundle_id) in zip(line_ids, lines, strict=True):
            Carts(work).add(owner, product_id, variant_id, count, bundle_id, line_id=line_id)

    return _changed(context, "add_to_cart", arguments, write, lambda view: evidence.cart_added(view, added))


def remove_from_cart(context: ToolContext, intent: Intent) -> Found:
    """Takes what is pointed at out of the cart."""
    lines = _meant_lines(context, intent)
    line_ids = [line.id for line in lines]
    if not line_ids:
        return show_cart(context, intent)

    def write(work: UnitOfWork) -> None:
        for line_id in line_ids:
            Carts(work).remove(context.turn.owner, line_id)

    titles = [line.product.title for line in lines]
    return _changed(
        context,
        "remove_from_cart",
        {"lines": list(line_ids)},
        write,
        lambda view: evidence.cart_removed(view, titles),
    )


def set_quantity(context: ToolContext, intent: Intent) -> Found:
    """Sets how many of what is pointed at are in the cart."""
    line_ids = [line.id for line in _meant_lines(context, intent)]
    count = intent.constraints.quantity
    if not line_ids or count is None:
        return show_cart(context, intent)

    def write(work: UnitOfWork) -> None:
        for line_id in line_ids:
            Carts(work).set_quantity(context.turn.owner, line_id, count)

    return _changed(context, "set_quantity", {"lines": list(line_ids), "quantity": count}, write, _cart)


def clear_cart(context: ToolContext, _intent: Intent) -> Found:
    """Empties the cart."""

    def write(work: UnitOfWork) -> None:
        Carts(work).clear(context.turn.owner)

    return _changed(context, "clear_cart", {}, write, _cart)


def _changed(
    context: ToolContext,
    name: str,
    arguments: dict[str, Json],
    write: Write,
    say: Callable[[CartView], Evidence],
) -> Found:
    """Shows the cart as the change will leave it; a change that a record forbids is not deferred."""
    try:
        with context.services.database.rehearse() as work:
            write(work)
            view = view_cart(work, context.turn.owner, context.currency, context.services.clock())
    except OutOfStock as refused:
        left = f"only {refused.available} left" if refused.available else "it is sold out"
        return Found(call(name, arguments, ok=False), evidence.cart_refused(left))
    except BadQuantity as refused:
        return Found(call(name, arguments, ok=False), evidence.cart_refused(str(refused)))
    except (UnknownVariant, UnknownLine):
        return Found(call(name, arguments, ok=False), evidence.cart_refused("it is no longer there"))
    context.later(write)
    return Found(call(name, arguments), say(view), cart=view)


def _view(context: ToolContext) -> CartView:
    with context.services.database.read() as work:
        return view_cart(work, context.turn.owner, context.currency, context.services.clock())


def _cart(view: CartView) -> Evidence:
    return evidence.cart(view) if view.lines else evidence.plain("cart_empty")


def _meant_bundle(context: ToolContext, intent: Intent) -> BundleView | None:
    named = {each.bundle_id for each in intent.references if each.bundle_id}
    chosen = next((each for each in context.shown.bundles if each.id in named), None)
    if chosen is None and context.shown.bundles and not context.shown.products:
        return context.shown.bundles[0]
    return chosen


def _meant_products(context: ToolContext, intent: Intent) -> list[ProductCard]:
    """The cards pointed at by product or by slot; else the only one shown, unless a bundle is."""
    by_id = {card.product_id: card for card in context.shown.products}
    slots: dict[str, ProductCard] = {}
    for bundle in reversed(context.shown.bundles):
        for item in bundle.items:
            slots[item.slot] = item.product
            by_id.setdefault(item.product.product_id, item.product)
    meant = [by_id.get(each.product_id or "") or slots.get(each.slot or "") for each in intent.references]
    cards = [card for card in meant if card is not None]
    if (
        not cards
        and len(context.shown.products) == 1
        and not any(each.bundle_id for each in intent.references)
    ):
        return list(context.shown.products)
    return cards


def _meant_lines(context: ToolContext, intent: Intent) -> list[CartLineView]:
    """The cart's lines whose product is pointed at, or whose title holds the words."""
    wanted = {each.product_id for each in intent.references if each.product_id}
    words = [each.text.lower() for each in intent.references] + [intent.query.lower()]
    return [
        line
        for line in _view(context).lines
        if line.product.product_id in wanted
        or any(word and word in line.product.title.lower() for word in words)
    ]
