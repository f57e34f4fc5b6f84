"""Orders, refunds, invoices, accounts and changes done, in the words of `texts/orders.txt`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

from assistant import service_evidence
from assistant.changes import Outcome, address_text
from assistant.order_views import (
    invoice_evidence,
    list_evidence,
    order_view,
    refund_evidence,
    status_evidence,
)
from assistant.service_claims import service_violations
from assistant.telling import TONES, telling_messages
from assistant.telling_service import name
from assistant.values import Evidence
from finetune.voice import people, written
from finetune.voice.checks import LONGEST_ANSWER
from finetune.voice.samples import CannotDraw, Kind, Sample, ShopFacts, short_id, tokens
from shop.serialise import Json
from shop.values import Order, OrderStatus

Values = dict[str, str]

#: Orders of a list that are named: three do not fit into what is told.
NAMED = 2
#: What order lines of a list are called in each state.
SAID: Mapping[OrderStatus, tuple[str, ...]] = {
    "pending": ("waiting for its payment", "not paid yet"),
    "paid": ("being packed", "paid and being packed"),
    "shipped": ("on its way", "shipped"),
    "delivered": ("delivered",),
    "cancelled": ("cancelled",),
    "return_requested": ("waiting for your return",),
    "exchange_requested": ("waiting for your exchange",),
    "returned": ("returned",),
}


def state(chance: Random, shop: ShopFacts) -> Sample:
    """What is said of one order; a guest hears no money. A trap is what lies close by: a day that is not the
    one asked for, a return of a part, a parcel without a number to follow."""
    status = chance.choice(people.STATUSES)
    order = people.order(chance, shop, status)
    guest = chance.random() < 0.15
    told = status_evidence(order, order_view(order, guest=guest))
    values = _of_order(order)
    if guest:
        values.pop("total")
    texts = _fitting(written.by_key("orders")[status], values, order)
    return _sample(told, texts, values, f"order_{status}", chance, shop, _trap(order))


def _trap(order: Order) -> str | None:
    if order.returning and len(order.lines) > 1 and set(_returned(order)) != {x.title for x in order.lines}:
        return "part of an order"
    if order.status == "delivered" and order.delivered_at and (order.delivered_at - order.placed_at).days < 3:
        return "close dates"
    return "no tracking" if order.status == "shipped" and not order.tracking else None


def _fitting(texts: tuple[str, ...], values: Values, order: Order) -> tuple[str, ...]:
    """Without what the record does not bear: a verb for one of several things, the rest of a whole."""
    pieces = sum(line.quantity for line in order.lines)
    part = order.returning is not None and len(_returned(order)) < len(order.lines)
    kept = [
        each
        for each in texts
        if pieces == 1 or not any(f"{{items}} {verb}" in each for verb in ("is", "was"))
    ]
    kept = [each for each in kept if part or "rest" not in each]
    if order.returning and len(order.returning.variant_ids) > 1:
        kept = [each for each in kept if "{returning} is" not in each and "it has" not in each]
    if "tracking" in values:
        kept = [each for each in kept if "no tracking number" not in each]
    return tuple(kept)


def _returned(order: Order) -> list[str]:
    ids = set(order.returning.variant_ids) if order.returning else set()
    return [line.title for line in order.lines if line.variant_id in ids]


def _of_order(order: Order) -> Values:
    evidence = status_evidence(order, order_view(order)).values
    values = {
        "id": order.id,
        "placed": str(evidence["placed"]),
        "items": joined(evidence["items"]),
        "first": f"the {name(order.lines[0].title)}",
        "total": str(order.total),
    }
    if order.tracking:
        values["tracking"] = order.tracking
    if order.status == "delivered":
        values["delivered"] = str(evidence["delivered"])
    if order.returning:
        values["returning"] = joined(evidence["returning"])
    return values


def joined(titles: Json) -> str:
    """ "2 × A, B and C", as its lines have them."""
    assert isinstance(titles, list)
    told = [name(str(each)) for each in titles]
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


def several(chance: Random, shop: ShopFacts) -> Sample:
    """A list of orders, often with days and numbers that lie close to each other."""
    count = chance.choices((0, 1, 2, 3, 4, 6, 8, 11), (1, 2, 4, 4, 2, 1, 1, 1))[0]
    orders = [people.order(chance, shop, chance.choice(people.STATUSES)) for _ in range(count)]
    close = count > 1 and chance.random() < 0.4
    if close:
        orders[1] = replace(orders[1], placed_at=orders[0].placed_at - timedelta(days=chance.randint(1, 2)))
    orders.sort(key=lambda each: each.placed_at, reverse=True)
    told = list_evidence(orders)
    shown = orders[:5]
    values = {"count": str(count)} | ({"one": _one(shown[0], chance)} if shown else {})
    if shown:
        parts = [_one(each, chance) for each in shown[:NAMED]]
        values["all"] = "; ".join(parts)
    few = "list_many" if count <= NAMED else "list_more"
    key = ("list_none", "list_one")[count] if count < 2 else few
    return _sample(
        told,
        written.by_key("orders")[key],
        values,
        "orders_listed",
        chance,
        shop,
        "close dates" if close else None,
    )


def _one(order: Order, chance: Random) -> str:
    return f"{order.id} of {order.placed_at:%Y-%m-%d}, {chance.choice(SAID[order.status])}"


def refund(chance: Random, shop: ShopFacts) -> Sample:
    states = [each for each in people.STATUSES if each != "exchange_requested"]
    order = people.order(chance, shop, chance.choice(states))
    told = refund_evidence(order, order_view(order))
    amount = told.values["amount"]
    waits = order.status == "return_requested"
    ended = {"cancelled": "refund_cancelled", "returned": "refund_returned"}
    key = "refund_amount" if amount else ended.get(order.status, "refund_waiting" if waits else "refund_none")
    values = {"id": order.id} | ({"amount": str(amount)} if amount else {})
    return _sample(told, written.by_key("orders")[key], values, "refund_status", chance, shop, None)


def invoice(chance: Random, shop: ShopFacts) -> Sample:
    order = people.order(chance, shop, "delivered", people.some_products(chance, shop, 2))
    told = invoice_evidence(order, order_view(order))
    lines = told.values["lines"]
    assert isinstance(lines, list)
    values = {"id": order.id, "placed": str(told.values["placed"]), "total": str(order.total)}
    values["lines"] = "; ".join(map(str, lines))
    return _sample(told, written.by_key("orders")["invoice"], values, "invoice", chance, shop, None)


def account(chance: Random, shop: ShopFacts) -> Sample:
    who = people.customer(chance)
    told = service_evidence.account(who)
    values = {each: str(value) for each, value in told.values.items() if value}
    return _sample(told, written.by_key("orders")["account"], values, "account", chance, shop, None)


def changed(chance: Random, shop: ShopFacts) -> Sample:
    """What is said when a change was done."""
    action = chance.choice(
        ("cancel_order",) * 2
        + ("change_shipping_address", "change_items", "return_items", "exchange_items")
        + ("change_payment", "update_account")
    )
    order = people.order(chance, shop, "paid")
    other = chance.choice(shop.products)
    given: dict[str, Json] = {
        "action": action,
        "order_id": order.id,
        "items": [order.lines[0].title],
        "new": [],
    }
    given |= {"amount": None, "owed": False, "detail": None}
    if action == "cancel_order":
        given |= {
            "items": [line.title for line in order.lines],
            "amount": _sometimes(str(order.total), chance),
        }
    elif action == "change_shipping_address":
        given["detail"] = address_text(people.address(chance, "A B"))
    elif action in ("change_items", "exchange_items"):
        given["new"] = [other.title]
    elif action == "change_payment":
        given["detail"] = chance.choice(
            ("Visa ending in 4242", "PayPal", "gift card", "Mastercard ending in 0118")
        )
    elif action == "update_account":
        who = people.customer(chance)
        given |= {"order_id": None, "items": [], "detail": who.phone or who.email}
    told = service_evidence.change_done(Outcome(action, order.id, None, None, given))
    values = {"id": order.id, "items": name(order.lines[0].title), "new": name(other.title)}
    values |= {each: str(given[each]) for each in ("amount", "detail") if given[each]}
    if action == "update_account":
        values.pop("id")
    key = "change_account" if action == "update_account" else action
    return _sample(told, written.by_key("orders")[key], values, "change_done", chance, shop, None)


def _sometimes(text: str, chance: Random) -> str | None:
    return text if chance.random() < 0.7 else None


def _sample(
    told: Evidence,
    texts: tuple[str, ...],
    values: Values,
    kind: str,
    chance: Random,
    shop: ShopFacts,
    trap: str | None,
) -> Sample:
    wording = written.one_of(texts, values, shop, chance)
    messages = telling_messages(told, chance.choice(TONES))
    if messages is None:
        raise CannotDraw(kind)
    answer = written.filled(wording, values)
    answer = answer[:1].upper() + answer[1:]
    if tokens(answer) > LONGEST_ANSWER:
        raise CannotDraw("more than is told")
    wrong = service_violations(answer, told)
    if wrong:
        raise ValueError(f"{wording!r} says of {told.values}: {wrong}")
    return Sample("explain", tuple(messages), answer, kind, short_id(wording), kind, shop.name, trap)


KINDS = {
    "order": Kind(state, 360),
    "orders_listed": Kind(several, 100),
    "refund_status": Kind(refund, 110),
    "invoice": Kind(invoice, 50),
    "account": Kind(account, 50),
    "change_done": Kind(changed, 110),
}
