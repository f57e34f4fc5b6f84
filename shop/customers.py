"""The shop's customers."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from shop.deserialise import from_json
from shop.records import RecordTable, Row
from shop.serialise import to_json
from shop.tables import customers
from shop.values import Address, Customer, ImportCounts, PaymentMethod
from storage import UnitOfWork


class Customers:
    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection
        self.records = RecordTable(work, customers, _row, _customer)

    def get(self, customer_id: str) -> Customer | None:
        return self.records.get(customer_id)

    def lock(self, customer_id: str) -> Customer | None:
        """The customer, whom no other transaction can change before this one ends."""
        self._connection.execute(
            sa.select(customers.c.id).where(customers.c.id == customer_id).with_for_update()
        )
        return self.get(customer_id)

    def by_email(self, email: str) -> tuple[Customer, ...]:
        """Everybody with this address; case does not count."""
        wanted = sa.func.lower(customers.c.email) == email.strip().lower()
        return tuple(self.records.where(wanted))

    def all(self) -> tuple[Customer, ...]:
        return tuple(self.records.all())

    def put(self, new: Iterable[Customer]) -> ImportCounts:
        return self.records.put(new)

    def ids(self) -> Iterator[str]:
        yield from self.records.ids()

    def remove(self, ids: Iterable[str]) -> int:
        """Removes those of `ids` that exist; returns how many."""
        return self.records.remove(ids)


def _row(customer: Customer) -> Row:
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "address": to_json(customer.address),
        "payment_methods": to_json(customer.payment_methods) if customer.payment_methods else None,
    }


def _customer(row: sa.Row[Any]) -> Customer:
    address = None if row.address is None else Address(**row.address)
    methods = from_json(tuple[PaymentMethod, ...], row.payment_methods or [])
    return Customer(row.id, row.name, row.email, row.phone, address, methods)
