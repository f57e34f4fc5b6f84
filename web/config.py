"""What the web layer is told at its start: secrets, hosts, limits. Values only; the wiring reads settings.

Errors: `ValueError` where a value cannot be served with, so that a bad setting stops the start.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from web.delivery import Hooks, Post

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a minute on average, `burst` at once."""

    per_minute: float
    burst: int

    def __post_init__(self) -> None:
        if self.per_minute <= 0 or self.burst < 1:
            raise ValueError(f"a rate needs a positive number a minute and a burst of 1 or more: {self}")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much anybody gets. Those of an address hold for shoppers and strangers, not for API keys."""

    turns_at_once: int = 4
    turns_waiting: int = 16
    streams_at_once: int = 500
    streams_per_caller: int = 8
    body_bytes: int = 1024 * 1024
    json_depth: int = 24
    requests_per_session: Rate = Rate(600, 120)
    requests_per_key: Rate = Rate(12_000, 1_000)
    requests_per_address: Rate = Rate(3_000, 600)
    turns_per_session: Rate = Rate(40, 12)
    turns_per_key: Rate = Rate(1_200, 200)
    turns_per_address: Rate = Rate(400, 80)
    sessions_per_address: Rate = Rate(60, 30)
    session_idle: timedelta = timedelta(hours=24)
    session_most: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        if self.turns_at_once < 1 or self.turns_waiting < 0:
            raise ValueError("at least one turn at once, and no fewer than none waiting")


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How the API is served.

    `customer_secrets` are what the shop signs customer tokens with: none (no customer can be bound), one,
    or two during a change. `demo_key` is a key that only this process knows, for loopback only.
    `alone` says that no other server works on this database, so what a dead process left running may be
    freed at the start. `allowed_hosts` are host names without a port; `*.shop.example` matches below it.
    """

    customer_secrets: tuple[str, ...] = field(default=(), repr=False)
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    allowed_origins: tuple[str, ...] = ()
    limits: Limits = Limits()
    media_dir: Path | None = None
    production: bool = False
    demo_key: str | None = field(default=None, repr=False)
    alone: bool = True
    hooks: Hooks = field(default_factory=Hooks)
    post: Post | None = None

    def __post_init__(self) -> None:
        if len(self.customer_secrets) > 2:
            raise ValueError("two customer secrets at most: the new one and the one it replaces")
        if any(len(secret.encode()) < SECRET_BYTES for secret in self.customer_secrets):
            raise ValueError(f"a customer secret needs {SECRET_BYTES} bytes or more")
        if self.production and self.demo_key is not None:
            raise ValueError("the demo key is refused in production: make one with `app.py keys create`")
        if not self.allowed_hosts or "*" in self.allowed_hosts:
            raise ValueError("name the hosts that this server answers for")
        if "*" in self.allowed_origins:
            raise ValueError("name the origins that may call this server from a browser")
