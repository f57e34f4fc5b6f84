"""What is to be sent, kept until it is delivered: mails to customers, webhooks to the shop's other systems.

An entry is written in the transaction of what it tells about, so that neither is there without the other.
Who delivers asks `due`, and says how it went.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from assistant.service_tables import outbox
from shop.ids import new_id
from shop.serialise import Json
from storage import UnitOfWork

Kind = Literal["mail", "webhook"]

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 12
#: Who takes an entry has it alone for so long.
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)

#: The target of a webhook entry until the deliverer, who knows the addresses, sends it to each of them.
EVERY_HOOK = "*"


@dataclass(frozen=True, slots=True)
class Entry:
    """`target` is an e-mail address or a URL; `topic` a mail's subject or an event's name."""

    id: str
    kind: Kind
    target: str
    topic: str
    body: Json
    created_at: datetime
    tries: int
    delivered_at: datetime | None = None
    problem: str | None = None


class Outbox:
    """The outbox, over one unit of work, at the moment `now`."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    def mail(self, to: str, subject: str, text: str) -> str:
        return self._add("mail", to, subject, text)

    def tell(self, event: str, data: Json) -> str:
        """An event for whoever listens: `conversation.handoff`, `conversation.resolved`, `order.changed`."""
        return self._add("webhook", EVERY_HOOK, event, data)

    def address(self, entry: Entry, url: str) -> str:
        """The same event for one listener."""
        return self._add("webhook", url, entry.topic, entry.body)

    def due(self, kinds: Collection[Kind], limit: int = 20) -> tuple[Entry, ...]:
        """Takes what should be sent now; nobody else gets it before its lease ends."""
        rows = self._db.execute(
            sa.select(outbox)
            .where(outbox.c.next_at <= self._now, outbox.c.kind.in_(list(kinds)))
            .order_by(outbox.c.next_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        ids = [row.id for row in rows]
        self._db.execute(outbox.update().where(outbox.c.id.in_(ids)).values(next_at=self._now + LEASE))
        return tuple(map(_entry, rows))

    def delivered(self, entry: Entry) -> None:
        self._set(entry, next_at=None, delivered_at=self._now, tries=entry.tries + 1, problem=None)

    def failed(self, entry: Entry, problem: str) -> None:
        """Waits twice as long as the last time; after the last try it stays, undelivered, to be looked at."""
        tries = entry.tries + 1
        wait = min(FIRST_WAIT * 2 ** min(entry.tries, 16), LONGEST_WAIT)
        next_at = self._now + wait if tries < MOST_TRIES else None
        self._set(entry, next_at=next_at, tries=tries, problem=problem[:500])

    def newest(self, kind: Kind, limit: int = 50) -> tuple[Entry, ...]:
        rows = self._db.execute(
            sa.select(outbox)
            .where(outbox.c.kind == kind)
            .order_by(outbox.c.created_at.desc(), outbox.c.id)
            .limit(limit)
        )
        return tuple(map(_entry, rows))

    def purge(self) -> int:
        """Forgets what was delivered a while ago."""
        return self._db.execute(outbox.delete().where(outbox.c.delivered_at <= self._now - KEPT)).rowcount

    def _add(self, kind: Kind, target: str, topic: str, body: Json) -> str:
        entry_id = new_id("out")
        self._db.execute(
            outbox.insert().values(
                id=entry_id,
                kind=kind,
                target=target,
                topic=topic,
                body=body,
                created_at=self._now,
                next_at=self._now,
                tries=0,
            )
        )
        return entry_id

    def _set(self, entry: Entry, **values: object) -> None:
        self._db.execute(outbox.update().where(outbox.c.id == entry.id).values(**values))


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        row.id,
        row.kind,
        row.target,
        row.topic,
        row.body,
        row.created_at,
        row.tries,
        row.delivered_at,
        row.problem,
    )
