"""Orders as they are shown and said: the whole of it to its customer, its state to a guest."""

from collections import Counter
from collections.abc import Sequence

from assistant.changes import address_text
from assistant.facts import money_fact, spoken
from assistant.values import Evidence, Fact, OrderLineView, OrderView
from shop.serialise import Json
from shop.values import Order

#: How many orders are named when there are several.
LISTED = 5


def order_view(order: Order, *, guest: bool = False) -> OrderView:
    lines = tuple(
        OrderLineView(
            line.title,
            line.quantity,
            line.product_id,
            line.variant_id,
            None if guest else line.price,
            line.options,
        )
        for line in order.lines
    )
    return OrderView(
        order.id,
        order.status,
        order.placed_at,
        lines,
        None if guest else order.total,
        address_text(order.address) if order.address and not guest else None,
        order.tracking,
    )


def titles(order: Order) -> list[Json]:
    return [_counted(line.title, line.quantity) for line in order.lines]


def _counted(title: str, quantity: int) -> str:
    return f"{quantity} × {title}" if quantity > 1 else title


def _returning(order: Order) -> list[Json]:
    """Titles of what is to come back: it may be a part of the order."""
    if order.returning is None:
        return []
    coming = Counter(order.returning.variant_ids)
    return [_counted(line.title, coming[line.variant_id]) for line in order.lines if coming[line.variant_id]]


def order_facts(view: OrderView) -> tuple[Fact, ...]:
    """What may be claimed of an order: its state, its day, its pieces, and money where it is shown."""
    facts = [
        Fact("name", view.id, view.id, view.id),
        Fact("status", view.id, view.status, spoken(view.status)),
        Fact("date", view.id, f"{view.placed_at:%Y-%m-%d}", f"{view.placed_at:%Y-%m-%d}"),
    ]
    facts += [Fact("name", view.id, line.title, line.title) for line in view.lines]
    if view.total is not None:
        facts.append(money_fact("total", view.id, view.total))
    return tuple(facts)


def status_evidence(order: Order, view: OrderView) -> Evidence:
    values: dict[str, Json] = {
        "order_id": view.id,
        "status": view.status,
        "placed": f"{view.placed_at:%Y-%m-%d}",
        "items": titles(order),
        "total": str(view.total) if view.total else None,
        "tracking": view.tracking,
        "delivered": f"{order.delivered_at:%Y-%m-%d}" if order.delivered_at else None,
        "returning": _returning(order),
    }
    return Evidence("order_status", order_facts(view), (view.id,), values)


def refund_evidence(order: Order, view: OrderView) -> Evidence:
    refunds = [payment for payment in order.payments if payment.kind == "refund"]
    amount = sum((each.amount for each in refunds[1:]), refunds[0].amount) if refunds else None
    values: dict[str, Json] = {
        "order_id": view.id,
        "status": view.status,
        "amount": str(amount) if amount and view.total else None,
    }
    return Evidence("refund_status", order_facts(view), (view.id,), values)


def invoice_evidence(order: Order, view: OrderView) -> Evidence:
    values: dict[str, Json] = {
        "order_id": view.id,
        "placed": f"{view.placed_at:%Y-%m-%d}",
        "lines": [f"{line.quantity} × {line.title}, {line.price * line.quantity}" for line in order.lines],
        "total": str(order.total),
    }
    return Evidence("invoice", order_facts(view), (view.id,), values)


def list_evidence(orders: Sequence[Order]) -> Evidence:
    values: dict[str, Json] = {
        "count": len(orders),
        "orders": [
            {"id": each.id, "status": each.status, "placed": f"{each.placed_at:%Y-%m-%d}"}
            for each in orders[:LISTED]
        ],
    }
    return Evidence("orders_listed", (), values=values)
