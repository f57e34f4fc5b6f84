"""People in the loop: the queue of conversations that want a human, and the audit log.

A conversation is `pending` while the assistant answers, `open` while a human has it, `resolved` after.
Every change of status is told to whoever follows the conversation and written to the audit log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa

from assistant.conversation_tables import audit, conversations, handoffs
from assistant.conversations import Conversations, Status
from assistant.outbox import Outbox
from assistant.values import Handoff
from shop.serialise import Json
from storage import UnitOfWork

#: Who looks again within this time has gone on looking.
READING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A conversation that wants a human; `position` counts from 1, longest waiting first. `tried` are the
    tools that the assistant used before, `callback` is where the customer wants to be reached."""

    conversation_id: str
    customer_id: str | None
    reason: str
    summary: str
    status: Status
    requested_at: datetime
    position: int
    agent: str | None = None
    tried: tuple[str, ...] = ()
    callback: str | None = None


class Handoffs:
    """The queue, over one unit of work."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._work = work
        self._db = work.connection
        self._now = now

    def request(self, conversation_id: str, reason: str, summary: str, tried: Sequence[str] = ()) -> Handoff:
        """Puts the conversation into the queue; asked again while it waits, it keeps its place."""
        status = self._db.scalar(
            sa.select(handoffs.c.status).where(handoffs.c.conversation_id == conversation_id)
        )
        asked = {
            "reason": reason,
            "summary": summary,
            "status": "pending",
            "requested_at": self._now,
            "tried": list(tried) or None,
            "callback": None,
        }
        if status is None:
            self._db.execute(handoffs.insert().values(conversation_id=conversation_id, **asked))
        elif status == "resolved":
            self._db.execute(
                handoffs.update().where(handoffs.c.conversation_id == conversation_id).values(**asked)
            )
        if status in (None, "resolved"):
            Outbox(self._work, self._now).tell(
                "conversation.handoff", {"conversation_id": conversation_id, "reason": reason}
            )
        places = {entry.conversation_id: entry.position for entry in self.queue()}
        Audit(self._work, self._now).record(
            "assistant", "handoff.requested", conversation_id, {"reason": reason}
        )
        return Handoff("pending", reason, places.get(conversation_id))

    def call_back(self, conversation_id: str, contact: str) -> None:
        """Notes where the customer of a waiting conversation wants to be reached."""
        self._db.execute(
            handoffs.update().where(handoffs.c.conversation_id == conversation_id).values(callback=contact)
        )
        Audit(self._work, self._now).record("assistant", "handoff.callback", conversation_id, {})

    def of(self, conversation_id: str) -> QueueEntry | None:
        """The queue's entry of a conversation, as long as it waits or is served."""
        return next((each for each in self.queue() if each.conversation_id == conversation_id), None)

    def queue(self, limit: int = 200) -> tuple[QueueEntry, ...]:
        """Who waits for a person, and who is being served, longest first."""
        rows = self._db.execute(
            sa.select(handoffs, conversations.c.customer_id)
            .join(conversations, conversations.c.id == handoffs.c.conversation_id)
            .where(handoffs.c.status != "resolved")
            .order_by(handoffs.c.requested_at, handoffs.c.conversation_id)
            .limit(limit)
        )
        return tuple(_entry(row, position) for position, row in enumerate(rows, start=1))

    def set_status(self, conversation_id: str, status: Status, who: str) -> None:
        """A human takes the conversation, hands it back, or resolves it."""
        talks = Conversations(self._work, self._now)
        before = talks.get(None, conversation_id).status
        self._db.execute(
            conversations.update().where(conversations.c.id == conversation_id).values(status=status)
        )
        # Handed back to the assistant, it no longer waits for a person.
        waits: Status = "resolved" if status == "pending" else status
        self._db.execute(
            handoffs.update()
            .where(handoffs.c.conversation_id == conversation_id)
            .values(status=waits, agent=who if status == "open" else None)
        )
        talks.tell(conversation_id, "status", {"status": status})
        if status == "resolved" and before != "resolved":
            Outbox(self._work, self._now).tell("conversation.resolved", {"conversation_id": conversation_id})
        Audit(self._work, self._now).record(
            who, "conversation.status", conversation_id, {"before": before, "after": status}
        )


class Audit:
    """The append-only log of who did what to whom."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    def record(self, who: str, what: str, subject: str, detail: Json) -> None:
        self._db.execute(
            audit.insert().values(at=self._now, who=who, what=what, subject=subject, detail=detail)
        )

    def record_reading(self, who: str, what: str, subject: str) -> None:
        """Writes down that somebody looks at something, once for as long as they go on looking."""
        seen = self._db.scalar(
            sa.select(sa.func.max(audit.c.at)).where(
                audit.c.subject == subject, audit.c.who == who, audit.c.what == what
            )
        )
        if seen is None or seen <= self._now - READING:
            self.record(who, what, subject, {})


def _entry(row: sa.Row[tuple[object, ...]], position: int) -> QueueEntry:
    fields = row._mapping
    return QueueEntry(
        cast(str, fields["conversation_id"]),
        cast("str | None", fields["customer_id"]),
        cast(str, fields["reason"]),
        cast(str, fields["summary"]),
        cast(Status, fields["status"]),
        cast(datetime, fields["requested_at"]),
        position,
        cast("str | None", fields["agent"]),
        tuple(cast("list[str] | None", fields["tried"]) or ()),
        cast("str | None", fields["callback"]),
    )
