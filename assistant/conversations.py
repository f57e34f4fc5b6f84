"""Conversations: turns as values, and the store that is their only truth.

A message is stored before anything is answered. A turn holds its conversation by a lease, so that one
turn runs at a time and a process that dies cannot hold it for ever.

Errors, all of them a caller's to show: `UnknownConversation` (or somebody else's: the same answer),
`ConversationBusy` (a turn is running), `ConversationTaken` (a human has it: store the message by
`append`), `UnknownMessage`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

import sqlalchemy as sa

from assistant.conversation_tables import conversation_events, conversations, feedback, messages
from assistant.values import Reply
from assistant.wire import reply_json
from shop.ids import new_id
from shop.serialise import Json, to_json
from storage import UnitOfWork

Status = Literal["pending", "open", "resolved"]
Role = Literal["user", "assistant", "agent", "system"]

#: Longer than any turn may take; after it a conversation is free again, whatever became of its turn.
TURN_LEASE = timedelta(seconds=90)


class UnknownConversation(LookupError):
    """There is no such conversation, or it is not this caller's."""


class UnknownMessage(LookupError):
    """There is no such message, or it is not this caller's."""


class ConversationBusy(Exception):
    """A turn of this conversation is still running."""


class ConversationTaken(Exception):
    """A human has the conversation: the assistant stays silent, and nothing was stored yet."""


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    owner: str
    status: Status
    created_at: datetime
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """`reply` is, on a user's message, what was answered (None: the turn was cut off); on an
    assistant's message, that same reply whole."""

    id: str
    conversation_id: str
    role: Role
    content: str
    created_at: datetime
    reply: Json = None


@dataclass(frozen=True, slots=True)
class ConversationEvent:
    """What an event stream sends: a message, or a change of status. `id` orders them."""

    id: int
    kind: Literal["message", "status"]
    data: Json
    at: datetime


