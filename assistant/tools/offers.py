"""Tools about what a shopper waits for: a coupon code for the cart, word when a thing is back in stock."""

import re
from datetime import datetime

from assistant import service_evidence
from assistant.cart_view import view_cart
from assistant.guests import EMAIL
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.stock_alerts import StockAlerts
from assistant.tools.context import Found, ToolContext, call
from assistant.values import ProductCard
from shop.carts import Carts
from shop.customers import Customers
from shop.promotions import Promotions
from shop.values import Promotion
from storage import UnitOfWork

#: A code as shops make them: four characters or more, with a capital letter or a digit in it.
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z0-9])[A-Za-z0-9][\w-]{3,31}(?![\w-])")


def wants_coupon(context: ToolContext) -> bool:
    """Whether the message is about a coupon code and names one."""
    words = lexicon(context.language)
    return words.has("coupon_word", context.turn.text.lower()) and _code(context) is not None


def apply_coupon(context: ToolContext, _intent: Intent) -> Found:
    """Puts a code into the cart. What it takes off is the shop's own rule, never what was said."""
    code = _code(context) or ""
    owner, now = context.turn.owner, context.services.clock()
    with context.services.database.read() as work:
        known = any(_is_open(each, code, now) for each in Promotions(work).all())
    if not known:
        return Found(
            call("apply_coupon", {"code": code}, ok=False), service_evidence.coupon(code, None, known=False)
        )

    def write(work: UnitOfWork) -> None:
        Carts(work).add_code(owner, code)

    with context.services.database.rehearse() as work:
        before = view_cart(work, owner, context.currency, now)
        write(work)
        view = view_cart(work, owner, context.currency, now)
    context.later(write)
    saved = before.total - view.total
    said = service_evidence.coupon(code, saved if saved.amount > 0 else None, known=True)
    return Found(call("apply_coupon", {"code": code}), said, cart=view)


def _is_open(promotion: Promotion, code: str, now: datetime) -> bool:
    begun = promotion.starts_at is None or promotion.starts_at <= now
    over = promotion.ends_at is not None and promotion.ends_at <= now
    return promotion.code is not None and promotion.code.casefold() == code.casefold() and begun and not over


def wants_alert(context: ToolContext) -> bool:
    return lexicon(context.language).has("stock_alert", context.turn.text.lower())


def stock_alert(context: ToolContext, intent: Intent) -> Found:
    """Writes to the shopper once a thing that is sold out can be bought again."""
    card = _meant(context, intent)
    if card is None:
        return Found(call("stock_alert", {}, ok=False), service_evidence.detail_ask("product"))
    if card.availability.available:
        return Found(
            call("stock_alert", {"product_id": card.product_id}, ok=False),
            service_evidence.in_stock_already(card.title),
        )
    email = _email(context)
    if email is None:
        return Found(
            call("stock_alert", {"product_id": card.product_id}, ok=False),
            service_evidence.detail_ask("email"),
        )
    now = context.services.clock()
    context.later(
        lambda work: StockAlerts(work, now).ask(card.variant_id, card.product_id, card.title, email)
    )
    return Found(
        call("stock_alert", {"product_id": card.product_id}), service_evidence.stock_alert(card.title, email)
    )


def _code(context: ToolContext) -> str | None:
    """The code in the message: what follows a word for it, else what looks like one."""
    text = context.turn.text
    words = lexicon(context.language)
    last = max((match.end() for match in words.phrases["coupon_word"].finditer(text.lower())), default=0)
    for match in (*_CODE.finditer(text, last), *_CODE.finditer(text)):
        if not words.has("coupon_word", match[0].lower()):
            return match[0]
    return None


def _meant(context: ToolContext, intent: Intent) -> ProductCard | None:
    by_id = {card.product_id: card for card in context.shown.products}
    for reference in intent.references:
        if reference.product_id in by_id:
            return by_id[reference.product_id]
    if context.shown.focus is not None:
        return context.shown.focus
    return next(iter(context.shown.products), None)


def _email(context: ToolContext) -> str | None:
    written = EMAIL.search(context.turn.text)
    if written is not None:
        return written[0]
    if context.turn.customer_id is None:
        return None
    with context.services.database.read() as work:
        customer = Customers(work).get(context.turn.customer_id)
    return customer.email if customer else None
