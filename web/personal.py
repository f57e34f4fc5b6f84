"""All that is kept about one customer: given out as JSON, or erased.

A table belongs to a customer by its `customer_id`, or by its `owner` where that is a session of the
customer; what hangs on such a row belongs with it. The tables themselves say so, so a new one is not
forgotten. An API key that acted for customers is nobody's: only its conversations with this one count.

What an erased conversation left in the audit log stays as a stub: when, and what kind of thing was done.
"""

from datetime import datetime

import sqlalchemy as sa

from assistant.conversation_tables import audit, conversations
from assistant.handoffs import Audit
from shop.serialise import Json, to_json
from shop.tables import customers
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
    # Children first: their conditions look at their parents.
    removed = sum(
        work.connection.execute(sa.delete(table).where(condition)).rowcount
        for table, condition in reversed(conditions.items())
    )
    if removed:
        Audit(work, now).record("operator", "customer.erased", digest(customer_id)[:32], {"rows": removed})
    return removed


def _conditions(work: UnitOfWork, customer_id: str) -> Conditions:
    """By table, parents before children, which of its rows are the customer's."""
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
    found[audit] = sa.or_(audit.c.subject.in_(talks), audit.c.who.in_(owners))
    # The conversations go after what looks at them.
    return {conversations: found.pop(conversations), **found}


def _owners(work: UnitOfWork, customer_id: str) -> list[str]:
    bound = sa.select(sessions.c.id).where(sessions.c.customer_id == customer_id)
    talked = sa.select(conversations.c.owner).where(conversations.c.customer_id == customer_id)
    found = work.connection.execute(sa.union(bound, talked)).scalars()
    return sorted(owner for owner in found if owner.startswith(SESSION))


def _stub(work: UnitOfWork, condition: sa.ColumnElement[bool]) -> None:
    work.connection.execute(
        sa.update(audit).where(condition).values(who="erased", subject="erased", detail={})
    )
