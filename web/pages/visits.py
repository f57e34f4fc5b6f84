"""Who is on a page: cookies, and what this process remembers of each visitor.

A cookie is a random id with this process's seal, so that a stranger's flood of first visits is remembered
nowhere; a visitor is, once there is a session or a key to keep. What is kept is bounded and expires: the
visitor longest away is forgotten first, and gets a new session at the next message.

Knows nothing of HTTP. One event loop uses it, so there are no locks.
"""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from assistant.values import CartView
from shop.values import Product
from web.pages.rendering import Pick
from web.pages.talk import Status, Turn

T = TypeVar("T")

IDLE_S = 24 * 3600.0
MOST_KEPT = 20_000


class Kept(Generic[T]):
    """Values by their key, at most `most` of them, each until it was idle for `idle_s` seconds."""

    def __init__(
        self, most: int = MOST_KEPT, idle_s: float = IDLE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._idle_s = idle_s
        self._clock = clock
        self._values: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def get(self, key: str) -> T | None:
        """The value, whose time begins anew."""
        found = self._values.pop(key, None)
        if found is None or found[0] <= self._clock() - self._idle_s:
            return None
        self.put(key, found[1])
        return found[1]

    def put(self, key: str, value: T) -> None:
        self._values[key] = (self._clock(), value)
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)

    def drop(self, key: str) -> None:
        self._values.pop(key, None)

    def __len__(self) -> int:
        return len(self._values)


class Seal:
    """Ids that only this process can have given out."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def new_id(self) -> str:
        name = secrets.token_urlsafe(24)
        return f"{name}.{self._of(name)}"

    def is_genuine(self, sealed: str) -> bool:
        name, _, seal = sealed.partition(".")
        return hmac.compare_digest(self._of(name).encode(), seal.encode())

    def _of(self, name: str) -> str:
        return hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(slots=True)
class Visit:
    """A shopper on the page: the session's token, and what the page shows. All tabs share it.

    `drawn` are the turns as they were rendered last, by key: each update draws only what has changed.
    """

    id: str
    token: str | None = None
    conversation_id: str | None = None
    status: Status = "pending"
    turns: tuple[Turn, ...] = ()
    cart: CartView | None = None
    comparing: tuple[Pick, ...] = ()
    choices: dict[str, Product] = field(default_factory=dict)
    notice: str = ""
    drawn: dict[str, tuple[Turn, object, str]] = field(default_factory=dict)
    answering: "asyncio.Task[None] | None" = None
    _version: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def busy(self) -> bool:
        """An answer is on its way."""
        return self.answering is not None

    def tell(self) -> None:
        """Something changed: whoever follows looks again."""
        self._version += 1
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self) -> AsyncIterator[None]:
        """Yields at once, and at every change until there is no answer on its way."""
        seen = -1
        while seen != self._version or self.busy:
            if seen == self._version:
                await self._news.wait()
            seen = self._version
            yield

    @property
    def waits_for_person(self) -> bool:
        """A person has the conversation, or will."""
        asked = any(turn.handoff is not None for turn in self.turns)
        return self.status == "open" or (asked and self.status == "pending")

    def begin_anew(self) -> None:
        """A new conversation; the cart and the session stay."""
        self.conversation_id = None
        self.status = "pending"
        self.turns = ()
        self.comparing = ()
        self.choices = {}
        self.drawn = {}


class Visits:
    """The shoppers on the page."""

    def __init__(self, kept: Kept[Visit] | None = None) -> None:
        self._seal = Seal()
        self._kept = kept if kept is not None else Kept[Visit]()

    def new_id(self) -> str:
        return self._seal.new_id()

    def is_known(self, visit_id: str) -> bool:
        return self._seal.is_genuine(visit_id)

    def find(self, visit_id: str) -> Visit:
        """The visit; a blank one, which is not kept yet, where nothing is known of it."""
        return self._kept.get(visit_id) or Visit(visit_id)

    def keep(self, visit: Visit) -> None:
        self._kept.put(visit.id, visit)
