"""What every router works with: the services, and the web layer's own parts, built once an application."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import Request

from storage import Database
from web.admission import Streams
from web.auth import Authenticator
from web.config import WebConfig
from web.idempotency import Idempotency
from web.metrics import Metrics
from web.ratelimit import DatabaseRateLimiter, MemoryRateLimiter, RateLimits
from web.services import Services
from web.turns import Turns

T = TypeVar("T")

#: Threads for short blocking calls; turns have a pool of their own.
THREADS = 24


@dataclass(frozen=True, slots=True)
class Web:
    """One application's parts."""

    services: Services
    config: WebConfig
    authenticator: Authenticator
    limits: RateLimits
    idempotency: Idempotency
    turns: Turns
    streams: Streams
    metrics: Metrics
    threads: CapacityLimiter

    @classmethod
    def build(cls, services: Services, config: WebConfig, metrics: Metrics) -> "Web":
        database, clock, limits = services.database, services.clock, config.limits
        streams = Streams(limits)
        metrics.streams_open.set_function(lambda: streams.held)
        limiter = MemoryRateLimiter() if config.alone else DatabaseRateLimiter(database, clock)
        return cls(
            services,
            config,
            Authenticator(database, config, clock),
            RateLimits(limiter, limits),
            Idempotency(database, clock),
            Turns(database, services.assistant, clock, limits, metrics),
            streams,
            metrics,
            CapacityLimiter(THREADS),
        )

    async def run(self, call: Callable[[], T]) -> T:
        """Runs a blocking call in a thread."""
        return await anyio.to_thread.run_sync(call, limiter=self.threads)

    @property
    def database(self) -> Database:
        return self.services.database

    def now(self) -> datetime:
        return self.services.clock()


def web_of(request: Request) -> Web:
    return cast(Web, request.app.state.web)
