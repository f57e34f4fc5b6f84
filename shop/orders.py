"""What customers have ordered."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from shop.deserialise import from_json
from shop.money import Money
from shop.serialise import to_json
from shop.staging import Staging
from shop.tables import order_lines, orders
from shop.values import (
    Address,
    ExchangeRequest,
    ImportCounts,
    Order,
    OrderLine,
    Payment,
    ReturnRequest,
)
from storage import UnitOfWork
from storage.batches import BATCH, batches


class Orders:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._connection = work.connection

    def get(self, order_id: str) -> Order | None:
        return self.some([order_id]).get(order_id)

    def lock(self, order_id: str) -> Order | None:
        """The order, which no other transaction can change before this one ends."""
        self._connection.execute(sa.select(orders.c.id).where(orders.c.id == order_id).with_for_update())
        return self.get(order_id)

    def of_customer(self, customer_id: str, limit: int | None = None) -> tuple[Order, ...]:
        """The newest first."""
        query = sa.select(orders).where(orders.c.customer_id == customer_id)
        rows = self._connection.execute(query.order_by(orders.c.placed_at.desc(), orders.c.id).limit(limit))
        return tuple(self._complete(rows.all()))

    def all_baskets(self) -> Iterator[tuple[str, ...]]:
        """The products of each order, each once, in the order of their lines; a batch in memory at a time.

        Cancelled orders count: what a customer wanted together is not undone by a late parcel.
        """
        last = ""
        while True:
            page = sa.select(orders.c.id).where(orders.c.id > last).order_by(orders.c.id).limit(BATCH)
            ids = self._connection.execute(page).scalars().all()
            lines = self._lines(ids)
            yield from (tuple(dict.fromkeys(row.product_id for row in lines[key])) for key in ids)
            if len(ids) < BATCH:
                return
            last = ids[-1]

    def count(self) -> int:
        return self._connection.execute(sa.select(sa.func.count()).select_from(orders)).scalar_one()

    def put(self, new: Iterable[Order]) -> ImportCounts:
        """Adds or replaces orders; those that are there already are left alone."""
        counts = ImportCounts()
        for batch in batches(new):
            counts += self._put_batch({order.id: order for order in batch})
        return counts

    def stage(self, new: Sequence[Order], staging: Staging) -> ImportCounts:
        """Puts aside those orders that differ from what is there, for `admit`."""
        different, counts = self._different({order.id: order for order in new})
        staging.add(self._work, orders, [_row(order) for order in different])
        staging.add(self._work, order_lines, [row for order in different for row in _line_rows(order)])
        return counts

    def admit(self, staging: Staging) -> None:
        """Writes all that was staged."""
        staging.move(self._work, orders, order_lines)

    def ids(self) -> Iterator[str]:
        yield from self._connection.execute(sa.select(orders.c.id).order_by(orders.c.id)).scalars().all()

    def remove(self, ids: Iterable[str]) -> int:
        """Removes those of `ids` that exist; returns how many."""
        return sum(
            self._connection.execute(sa.delete(orders).where(orders.c.id.in_(batch))).rowcount
            for batch in batches(ids)
        )

    def some(self, ids: Iterable[str]) -> dict[str, Order]:
        found: dict[str, Order] = {}
        for batch in batches(ids):
            rows = self._connection.execute(sa.select(orders).where(orders.c.id.in_(batch))).all()
            found |= {order.id: order for order in self._complete(rows)}
        return found

    def _complete(self, rows: Sequence[sa.Row[Any]]) -> Iterator[Order]:
        lines = self._lines([row.id for row in rows])
        yield from (_order(row, lines[row.id]) for row in rows)

    def _lines(self, ids: Sequence[str]) -> defaultdict[str, list[sa.Row[Any]]]:
        lines: defaultdict[str, list[sa.Row[Any]]] = defaultdict(list)
        for batch in batches(ids):
            query = sa.select(order_lines).where(order_lines.c.order_id.in_(batch))
            for row in self._connection.execute(
                query.order_by(order_lines.c.order_id, order_lines.c.position)
            ):
                lines[row.order_id].append(row)
        return lines

    def _put_batch(self, new: dict[str, Order]) -> ImportCounts:
        different, counts = self._different(new)
        self.remove(order.id for order in different)
        if different:
            self._connection.execute(sa.insert(orders), [_row(order) for order in different])
        lines = [row for order in different for row in _line_rows(order)]
        if lines:
            self._connection.execute(sa.insert(order_lines), lines)
        return counts

    def _different(self, new: dict[str, Order]) -> tuple[list[Order], ImportCounts]:
        stored = self.some(new)
        different = [order for key, order in new.items() if stored.get(key) != order]
        changed = sum(order.id in stored for order in different)
        return different, ImportCounts(len(different) - changed, changed, len(new) - len(different))


def _row(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "customer_id": order.customer_id,
        "placed_at": order.placed_at,
        "status": order.status,
        "total": order.total.amount,
        "currency": order.total.currency,
        "address": to_json(order.address),
        "tracking": order.tracking,
        "payments": to_json(order.payments) if order.payments else None,
        "delivered_at": order.delivered_at,
        "cancel_reason": order.cancel_reason,
        "return_request": to_json(order.returning),
        "exchange_request": to_json(order.exchanging),
        "changed": order.changed or None,
        "note": order.note,
    }


def _line_rows(order: Order) -> Iterator[dict[str, object]]:
    for position, line in enumerate(order.lines):
        yield {
            "order_id": order.id,
            "position": position,
            "product_id": line.product_id,
            "variant_id": line.variant_id,
            "title": line.title,
            "quantity": line.quantity,
            "price": line.price.amount,
            "currency": line.price.currency,
            "options": to_json(line.options) if line.options else None,
        }


def _order(row: sa.Row[Any], lines: Sequence[sa.Row[Any]]) -> Order:
    return Order(
        id=row.id,
        customer_id=row.customer_id,
        placed_at=row.placed_at,
        status=row.status,
        lines=tuple(map(_line, lines)),
        total=Money(row.total, row.currency),
        address=None if row.address is None else Address(**row.address),
        tracking=row.tracking,
        payments=from_json(tuple[Payment, ...], row.payments or []),
        delivered_at=row.delivered_at,
        cancel_reason=row.cancel_reason,
        returning=None if row.return_request is None else from_json(ReturnRequest, row.return_request),
        exchanging=None if row.exchange_request is None else from_json(ExchangeRequest, row.exchange_request),
        changed=bool(row.changed),
        note=row.note,
    )


def _line(row: sa.Row[Any]) -> OrderLine:
    price = Money(row.price, row.currency)
    return OrderLine(row.product_id, row.variant_id, row.title, row.quantity, price, row.options or {})
