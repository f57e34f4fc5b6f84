"""Tools that change orders: guards first, described, and done only once the customer says yes.

A tool here changes nothing. It tries the change in a transaction that is undone, which holds it to the shop's
rules, and stores what was described as a confirmation; `assistant.confirming` does it.
"""

from collections.abc import Callable, Mapping, Sequence

from assistant import changes, confirming, service_evidence
from assistant.addresses import parse_address
from assistant.changes import Doing, Outcome
from assistant.confirmations import Confirmation, Wanted, new_confirmation
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.order_views import order_view
from assistant.tools.context import Found, ToolContext, call
from assistant.tools.orders import get_order
from assistant.tools.policies import search_policies
from assistant.tools.standing import Chosen, choose, numbers, of_number, place_said, standing
from assistant.values import Evidence, Question
from retrieval.tokens import tokenise
from shop.catalogue import Catalogue
from shop.errors import OrderRefused
from shop.serialise import Json, to_json
from shop.values import Order, OrderLine, Product, Variant

MOST_CHOICES = 5


def cancel_order(context: ToolContext, intent: Intent) -> Found:
    """Stops an order that has not left. What has arrived and is to go back is returned."""
    found = choose(context, intent, "cancel_order", _has_not_left(context))
    if isinstance(found, Found):
        return found
    if _is_delivered(found.order) and _asks_to(context, "send_back"):
        return return_items(context, intent)
    by_mistake = lexicon(context.language).has("by_mistake", context.turn.text.lower())
    reason = "ordered by mistake" if by_mistake else "no longer needed"
    return propose(context, intent, found, "cancel_order", {"reason": reason})


def change_shipping_address(context: ToolContext, intent: Intent) -> Found:
    """Sends an order that has not left elsewhere."""
    found = choose(context, intent, "change_shipping_address", _has_not_left(context))
    if isinstance(found, Found):
        return found
    now = found.order.address
    address = parse_address(context.turn.text, now)
    if address is None:
        return asks(found, "change_shipping_address", service_evidence.detail_ask("address"))
    return propose(context, intent, found, "change_shipping_address", {"address": to_json(address)})


def return_or_policy(context: ToolContext, intent: Intent) -> Found:
    """What the policy says of returns; of an order that is named, the return itself."""
    if numbers(context, intent) and _asks_to(context, "send_back"):
        return return_items(context, intent)
    return search_policies(context, intent)


def wants_return(context: ToolContext) -> bool:
    """Whether the message sends goods of an order back that is shown to whoever writes."""
    orders = standing(context).orders
    named = any(of_number(orders, each) is not None for each in numbers(context, Intent("other")))
    return named and _asks_to(context, "send_back")


def return_items(context: ToolContext, intent: Intent) -> Found:
    """Takes pieces of a delivered order back. An order that has not left is cancelled instead."""
    found = choose(context, intent, "return_items", _is_delivered)
    if isinstance(found, Found):
        return found
    if found.order.status in context.services.order_policy.changeable:
        return propose(context, intent, found, "cancel_order", {"reason": "no longer needed"})
    lines = meant_lines(context, found.order)
    if not lines:
        return _which_items(found, "return_items")
    pieces = [line.variant_id for line in lines for _ in range(line.quantity)]
    return propose(context, intent, found, "return_items", {"variant_ids": list(pieces)})


def exchange_items(context: ToolContext, intent: Intent) -> Found:
    """Swaps a piece for another variant of the same product: before it leaves, or once it is delivered."""
    found = choose(
        context, intent, "exchange_items", lambda order: _is_delivered(order) or _open(context, order)
    )
    if isinstance(found, Found):
        return found
    lines = meant_lines(context, found.order)
    if len(lines) != 1:
        return _which_items(found, "exchange_items")
    line = lines[0]
    product = _product(context, line)
    others = _others(product, line)
    wanted = [each for each in others if _named(context, each, line)]
    if len(wanted) != 1:
        choices = [_options_text(each) for each in (wanted or others)[:MOST_CHOICES]]
        return asks(found, "exchange_items", service_evidence.variant_which(line.title, choices), choices)
    action = "exchange_items" if _is_delivered(found.order) else "change_items"
    given: dict[str, Json] = {"swaps": [[line.variant_id, wanted[0].id]], "method_id": _paid_by(found.order)}
    return propose(context, intent, found, action, given)


def change_order(context: ToolContext, intent: Intent) -> Found:
    """Another address, another version of an item, or the order as it is, to choose from."""
    if parse_address(context.turn.text, None) is not None:
        return change_shipping_address(context, intent)
    if _asks_to(context, "exchange"):
        return exchange_items(context, intent)
    if not numbers(context, intent) and context.turn.customer_id is None:
        return search_policies(context, intent)
    return get_order(context, intent)


# Describing -----------------------------------------------------------------------------------------


