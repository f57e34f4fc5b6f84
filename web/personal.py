"""All that is kept about one customer: given out as JSON, or erased.

A table belongs to a customer by its `customer_id`, by their `email`, by the `order_id` of their orders, or by
its `owner` where that is a session of the customer; what hangs on such a row belongs with it. The tables
themselves say so, so a new one is not forgotten. An API key that acted for customers is nobody's: only its
conversations with this one count.

What was written to the audit log stays as a stub: when, and what kind of thing was done. The log refuses
every change, so erasing lifts that guard for its own statement, inside its transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from assistant.conversation_tables import audit, conversations
from assistant.handoffs import Audit
from assistant.service_tables import outbox
from shop.serialise import Json, to_json
from shop.tables import customers, orders
from storage import UnitOfWork, metadata
from web.tables import idempotency, sessions
from web.tokens import digest

#: What the id of a session begins with; an API key's begins otherwise.
SESSION = "sess_"
Conditions = dict[sa.Table, sa.ColumnElement[bool]]
#: Of a session and a key only digests are kept; nobody learns from them.
_UNTOLD = frozenset(("token_digest",))


def export_customer(work: UnitOfWork, customer_id: str) -> dict[str, list[dict[str, Json]]]:
    """Every row by table, tables without any left out."""
    found: dict[str, list[dict[str, Json]]] = {}
    for table, condition in _conditions(work, customer_id).items():
        columns = [column for column in table.columns if column.name not in _UNTOLD]
        rows = work.connection.execute(sa.select(*columns).where(condition))
        told = [{name: to_json(cell) for name, cell in row._mapping.items()} for row in rows]
        if told:
            found[table.name] = told
    return found


def erase_customer(work: UnitOfWork, customer_id: str, now: datetime) -> int:
    """Removes every row; gives how many. The log notes that it was done, not to whom."""
    conditions = _conditions(work, customer_id)
    _stub(work, conditions.pop(audit))
    # From the end: what others are found by stands first.
    removed = sum(
        work.connection.execute(sa.delete(table).where(condition)).rowcount
        for table, condition in reversed(conditions.items())
    )
    if removed:
        Audit(work, now).record("operator", "customer.erased", digest(customer_id)[:32], {"rows": removed})
    return removed


def _conditions(work: UnitOfWork, customer_id: str) -> Conditions:
    """By table, which of its rows are the customer's; what others are found by comes first."""
    owners = _owners(work, customer_id)
    found: Conditions = {}
    for table in metadata.sorted_tables:
        own: list[sa.ColumnElement[bool]] = []
        if table is customers:
            own.append(table.c.id == customer_id)
        if table is sessions:
            own.append(table.c.id.in_(owners))
        if "customer_id" in table.c:
            own.append(table.c.customer_id == customer_id)
        if "owner" in table.c:
            own.append(table.c.owner.in_(owners))
        if "email" in table.c:
            own.append(table.c.email.in_(_emails(customer_id)))
        if "order_id" in table.c:
            own.append(table.c.order_id.in_(_orders(customer_id)))
        own += [
            key.parent.in_(sa.select(key.column).where(found[key.column.table]))
            for key in table.foreign_keys
            if key.column.table in found
        ]
        if own:
            found[table] = sa.or_(*own)
    talks = sa.select(conversations.c.id).where(found[conversations])
    # Neither points to a conversation by a key: the one outlives it, the other may come before it.
    found[idempotency] = idempotency.c.conversation_id.in_(talks)
    found[audit] = sa.or_(
        audit.c.subject.in_(talks),
        audit.c.subject.in_(_orders(customer_id)),
        audit.c.who.in_([*owners, f"customer {customer_id}"]),
    )
    found[outbox] = _sent(work, customer_id)
    last = {table: found.pop(table) for table in (customers, orders, conversations)}
    return {**last, **found}


def _owners(work: UnitOfWork, customer_id: str) -> list[str]:
    bound = sa.select(sessions.c.id).where(sessions.c.customer_id == customer_id)
    talked = sa.select(conversations.c.owner).where(conversations.c.customer_id == customer_id)
    found = work.connection.execute(sa.union(bound, talked)).scalars()
    return sorted(owner for owner in found if owner.startswith(SESSION))


def _emails(customer_id: str) -> sa.Select[tuple[str]]:
    return sa.select(customers.c.email).where(customers.c.id == customer_id)


def _orders(customer_id: str) -> sa.Select[tuple[str]]:
    return sa.select(orders.c.id).where(orders.c.customer_id == customer_id)


def _sent(work: UnitOfWork, customer_id: str) -> sa.ColumnElement[bool]:
    """What was or is to be sent to the customer, or tells of their orders; a body is free text."""
    keys = [customer_id, *work.connection.execute(_emails(customer_id)).scalars()]
    keys += work.connection.execute(_orders(customer_id)).scalars()
    body = sa.cast(outbox.c.body, sa.Text)
    named = [body.contains(f'"{key}"', autoescape=True) for key in keys]
    return sa.or_(outbox.c.target.in_(keys), *named)


def _stub(work: UnitOfWork, condition: sa.ColumnElement[bool]) -> None:
    with _unguarded(work):
        work.connection.execute(
            sa.update(audit).where(condition).values(who="erased", subject="erased", detail={})
        )


@contextmanager
def _unguarded(work: UnitOfWork) -> Iterator[None]:
    """The log may be changed until the block ends, by this transaction alone."""
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        yield
        work.connection.execute(sa.text("ALTER TABLE audit ENABLE TRIGGER audit_append_only"))
        return
    written = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'audit_no_update'")
    guard: str = work.connection.execute(written).scalar_one()
    work.connection.execute(sa.text("DROP TRIGGER audit_no_update"))
    yield
    work.connection.exec_driver_sql(guard)
