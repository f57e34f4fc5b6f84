"""What the assistant does only after a yes: kept, bound to that very action, for ten minutes, once.

A confirmation is the caller's who got it, in its conversation. A newer one of the same conversation takes its
place. One that a guest was asked for needs the code that was sent to the order's own address.

Errors: `UnknownConfirmation` for none, somebody else's, and one that is over.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from assistant.service_tables import confirmations
from shop.ids import new_id
from shop.serialise import Json
from storage import UnitOfWork

HOLDS_FOR = timedelta(minutes=10)
MOST_CODE_TRIES = 5
CODE_DIGITS = 6

CodeCheck = Literal["right", "wrong", "over"]


class UnknownConfirmation(LookupError):
    """There is no such confirmation, it is not this caller's, or it is over."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`customer_id` is whose records it changes; `before` a digest of them when it was described."""

    id: str
    conversation_id: str
    owner: str
    customer_id: str
    action: str
    arguments: Mapping[str, Json]
    summary: str
    intent: str
    language: str
    before: str
    expires_at: datetime
    needs_code: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a tool wants confirmed."""

    action: str
    arguments: Mapping[str, Json]
    summary: str
    intent: str
    before: str
    customer_id: str


class Confirmations:
    """The store, over one unit of work, at the moment `now`."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    def put(self, made: Confirmation, code: str | None = None) -> None:
        """Stores one that was described; earlier ones of its conversation are over."""
        self._db.execute(
            confirmations.update()
            .where(
                confirmations.c.conversation_id == made.conversation_id, confirmations.c.status == "waiting"
            )
            .values(status="replaced")
        )
        self._db.execute(
            confirmations.insert().values(
                id=made.id,
                conversation_id=made.conversation_id,
                owner=made.owner,
                customer_id=made.customer_id,
                action=made.action,
                arguments=dict(made.arguments),
                summary=made.summary,
                intent=made.intent,
                language=made.language,
                before=made.before,
                status="waiting",
                code_digest=code_digest(made.id, code) if code else None,
                code_tries=0,
                expires_at=made.expires_at,
            )
        )

    def waiting(self, owner: str, confirmation_id: str) -> Confirmation:
        """The owner's, as long as it can be answered."""
        row = self._db.execute(
            sa.select(confirmations).where(confirmations.c.id == confirmation_id)
        ).one_or_none()
        if row is None or row.owner != owner or row.status != "waiting" or row.expires_at <= self._now:
            raise UnknownConfirmation(confirmation_id)
        return _confirmation(row)

    def close(self, found: Confirmation, status: Literal["accepted", "declined", "changed"]) -> None:
        """Takes it, once: of two answers at the same time the second raises `UnknownConfirmation`."""
        closed = self._db.execute(
            confirmations.update()
            .where(confirmations.c.id == found.id, confirmations.c.status == "waiting")
            .values(status=status)
        )
        if closed.rowcount == 0:
            raise UnknownConfirmation(found.id)

    def check_code(self, found: Confirmation, code: str) -> CodeCheck:
        """Whether the code is the one that was sent; too many wrong ones end the confirmation."""
        row = self._db.execute(
            sa.select(confirmations.c.code_digest, confirmations.c.code_tries)
            .where(confirmations.c.id == found.id)
            .with_for_update()
        ).one()
        if hmac.compare_digest(row.code_digest or "", code_digest(found.id, code)):
            return "right"
        over = row.code_tries + 1 >= MOST_CODE_TRIES
        self._db.execute(
            confirmations.update()
            .where(confirmations.c.id == found.id)
            .values(code_tries=row.code_tries + 1, status="over" if over else "waiting")
        )
        return "over" if over else "wrong"

    def codes_since(self, customer_id: str, moment: datetime) -> int:
        """How many codes were made for a customer's records since then."""
        return int(
            self._db.scalar(
                sa.select(sa.func.count())
                .select_from(confirmations)
                .where(
                    confirmations.c.customer_id == customer_id,
                    confirmations.c.code_digest.is_not(None),
                    confirmations.c.expires_at > moment + HOLDS_FOR,
                )
            )
            or 0
        )

    def purge(self) -> int:
        return self._db.execute(
            confirmations.delete().where(confirmations.c.expires_at <= self._now - timedelta(days=1))
        ).rowcount


def new_confirmation(
    wanted: Wanted, *, conversation_id: str, owner: str, language: str, now: datetime, needs_code: bool
) -> Confirmation:
    return Confirmation(
        new_id("conf"),
        conversation_id,
        owner,
        wanted.customer_id,
        wanted.action,
        wanted.arguments,
        wanted.summary,
        wanted.intent,
        language,
        wanted.before,
        now + HOLDS_FOR,
        needs_code,
    )


def new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def code_digest(confirmation_id: str, code: str) -> str:
    return hashlib.sha256(f"{confirmation_id} {code}".encode()).hexdigest()


def digest_of(*records: Json) -> str:
    """A digest of records as JSON: equal as long as nothing in them has changed."""
    return hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()


def _confirmation(row: sa.Row[Any]) -> Confirmation:
    return Confirmation(
        row.id,
        row.conversation_id,
        row.owner,
        row.customer_id,
        row.action,
        row.arguments,
        row.summary,
        row.intent,
        row.language,
        row.before,
        row.expires_at,
        row.code_digest is not None,
    )
