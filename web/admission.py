"""How many turns are held at once: so many at work, so many more in line, and no others.

Errors: `ApiError` 429 with `Retry-After`, before anything of the turn is stored.
"""

import threading

from web.config import Limits
from web.errors import try_later

#: About the time in which one place comes free.
RETRY_S = 2


class Admission:
    """Places for turns. A place is taken before a turn is stored, and left when it has ended."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.turns_at_once + limits.turns_waiting
        self._held = 0
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        return self._held

    def enter(self) -> None:
        with self._lock:
            if self._held >= self._most:
                raise try_later(
                    429, "too_busy", "The assistant is busy. Send the message again later.", RETRY_S
                )
            self._held += 1

    def leave(self) -> None:
        with self._lock:
            self._held -= 1


class Streams:
    """Places for open event streams, in all and of each caller. Used from the event loop only."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[str, int] = {}

    @property
    def held(self) -> int:
        return sum(self._open.values())

    def enter(self, owner: str) -> None:
        mine = self._open.get(owner, 0)
        if mine >= self._limits.streams_per_caller or self.held >= self._limits.streams_at_once:
            raise try_later(429, "too_many_streams", "Too many event streams are open. Close one.", RETRY_S)
        self._open[owner] = mine + 1

    def leave(self, owner: str) -> None:
        self._open[owner] -= 1
        if not self._open[owner]:
            del self._open[owner]