class Conversations:
    """The store, over one unit of work; `now` is the clock's value for everything it writes."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    # Conversations ------------------------------------------------------------------------------

    def create(self, owner: str, customer_id: str | None = None) -> Conversation:
        made = Conversation(new_id("conv"), owner, "pending", self._now, customer_id)
        self._db.execute(
            conversations.insert().values(
                id=made.id,
                owner=owner,
                customer_id=customer_id,
                status=made.status,
                created_at=self._now,
                updated_at=self._now,
            )
        )
        return made

    def get(self, owner: str | None, conversation_id: str) -> Conversation:
        """The owner's conversation; `owner` None is for callers that may see all of them."""
        row = self._db.execute(
            conversations.select().where(conversations.c.id == conversation_id)
        ).one_or_none()
        if row is None or (owner is not None and row.owner != owner):
            raise UnknownConversation(conversation_id)
        return _conversation(row)

    def list_of(self, owner: str, limit: int, before: str | None = None) -> tuple[Conversation, ...]:
        """Newest first; `before` is the id of the last one seen."""
        query = conversations.select().where(conversations.c.owner == owner)
        if before is not None:
            seen = self.get(owner, before)
            query = query.where(
                sa.or_(
                    conversations.c.created_at < seen.created_at,
                    sa.and_(conversations.c.created_at == seen.created_at, conversations.c.id < seen.id),
                )
            )
        ordered = query.order_by(conversations.c.created_at.desc(), conversations.c.id.desc()).limit(limit)
        return tuple(_conversation(row) for row in self._db.execute(ordered))

    def erase(self, owner: str | None, conversation_id: str) -> None:
        """Removes the conversation and everything said in it."""
        found = self.get(owner, conversation_id)
        self._db.execute(conversations.delete().where(conversations.c.id == found.id))

    def move(self, old_owner: str, new_owner: str, customer_id: str | None) -> None:
        """All conversations of one owner become another's (a session that got a customer)."""
        self._db.execute(
            conversations.update()
            .where(conversations.c.owner == old_owner)
            .values(owner=new_owner, customer_id=customer_id)
        )

    # Messages and turns -------------------------------------------------------------------------

    def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """All messages, oldest first."""
        rows = self._db.execute(
            messages.select()
            .where(messages.c.conversation_id == conversation_id)
            .order_by(messages.c.position)
        ).all()
        replies = {row.in_reply_to: row.reply for row in rows if row.in_reply_to}
        return tuple(_message(row, replies.get(row.id, row.reply)) for row in rows)

    def begin_turn(self, conversation_id: str, content: str, retry_key: str | None = None) -> Message:
        """Stores the user's message and takes the conversation for one turn.

        With the `retry_key` of a message whose turn was cut off, that message is taken up again.
        Raises `ConversationBusy`, `ConversationTaken`.
        """
        if self.get(None, conversation_id).status == "open":
            raise ConversationTaken(conversation_id)
        message = self._cut_off(conversation_id, retry_key) if retry_key else None
        message_id = message.id if message else new_id("msg")
        taken = self._db.execute(
            conversations.update()
            .where(
                conversations.c.id == conversation_id,
                sa.or_(conversations.c.running_until.is_(None), conversations.c.running_until <= self._now),
            )
            .values(running_message_id=message_id, running_until=self._now + TURN_LEASE)
        )
        if taken.rowcount == 0:
            raise ConversationBusy(conversation_id)
        return message or self.append(
            conversation_id, "user", content, retry_key=retry_key, message_id=message_id
        )

    def finish_turn(self, message_id: str, reply: Reply) -> None:
        """Stores the reply of a turn and frees its conversation."""
        self.append(
            reply.conversation_id,
            "assistant",
            reply.content,
            message_id=reply.id,
            in_reply_to=message_id,
            reply=reply_json(reply),
        )
        self._free(reply.conversation_id, message_id)

    def fail_turn(self, conversation_id: str, message_id: str) -> None:
        """Frees the conversation of a turn that ended without a reply."""
        self._free(conversation_id, message_id)

    def release_all(self) -> int:
        """Frees every conversation: for the start of a process that is alone on its database."""
        freed = self._db.execute(
            conversations.update()
            .where(conversations.c.running_until.is_not(None))
            .values(running_message_id=None, running_until=None)
        )
        return freed.rowcount

    def append(
        self,
        conversation_id: str,
        role: Role,
        content: str,
        *,
        message_id: str | None = None,
        in_reply_to: str | None = None,
        reply: Json = None,
        retry_key: str | None = None,
    ) -> Message:
        """Adds a message at the end and tells whoever follows the conversation."""
        # Takes the row: of two that write at once, on whatever server, one waits for its place.
        self._db.execute(
            conversations.update().where(conversations.c.id == conversation_id).values(updated_at=self._now)
        )
        last = self._db.scalar(
            sa.select(sa.func.max(messages.c.position)).where(messages.c.conversation_id == conversation_id)
        )
        made = Message(message_id or new_id("msg"), conversation_id, role, content, self._now, reply)
        self._db.execute(
            messages.insert().values(
                id=made.id,
                conversation_id=conversation_id,
                position=(last or 0) + 1,
                role=role,
                content=content,
                created_at=self._now,
                in_reply_to=in_reply_to,
                reply=reply if reply is not None else sa.null(),
                retry_key=retry_key,
            )
        )
        self.tell(conversation_id, "message", to_json(made))
        return made

    def _cut_off(self, conversation_id: str, retry_key: str) -> Message | None:
        row = self._db.execute(
            messages.select().where(
                messages.c.conversation_id == conversation_id, messages.c.retry_key == retry_key
            )
        ).one_or_none()
        if row is None:
            return None
        answered = self._db.scalar(sa.select(sa.func.count()).where(messages.c.in_reply_to == row.id))
        return None if answered else _message(row, None)

    def _free(self, conversation_id: str, message_id: str) -> None:
        self._db.execute(
            conversations.update()
            .where(
                conversations.c.id == conversation_id,
                conversations.c.running_message_id == message_id,
            )
            .values(running_message_id=None, running_until=None)
        )

    # What others follow -------------------------------------------------------------------------

    def events_after(
        self, conversation_id: str, event_id: int, limit: int = 100
    ) -> tuple[ConversationEvent, ...]:
        rows = self._db.execute(
            conversation_events.select()
            .where(
                conversation_events.c.conversation_id == conversation_id,
                conversation_events.c.id > event_id,
            )
            .order_by(conversation_events.c.id)
            .limit(limit)
        )
        return tuple(ConversationEvent(row.id, row.kind, row.data, row.at) for row in rows)

    def tell(self, conversation_id: str, kind: Literal["message", "status"], data: Json) -> None:
        """Adds an event to the conversation's stream."""
        self._db.execute(
            conversation_events.insert().values(
                conversation_id=conversation_id, kind=kind, data=data, at=self._now
            )
        )

    def rate(self, owner: str, message_id: str, value: int, comment: str | None) -> None:
        """The owner's thumb on an assistant's message; the last one stands."""
        conversation_id = self._db.scalar(
            sa.select(messages.c.conversation_id)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(
                messages.c.id == message_id,
                messages.c.role == "assistant",
                conversations.c.owner == owner,
            )
        )
        if conversation_id is None:
            raise UnknownMessage(message_id)
        self._db.execute(feedback.delete().where(feedback.c.message_id == message_id))
        self._db.execute(
            feedback.insert().values(message_id=message_id, value=value, comment=comment, at=self._now)
        )


def _conversation(row: sa.Row[tuple[object, ...]]) -> Conversation:
    fields = row._mapping
    return Conversation(
        cast(str, fields["id"]),
        cast(str, fields["owner"]),
        cast(Status, fields["status"]),
        cast(datetime, fields["created_at"]),
        cast("str | None", fields["customer_id"]),
    )


def _message(row: sa.Row[tuple[object, ...]], reply: Json) -> Message:
    fields = row._mapping
    return Message(
        cast(str, fields["id"]),
        cast(str, fields["conversation_id"]),
        cast(Role, fields["role"]),
        cast(str, fields["content"]),
        cast(datetime, fields["created_at"]),
        reply,
    )
