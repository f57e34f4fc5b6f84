"""What the demo's customer can try after the sale: an order to cancel, one on its way, one to send back.

A demo shop's orders are as old as its files. At each start the customer's three newest are as if they had
been placed just now, whatever an earlier start did with them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shop.orders import Orders
from shop.values import Order, OrderStatus
from storage import Database


@dataclass(frozen=True, slots=True)
class Moment:
    """How an order stands, and how long ago it was placed and delivered."""

    status: OrderStatus
    placed: timedelta
    delivered: timedelta | None = None


#: Of the newest order, the one before it, and the one before that.
MOMENTS = (
    Moment("paid", timedelta(hours=2)),
    Moment("shipped", timedelta(days=3)),
    Moment("delivered", timedelta(days=12), timedelta(days=8)),
)
TRACKING = "SW7001234567"


def freshen(database: Database, customer_id: str, now: datetime) -> tuple[Order, ...]:
    """Makes the customer's newest orders fresh, and gives them, the newest first."""
    with database.begin() as work:
        orders = Orders(work)
        newest = orders.of_customer(customer_id, len(MOMENTS))
        fresh = tuple(_at(order, moment, now) for order, moment in zip(newest, MOMENTS, strict=False))
        orders.put(fresh)
    return fresh


def _at(order: Order, moment: Moment, now: datetime) -> Order:
    return replace(
        order,
        placed_at=now - moment.placed,
        status=moment.status,
        tracking=None if moment.status == "paid" else order.tracking or TRACKING,
        delivered_at=None if moment.delivered is None else now - moment.delivered,
        payments=tuple(each for each in order.payments if each.kind == "payment"),
        cancel_reason=None,
        returning=None,
        exchanging=None,
        changed=False,
    )
