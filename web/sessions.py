"""Shoppers' sessions: 24 hours without a request end one, and 7 days end it in any case.

A session is the owner of its conversations, cart and bundles. Binding a customer always makes a new one,
so that a token which leaked before the login is worth nothing after it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from shop.ids import new_id
from storage import UnitOfWork
from web.config import Limits
from web.tables import sessions
from web.tokens import digest

#: A session's last use is written down this often: a request that only reads stays one.
TOUCH_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Session:
    """`id` owns all that the session makes; `ends_at` is its last moment, however much it is used."""

    id: str
    customer_id: str | None
    used_at: datetime
    ends_at: datetime


class Sessions:
    """Over one unit of work, at the moment `now`."""

    def __init__(self, work: UnitOfWork, now: datetime, limits: Limits) -> None:
        self._db = work.connection
        self._now = now
        self._limits = limits

    def open(self, token: str, customer_id: str | None = None, ends_at: datetime | None = None) -> Session:
        """A new session under `token`; `ends_at` where it carries on one that must end by then."""
        made = Session(
            new_id("sess"), customer_id, self._now, ends_at or self._now + self._limits.session_most
        )
        self._db.execute(
            sessions.insert().values(
                id=made.id,
                token_digest=digest(token),
                customer_id=customer_id,
                created_at=self._now,
                used_at=self._now,
                ends_at=made.ends_at,
            )
        )
        return made

    def find(self, token: str) -> Session | None:
        """The session that a token opens; None where it never was, has ended, or was idle for too long."""
        row = self._db.execute(
            sessions.select().where(sessions.c.token_digest == digest(token))
        ).one_or_none()
        if row is None or row.ends_at <= self._now or row.used_at <= self._now - self._limits.session_idle:
            return None
        return _session(row)

    def touch(self, session: Session) -> None:
        self._db.execute(sessions.update().where(sessions.c.id == session.id).values(used_at=self._now))

    def end(self, session_id: str) -> None:
        self._db.execute(sessions.delete().where(sessions.c.id == session_id))

    def purge(self) -> int:
        """Removes what has ended."""
        idle = sessions.c.used_at <= self._now - self._limits.session_idle
        return self._db.execute(
            sessions.delete().where(sa.or_(idle, sessions.c.ends_at <= self._now))
        ).rowcount


def is_stale(session: Session, now: datetime) -> bool:
    """Its last use should be written down again."""
    return session.used_at <= now - TOUCH_EVERY


def _session(row: sa.Row[Any]) -> Session:
    return Session(row.id, row.customer_id, row.used_at, row.ends_at)
