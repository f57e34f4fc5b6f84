"""What the web layer is given: built once by the wiring, shared by every request."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from assistant.bundles import Bundles
from assistant.tally import Tally
from assistant.tools.context import Turn
from assistant.values import Event
from assistant.writer import Writer
from retrieval.values import Finder, PolicySearch
from shop.order_rules import OrderPolicy
from storage import Database


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a part can serve, and what to do where it cannot."""

    ready: bool
    detail: str


class Responder(Protocol):
    """Answers turns; `assistant.agent.Assistant` is the real one."""

    def respond(self, turn: Turn) -> Iterator[Event]: ...


@dataclass(frozen=True, slots=True)
class Services:
    """`readiness` answers for "index", "store" and "model"; `clock` gives UTC."""

    database: Database
    finder: Finder
    policies: PolicySearch
    bundles: Bundles
    assistant: Responder
    readiness: Callable[[], dict[str, Readiness]]
    clock: Callable[[], datetime]
    caches: Mapping[str, Callable[[], tuple[int, int]]] = field(default_factory=dict)
    """By name: how often each was asked, and how often it held the answer."""
    order_policy: OrderPolicy = field(default_factory=OrderPolicy)
    writer: Writer = field(default_factory=Writer)
    tally: Tally = field(default_factory=Tally)
    """Of the assistant's sentences."""
