"""Tools that read orders: their state, the list of them, refunds, invoices. They change nothing."""

from collections.abc import Callable
from dataclasses import replace

from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.order_views import (
    invoice_evidence,
    list_evidence,
    order_view,
    refund_evidence,
    status_evidence,
)
from assistant.tools.context import Found, ToolContext, call
from assistant.tools.policies import search_policies
from assistant.tools.standing import Chosen, choose, numbers, standing, verified
from assistant.values import Evidence, OrderView
from shop.values import Order

Say = Callable[[Order, OrderView], Evidence]


def track_order(context: ToolContext, intent: Intent) -> Found:
    """Where an order is. Without a number: the only one that is on its way, or the list of all."""
    words = lexicon(context.language)
    if not numbers(context, intent) and words.has("order_list", context.turn.text.lower()):
        return list_orders(context, intent)
    return _read(context, intent, "track_order", status_evidence, _is_under_way, else_newest=True)


def track_or_how_long(context: ToolContext, intent: Intent) -> Found:
    """Where an order is; of the one whose state was just told, how long the shop says that it takes."""
    found = track_order(context, intent)
    before = ((context.last or {}).get("order") or {}).get("id")
    when = lexicon(context.language).has("when_it_comes", context.turn.text.lower())
    if not when or found.order is None or found.order.id != before:
        return found
    told = search_policies(context, replace(intent, name="delivery_period"))
    return replace(told, order=found.order) if told.call.ok else found


def get_order(context: ToolContext, intent: Intent) -> Found:
    """What an order holds, what it cost and where it is."""
    return _read(context, intent, "get_order", status_evidence)


def list_orders(context: ToolContext, intent: Intent) -> Found:
    """The customer's orders, the newest first; a guest's, those that were shown."""
    here = standing(context)
    if here.guest and not here.orders:
        return track_order_of_guest(context, intent)
    return Found(call("list_orders", {}), list_evidence(here.orders))


def track_order_of_guest(context: ToolContext, intent: Intent) -> Found:
    """Asks a guest for an order, and how to prove that it is theirs."""
    return _read(context, intent, "track_order", status_evidence)


def refund_status(context: ToolContext, intent: Intent) -> Found:
    """What was refunded of an order, and what is still to come."""
    return _read(context, intent, "refund_status", refund_evidence, _comes_back)


def get_invoice(context: ToolContext, intent: Intent) -> Found:
    """The lines and the total of an order. A guest sees its state, and no money."""
    found = choose(context, intent, "get_invoice")
    if isinstance(found, Found):
        return found
    if found.guest:
        return shown(found, "get_order", status_evidence)
    return shown(found, "get_invoice", invoice_evidence)


def show_verified(context: ToolContext, number: str, words: str) -> Found:
    """A guest's order, once the words prove it."""
    found = verified(context, number, words, "track_order")
    return found if isinstance(found, Found) else shown(found, "track_order", status_evidence)


def shown(found: Chosen, tool: str, say: Say) -> Found:
    view = order_view(found.order, guest=found.guest)
    return Found(call(tool, {"order_id": view.id}), say(found.order, view), order=view)


def _read(
    context: ToolContext,
    intent: Intent,
    tool: str,
    say: Say,
    suits: Callable[[Order], bool] = lambda _order: True,
    *,
    else_newest: bool = False,
) -> Found:
    found = choose(context, intent, tool, suits, else_newest=else_newest)
    return found if isinstance(found, Found) else shown(found, tool, say)


def _is_under_way(order: Order) -> bool:
    return order.status in ("pending", "paid", "shipped")


def _comes_back(order: Order) -> bool:
    return order.status in ("cancelled", "returned", "return_requested", "exchange_requested")
