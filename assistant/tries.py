"""Failed tries, counted over all sessions, and the growing pauses after them.

A key is whatever must not be guessed from (an order's number, a login) or from where (an address). The third
failure brings a pause, each further one doubles it, and a day without a failure forgets them. While a key
pauses nothing is checked, whether or not what was tried exists.
"""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from assistant.service_tables import tries
from storage import UnitOfWork

FREE = 3
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=24)


class Tries:
    """The counters, over one unit of work, at the moment `now`."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    def pause(self, *keys: str) -> timedelta:
        """How long one who tries these must wait; zero where none of them pauses."""
        waits = [self._wait(*self._count(key)) for key in keys]
        return max([*waits, timedelta(0)])

    def failed(self, *keys: str) -> None:
        for key in keys:
            failures, _ = self._count(key)
            row = {"failures": failures + 1, "last_at": self._now}
            if not self._db.execute(tries.update().where(tries.c.key == _digest(key)).values(**row)).rowcount:
                self._db.execute(tries.insert().values(key=_digest(key), **row))

    def succeeded(self, key: str) -> None:
        """Forgets the failures of one key. An address stays counted: one right try excuses no others."""
        self._db.execute(tries.delete().where(tries.c.key == _digest(key)))

    def purge(self) -> int:
        return self._db.execute(tries.delete().where(tries.c.last_at <= self._now - FORGOTTEN_AFTER)).rowcount

    def _count(self, key: str) -> tuple[int, datetime]:
        row = self._db.execute(
            sa.select(tries).where(tries.c.key == _digest(key)).with_for_update()
        ).one_or_none()
        if row is None or row.last_at <= self._now - FORGOTTEN_AFTER:
            return 0, self._now
        return row.failures, row.last_at

    def _wait(self, failures: int, last_at: datetime) -> timedelta:
        if failures < FREE:
            return timedelta(0)
        doubled = min(failures - FREE, 16)
        until = last_at + min(FIRST_PAUSE * (1 << doubled), LONGEST_PAUSE)
        return max(until - self._now, timedelta(0))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