def propose(
    context: ToolContext, intent: Intent, found: Chosen, action: str, given: Mapping[str, Json]
) -> Found:
    """Describes a change of an order and asks for a yes; says which rule forbids it where one does."""
    arguments: dict[str, Json] = {"order_id": found.order.id, **given}
    try:
        outcome = _tried(context, found.order.customer_id, action, arguments)
    except OrderRefused as refused:
        said = service_evidence.order_refused(found.order.id, refused)
        view = order_view(found.order, guest=found.guest)
        refusal = call(action, {**arguments, "person_offered": True}, ok=False)
        return Found(refusal, said, order=view)
    return confirmed_later(
        context, intent, outcome, arguments, found.order.customer_id, found.order, guest=found.guest
    )


def confirmed_later(
    context: ToolContext,
    intent: Intent,
    outcome: Outcome,
    arguments: Mapping[str, Json],
    customer_id: str,
    order: Order | None,
    *,
    guest: bool,
) -> Found:
    """Stores what was described at the end of the turn, and shows it."""
    turn, now = context.turn, context.services.clock()
    wanted = Wanted(
        outcome.action,
        arguments,
        outcome.described(context.language),
        intent.name,
        outcome.digest,
        customer_id,
    )
    made = new_confirmation(
        wanted,
        conversation_id=turn.conversation_id,
        owner=turn.owner,
        language=context.language,
        now=now,
        needs_code=guest,
    )
    if not _may_ask(context, made):
        said = service_evidence.confirmation_over("too_many_codes")
        return Found(call(outcome.action, arguments, ok=False), said)
    context.later(lambda work: confirming.store(work, now, made))
    return Found(
        call(outcome.action, arguments),
        service_evidence.change_described(made),
        order=order_view(order, guest=guest) if order else None,
        confirmation=confirming.view(made),
    )


def _may_ask(context: ToolContext, made: Confirmation) -> bool:
    with context.services.database.read() as work:
        return confirming.may_ask(work, context.services.clock(), made)


def _tried(context: ToolContext, customer_id: str, action: str, arguments: Mapping[str, Json]) -> Outcome:
    """What the change would do; it is undone at once."""
    with context.services.database.rehearse() as work:
        doing = Doing(work, context.services.clock(), customer_id, context.services.order_policy)
        return changes.do(doing, action, arguments)


def asks(found: Chosen, tool: str, said: Evidence, choices: Sequence[str] = ()) -> Found:
    """A question before anything can be described; what is known of the order is kept for the answer."""
    question = Question("Which one?", tuple(choices)) if choices else None
    return Found(call(tool, {"order_id": found.order.id}, ok=False), said, question=question)


def _which_items(found: Chosen, tool: str) -> Found:
    titles = [line.title for line in found.order.lines]
    return asks(found, tool, service_evidence.items_which(found.order.id, titles), titles)


# What is meant --------------------------------------------------------------------------------------


def meant_lines(context: ToolContext, order: Order) -> list[OrderLine]:
    """The lines that the message names: all of them, the one at a place of those that were asked about, or
    those whose titles share its telling words."""
    titles = [line.title for line in order.lines]
    asked = ((context.last or {}).get("question") or {}).get("choices")
    place = place_said(context, titles) if asked and list(asked) == titles else None
    if place is not None:
        return [order.lines[place]]
    text = context.turn.text.lower()
    if len(order.lines) == 1 or lexicon(context.language).has("everything", text):
        return list(order.lines)
    locale = lexicon(context.language).locale
    said = set(tokenise(text, locale)) - set(locale.stop)
    shared = [(line, len(said & set(tokenise(line.title, locale)))) for line in order.lines]
    best = max((count for _, count in shared), default=0)
    exact = [line for line in order.lines if line.title.lower() in text]
    return exact or [line for line, count in shared if best and count == best]


def _product(context: ToolContext, line: OrderLine) -> Product | None:
    with context.services.database.read() as work:
        return Catalogue(work).product(line.product_id)


def _others(product: Product | None, line: OrderLine) -> list[Variant]:
    variants = product.variants if product else ()
    return [each for each in variants if each.availability.available and each.id != line.variant_id]


def _named(context: ToolContext, variant: Variant, line: OrderLine) -> bool:
    """Whether the message names what is different about this variant, and nothing that it is not."""
    text = context.turn.text.lower()
    new = [value.lower() for name, value in variant.options.items() if line.options.get(name) != value]
    return bool(new) and all(value in text for value in new)


def _options_text(variant: Variant) -> str:
    return ", ".join(variant.options.values()) or variant.sku or variant.id


def _paid_by(order: Order) -> str | None:
    return order.payments[0].method_id if order.payments else None


def _asks_to(context: ToolContext, phrase: str) -> bool:
    return lexicon(context.language).has(phrase, context.turn.text.lower())


def _open(context: ToolContext, order: Order) -> bool:
    return order.status in context.services.order_policy.changeable


def _has_not_left(context: ToolContext) -> Callable[[Order], bool]:
    return lambda order: _open(context, order)


def _is_delivered(order: Order) -> bool:
    return order.status == "delivered"
