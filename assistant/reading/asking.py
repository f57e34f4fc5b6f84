"""Which intent a message has: readers tried in order, each for one kind of request, each honest about
how sure its rule is.

A reader gives an `Intent` or None. The order is the priority: what changes something (bundle, cart) comes
before what asks, what points at something shown before what looks for something new.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.intent import Constraints, Edit, Intent
from assistant.lexicon import Lexicon
from assistant.reading.buying import cart, place_order
from assistant.reading.context import Context
from assistant.reading.following import (
    compare,
    complete_bundle,
    edit_bundle,
    merged,
    product_question,
    refine,
)
from assistant.reading.looking import find_bundle, find_product
from assistant.reading.numbers import numbers
from assistant.reading.rest import is_vague
from assistant.reading.service import entities, order_number, service
from assistant.reading.words import without
from shop.money import Money

Reader = Callable[[Context], Intent | None]

_FEW_WORDS = 6
_ORDER_MATTERS = ("track_order", "delivery_period", "cancel_order", "change_order", "change_shipping_address")
_LONG = 12
_BEGINNING = 8
_SMALLEST_BUDGET = 5


def asked(context: Context) -> Intent:
    """The first reader's intent; `other` where no rule holds."""
    for reader in READERS:
        intent = reader(context)
        if intent is not None:
            return intent
    return Intent("other", confidence=0.4, query=context.wish.query)


def small_talk(context: Context) -> Intent | None:
    """Greetings and thanks that ask for nothing; "no thanks" too."""
    if not context.message.words:
        return Intent("other", confidence=0.9)
    return Intent("greet", confidence=0.95) if is_only_talk(context.lower, context.lexicon) else None


def is_only_talk(lower: str, lexicon: Lexicon) -> bool:
    """Whether the message greets or thanks, and nothing is left without that."""
    talk = [
        match.span() for name in ("greeting", "thanks") for match in lexicon.phrases[name].finditer(lower)
    ]
    rest = re.sub(lexicon.source("small_words"), " ", without(lower, talk))
    return bool(talk) and re.sub(r"[^\w]+", "", rest) == ""


def answer_to_question(context: Context) -> Intent | None:
    """A bare amount after a question is the budget that was asked for; a bare yes or no says nothing."""
    lexicon = context.lexicon
    if any(lexicon.phrases[name].fullmatch(context.lower.strip(" .!")) for name in ("yes", "no")):
        return Intent("other", 0.6)
    if context.shown.question is None or len(context.message.words) > _FEW_WORDS:
        return None
    money = _amount_said(context)
    if money is None:
        return None
    if context.shown.bundles and not context.shown.products:
        return Intent("edit_bundle", 0.7, edits=(Edit("set_budget", budget=money),))
    constraints = merged(context.shown, Constraints(max_price=money))
    return Intent("refine", 0.6, query=context.shown.query, constraints=constraints)


def _amount_said(context: Context) -> Money | None:
    """The one amount of a message that says nothing else."""
    found = numbers(context.lower, context.lexicon)
    rest = without(context.lower, [number.span for number in found])
    if len(found) != 1 or found[0].value < _SMALLEST_BUDGET or context.names_goods(rest):
        return None
    if context.wish.prices:
        price = context.wish.prices[0]
        if price.low is not None and price.high is not None:
            return Money((price.low.amount + price.high.amount) // 2, price.high.currency)
        return price.high or price.low
    return Money.of(found[0].value, context.currency) if len(context.message.words) <= 2 else None


def service_matter(context: Context) -> Intent | None:
    """A service intent, unless the message is about goods and no strong word of service is in it."""
    found = context.service
    if found is None or _about_goods(context):
        return None
    name = found.name
    plain = context.message.plain
    named = dict(entities(plain, name, context.lexicon))
    number = order_number(plain)
    if number and "order_id" not in named and "invoice_id" not in named:
        named["order_id"] = number
    return Intent(name, found.confidence, query=plain, entities=named)


def order_follow_up(context: Context) -> Intent | None:
    """ "When will it arrive?" right after an order was talked about: that order's state."""
    before, lexicon = context.shown.intent, context.lexicon
    if before is None or before.name not in _ORDER_MATTERS or len(context.message.words) > _LONG:
        return None
    if not lexicon.has("c_long_strict", context.lower) and not lexicon.has("c_track", context.lower):
        return None
    if context.wish.goods:
        return None
    number = (before.entities or {}).get("order_id")
    return Intent("track_order", 0.6, entities={"order_id": number} if number else {})


def _about_goods(context: Context) -> bool:
    """Whether a word of service is only mentioned: in a wish for goods ("with free delivery")."""
    found, lexicon = context.service, context.lexicon
    if found is None or _begins_with_goods(context):
        return True
    if lexicon.has("service_strong", context.corrected):
        return False
    return found.concepts < 2 or context.wish.goods or context.wish.occasion is not None


def _begins_with_goods(context: Context) -> bool:
    """A longer message that begins by asking for goods, and whose beginning is no service matter."""
    words = context.corrected.split()
    if len(words) <= _LONG or not context.lexicon.starts("request_goods", context.corrected):
        return False
    matter = service(" ".join(words[:_BEGINNING]), context.lexicon)
    return matter is None or matter.name == "place_order"


def out_of_scope(context: Context) -> Intent | None:
    """What no shop serves: a phrase of such matters, or a question in which nothing of a shop stands."""
    lexicon, lower = context.lexicon, context.corrected
    asks_for_goods = lexicon.has("request_strict", lower)
    outside = lexicon.has("outside", lower)
    if _of_the_shop(context, asks_for_goods=asks_for_goods, outside=outside):
        return None
    if outside:
        return Intent("out_of_scope", 0.75)
    question = lexicon.starts("question_start", lower) and not lexicon.starts("request_strict", lower)
    shown = context.shown.products or context.shown.bundles
    return Intent("out_of_scope", 0.55) if question and not shown else None


def _of_the_shop(context: Context, *, asks_for_goods: bool, outside: bool) -> bool:
    """Whether something of a shop stands in it. A value alone ("how long is winter") is not enough, nor is
    a thing in a question about other matters."""
    wish = context.wish
    if context.pointing.found or context.lexicon.has("shop_words", context.corrected):
        return True
    question = context.lexicon.starts("question_start", context.corrected)
    if outside and question and not asks_for_goods:
        return bool(wish.prices)
    facts = replace(wish.constraints, attributes={}) != Constraints()
    return (
        wish.goods
        or wish.occasion is not None
        or facts
        or (bool(wish.constraints.attributes) and asks_for_goods)
    )


def vague_wish(context: Context) -> Intent | None:
    """ "Something nice", "anything": a wish for goods that names none."""
    wishes = context.lexicon.has("vague_goods", context.lower) and is_vague(context.lower, context.lexicon)
    return Intent("find_product", 0.5, query=context.message.plain) if wishes else None


READERS: tuple[Reader, ...] = (
    small_talk,
    answer_to_question,
    edit_bundle,
    cart,
    place_order,
    service_matter,
    order_follow_up,
    complete_bundle,
    compare,
    product_question,
    refine,
    out_of_scope,
    find_bundle,
    find_product,
    vague_wish,
)
