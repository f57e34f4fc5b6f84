"""How often anybody may ask: token buckets, in memory or in the database.

A server that is alone on its database keeps its buckets in memory; several share them in a table, so that
nobody gets more by asking two.

Errors: `ApiError` 429 with `Retry-After`, from `RateLimits`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from storage import Conflict, Database
from web.auth import Caller
from web.config import Limits, Rate
from web.errors import try_later
from web.tables import rate_buckets
from web.tokens import digest

#: Buckets kept at once. The one that was untouched longest goes first: it is most likely full again.
MOST_BUCKETS = 50_000


class RateLimiter(Protocol):
    def take(self, what: str, who: str, rate: Rate) -> float:
        """Takes one of what `who` has left of `what`: 0, or the seconds to wait (then nothing is taken)."""
        ...


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class MemoryRateLimiter:
    """Buckets in memory. They fill up continuously."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST_BUCKETS) -> None:
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, what: str, who: str, rate: Rate) -> float:
        per_second = rate.per_minute / 60
        with self._lock:
            now = self._clock()
            bucket = self._buckets.setdefault((what, who), _Bucket(rate.burst, now))
            self._buckets.move_to_end((what, who))
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            bucket.left = min(rate.burst, bucket.left + (now - bucket.at) * per_second)
            bucket.at = now
            if bucket.left < 1:
                return (1 - bucket.left) / per_second
            bucket.left -= 1
            return 0.0


class DatabaseRateLimiter:
    """Buckets in a table, for servers that share a database. Blocking."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def take(self, what: str, who: str, rate: Rate) -> float:
        key = digest(what, who)
        try:
            return self._take(key, rate)
        except Conflict:
            # Another server made the bucket first.
            return self._take(key, rate)

    def purge(self) -> int:
        """Removes buckets that are full again."""
        with self._database.begin() as work:
            over = rate_buckets.c.full_at <= self._clock()
            return work.connection.execute(rate_buckets.delete().where(over)).rowcount

    def _take(self, key: str, rate: Rate) -> float:
        mine, per_second = rate_buckets.c.digest == key, rate.per_minute / 60
        with self._database.begin() as work:
            now = self._clock()
            row = work.connection.execute(rate_buckets.select().where(mine).with_for_update()).one_or_none()
            left = float(rate.burst)
            if row is not None:
                # Clocks of two servers may differ a little: a bucket never empties by that.
                passed = max(0.0, (now - row.at).total_seconds())
                left = min(rate.burst, row.left_over + passed * per_second)
            if left < 1:
                return (1 - left) / per_second
            full_at = now + timedelta(seconds=(rate.burst - left + 1) / per_second)
            values = {"left_over": left - 1, "at": now, "full_at": full_at}
            if row is None:
                work.connection.execute(rate_buckets.insert().values(digest=key, **values))
            else:
                work.connection.execute(rate_buckets.update().where(mine).values(**values))
            return 0.0


class RateLimits:
    """The limits, by what is asked and by whom. Blocking."""

    def __init__(self, limiter: RateLimiter, limits: Limits) -> None:
        self._limiter = limiter
        self._limits = limits

    def request(self, caller: Caller, address: str) -> None:
        """Any request of a known caller."""
        if caller.kind == "key":
            self._take("requests", caller.owner, self._limits.requests_per_key)
        else:
            self._take("requests", caller.owner, self._limits.requests_per_session)
            self.stranger(address)

    def stranger(self, address: str) -> None:
        """A request of nobody known, or one that failed to show who it is."""
        self._take("requests", address, self._limits.requests_per_address)

    def turn(self, caller: Caller, address: str) -> None:
        if caller.kind == "key":
            self._take("turns", caller.owner, self._limits.turns_per_key)
        else:
            self._take("turns", caller.owner, self._limits.turns_per_session)
            self._take("turns", address, self._limits.turns_per_address)

    def new_session(self, address: str) -> None:
        self._take("sessions", address, self._limits.sessions_per_address)

    def _take(self, what: str, who: str, rate: Rate) -> None:
        wait_s = self._limiter.take(what, who, rate)
        if wait_s > 0:
            raise try_later(
                429, "rate_limited", f"Too many {what}. Wait as long as Retry-After says.", wait_s
            )
