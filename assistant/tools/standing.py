"""Whose orders a turn may be about: the session's customer's, or those that a guest has shown to be theirs.

Nothing that was said counts here. An order of somebody else is as unknown as none.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant import service_evidence
from assistant.guests import EMAIL, Guests, Refused, Try, folded, granted
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.order_views import LISTED
from assistant.reading.money import without_amounts
from assistant.reading.service import ORDER_NUMBER, order_number
from assistant.tools.context import Found, ToolContext, call
from assistant.values import Question
from shop.orders import Orders
from shop.values import Order

MOST_ORDERS = 200
#: A number without its letters counts where it has so many digits.
FEWEST_DIGITS = 4
#: More words than this do more than point at one of a few.
FEW_WORDS = 5

_NUMBER = re.compile(rf"(?<![\w@.])(?:{ORDER_NUMBER})(?![\w@])", re.I)


@dataclass(frozen=True, slots=True)
class Standing:
    """`orders` are the newest first. A guest's are those that were shown in this conversation."""

    orders: tuple[Order, ...]
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The order that a turn is about."""

    order: Order
    guest: bool


def standing(context: ToolContext) -> Standing:
    turn = context.turn
    with context.services.database.read() as work:
        if turn.customer_id is not None:
            return Standing(Orders(work).of_customer(turn.customer_id, MOST_ORDERS))
        return Standing(granted(work, turn.conversation_id, context.services.clock()), guest=True)


def choose(
    context: ToolContext,
    intent: Intent,
    tool: str,
    suits: Callable[[Order], bool] = lambda _order: True,
    *,
    else_newest: bool = False,
) -> Chosen | Found:
    """The order that is named; where none is, the one that was just shown, else the only one that `suits`;
    else the question which one. Where none suits that is said, or with `else_newest` the newest is meant."""
    here = standing(context)
    if here.guest and context.turn.customer_id is None:
        return _guests_order(context, intent, tool, here)
    named = numbers(context, intent)
    own = [order for each in named if (order := of_number(here.orders, each)) is not None]
    if own:
        return Chosen(own[0], guest=False)
    if named:
        return Found(call(tool, {"order_id": named[0]}, ok=False), service_evidence.order_unknown(named[0]))
    before = of_number(here.orders, str(((context.last or {}).get("order") or {}).get("id", "")))
    if before is not None and suits(before):
        return Chosen(before, guest=False)
    suiting = [order for order in here.orders if suits(order)]
    if len(suiting) == 1:
        return Chosen(suiting[0], guest=False)
    if not suiting:
        newest = here.orders[0] if here.orders else None
        if newest is not None and else_newest:
            return Chosen(newest, guest=False)
        return Found(call(tool, {}, ok=False), service_evidence.order_none(tool, newest))
    ids = [order.id for order in suiting[:LISTED]]
    evidence = service_evidence.order_which(ids)
    return Found(call(tool, {}, ok=False), evidence, question=_question(evidence.values["orders"]))


def of_number(orders: Iterable[Order], number: str) -> Order | None:
    """The order with this number, which may be written without its letters and signs."""
    wanted = folded(number)
    listed = list(orders)
    for order in listed:
        if folded(order.id) == wanted:
            return order
    digits = wanted.isdigit() and len(wanted) >= FEWEST_DIGITS
    ends = [order for order in listed if digits and folded(order.id).endswith(wanted)]
    return ends[0] if len(ends) == 1 else None


def place_said(context: ToolContext, choices: Sequence[str]) -> int | None:
    """Which of the choices a short message points at by its place, from 0: "the second one"."""
    words = re.sub(r"[\s,.!。，！]+", " ", context.turn.text.lower()).split()
    ordinals = lexicon(context.language).numbers["ordinals"]
    place = next((ordinals[word] for word in words if word in ordinals), None)
    short = len(words) <= FEW_WORDS
    return int(place) - 1 if short and place is not None and place <= len(choices) else None


def numbers(context: ToolContext, intent: Intent) -> list[str]:
    """What was written as an order's number, the likeliest first."""
    text = without_amounts(EMAIL.sub(" ", context.turn.text), lexicon(context.language))
    found = [intent.entities.get("order_id"), order_number(text)]
    found += [each for each in _NUMBER.findall(text) if sum(map(str.isdigit, each)) >= FEWEST_DIGITS]
    return list(dict.fromkeys(each.lstrip("#") for each in found if each))


def _guests_order(context: ToolContext, intent: Intent, tool: str, here: Standing) -> Chosen | Found:
    """A guest's order: shown already, or shown now by what stands in the message."""
    named = numbers(context, intent)
    own = [order for each in named if (order := of_number(here.orders, each)) is not None]
    if own or (here.orders and not named):
        return Chosen((own or list(here.orders))[0], guest=True)
    # A number that the model brings and the guest did not write proves nothing, and is not tried.
    written = [each for each in named if folded(each) in folded(context.turn.text)]
    if not written:
        return Found(call("verify_order", {}, ok=False), service_evidence.verify_ask(None))
    words = " ".join(word for word in context.turn.text.split() if folded(word) != folded(written[0]))
    return verified(context, written[0], words, tool)


def verified(context: ToolContext, number: str, words: str, tool: str) -> Chosen | Found:
    """The guest's order where the words prove it; where they hold nothing that could, the question."""
    asked = call("verify_order", {"order_id": number, "for": tool}, ok=False)
    if not may_verify(context) or not could_prove(words):
        return Found(asked, service_evidence.verify_ask(number))
    guests = Guests(context.services.database, context.services.clock)
    found = guests.check(Try(number, words, context.turn.address), context.turn.conversation_id)
    if isinstance(found, Refused):
        return Found(asked, service_evidence.verify_failed(found.wait))
    return Chosen(found, guest=True)


def may_verify(context: ToolContext) -> bool:
    """A key that acts for nobody gets no order tool, and a draft tries nothing."""
    return bool(context.turn.address) and not context.turn.draft


def could_prove(words: str) -> bool:
    """Something like an e-mail address, or a word with a digit in it as postcodes have."""
    return EMAIL.search(words) is not None or any(
        any(map(str.isdigit, word)) and 3 <= len(folded(word)) <= 10 for word in words.split()
    )


def _question(orders: object) -> Question | None:
    if not isinstance(orders, list) or not orders:
        return None
    return Question("Which order?", tuple(str(each) for each in orders))
