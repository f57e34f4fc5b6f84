"""Readers for the cart and the till."""

import re
from collections.abc import Sequence

from assistant.intent import CartOp, Constraints, Intent, Reference
from assistant.reading.context import Context
from assistant.reading.rest import trimmed
from assistant.reading.words import Words

_FEW_WORDS = 6


def cart(context: Context) -> Intent | None:
    """Showing, filling, changing or emptying the cart."""
    operation = _cart_operation(context)
    if operation is None:
        return None
    references = _meant(context, operation)
    if context.quantity is not None and len({reference.text for reference in references}) == 1:
        references = references[:1]  # "two of them": two of the first one
    query = "" if references or operation in ("show", "clear") else _cart_query(context)
    if operation == "add" and not references and not query and not context.shown.products:
        references = _whole_bundle(context)
    constraints = Constraints(quantity=context.quantity)
    return Intent("cart", 0.9, query=query, constraints=constraints, references=references, cart=operation)


def _meant(context: Context, operation: CartOp) -> tuple[Reference, ...]:
    """What is pointed at; of a cart that was just shown, what stands in it."""
    if operation not in ("add", "remove", "set_quantity"):
        return ()
    pointed = context.pointing.references
    carted = {card.product_id: card for card in context.shown.carted}
    if operation == "add" or any(each.product_id in carted for each in pointed):
        return pointed
    if carted and (not pointed or context.lexicon.has("it", context.lower)):
        return tuple(Reference(card.title, product_id=card.product_id) for card in carted.values())
    return pointed


def _cart_operation(context: Context) -> CartOp | None:
    lexicon, lower = context.lexicon, context.lower
    named = lexicon.has("cart_certain", lower) and not _sold_here(context)
    if named:
        operations: Sequence[tuple[str, CartOp]] = (
            ("cart_clear", "clear"),
            ("cart_remove", "remove"),
            ("cart_quantity", "set_quantity"),
            ("cart_add", "add"),
            ("cart_show", "show"),
        )
        for phrase, operation in operations:
            if not lexicon.has(phrase, lower):
                continue
            if operation == "clear" and context.pointing.found and not lexicon.starts("cart_clear", lower):
                continue
            if operation != "set_quantity" or context.quantity is not None:
                return operation
        return "show" if len(context.message.words) <= _FEW_WORDS else None
    if context.shown.carted and len(context.message.words) <= _FEW_WORDS and not context.wish.prices:
        if lexicon.starts("cart_quantity", lower) and context.quantity is not None and not context.wish.goods:
            return "set_quantity"
        if lexicon.starts("cart_remove", lower) and context.pointing.found:
            return "remove"
    taken = lexicon.has("cart_take", lower)
    pointed = bool(context.pointing.found) and (context.shown.products or context.shown.bundles)
    return "add" if taken and pointed and not lexicon.has("place_order", lower) else None


def _sold_here(context: Context) -> bool:
    """Whether what a cart is called names goods: "a basket for the laundry", where the shop has such."""
    lexicon = context.lexicon
    one = (
        rf"{lexicon.source('indefinite')}\s*(?:[\w-]+\s+){{0,2}}?(?P<thing>{lexicon.source('cart_certain')})"
    )
    named = re.search(one, context.lower)
    return named is not None and context.names_goods(named["thing"])


def _cart_query(context: Context) -> str:
    lexicon = context.lexicon
    message = Words(context.message.text, lexicon)
    for name in ("cart_certain", "cart_add", "cart_remove", "cart_take"):
        message.take(*(match.span() for match in lexicon.phrases[name].finditer(message.lower)))
    quantity = rf"(?<!\w)(?:\d{{1,2}}|{'|'.join(lexicon.numbers['numbers'])})(?!\w)"
    message.take(*(match.span() for match in re.finditer(quantity, message.lower)))
    return trimmed(message)


def _whole_bundle(context: Context) -> tuple[Reference, ...]:
    return tuple(Reference(view.title, bundle_id=view.id) for view in context.shown.bundles[:1])


def place_order(context: Context) -> Intent | None:
    """Paying or submitting; a question about payment is a service matter."""
    lexicon = context.lexicon
    if not lexicon.has("place_order", context.lower) or (
        context.service is not None and context.service.name not in ("place_order", "change_order")
    ):
        return None
    if context.wish.goods and not context.pointing.found:
        return None
    return Intent("place_order", 0.85, references=context.pointing.references)
