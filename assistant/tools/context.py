"""What every tool is given, and what it gives back.

A tool reads records at once and changes nothing by itself: what it wants written is deferred, so that the
turn, its changes and its audit rows are stored in one transaction (`ToolContext.later`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.bundles import Bundles
from assistant.values import (
    BundleView,
    CartView,
    Citation,
    Comparison,
    ConfirmationView,
    Evidence,
    Handoff,
    OrderView,
    ProductCard,
    Question,
    Shown,
    ToolCall,
)
from assistant.writer import Writer
from retrieval.values import Finder, PolicySearch
from shop.order_rules import OrderPolicy
from shop.serialise import Json
from storage import Database, UnitOfWork

Write = Callable[[UnitOfWork], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message to answer. `customer_id` comes from the session, never from what was said; `address` is the
    network's, for counting tries. A `draft` is for a person's eyes: nothing of it is stored or tried."""

    conversation_id: str
    message_id: str
    owner: str
    text: str
    customer_id: str | None = None
    scopes: frozenset[str] = frozenset()
    address: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class ToolServices:
    """The parts of the house that tools use."""

    database: Database
    finder: Finder
    bundles: Bundles
    policies: PolicySearch
    clock: Callable[[], datetime]
    order_policy: OrderPolicy = field(default_factory=OrderPolicy)
    writer: Writer = field(default_factory=Writer)


@dataclass(slots=True)
class ToolContext:
    """`last` is the assistant's reply that this message follows, as JSON; None where it follows none."""

    services: ToolServices
    turn: Turn
    shown: Shown
    language: str = "en"
    last: Mapping[str, Any] | None = None
    writes: list[Write] = field(default_factory=list)

    def later(self, write: Write) -> None:
        """Does `write` in the transaction that stores the turn."""
        self.writes.append(write)

    @property
    def currency(self) -> str:
        return self.services.finder.vocabulary().currency


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool found: what is shown, and the evidence for the words about it."""

    call: ToolCall
    evidence: Evidence
    products: tuple[ProductCard, ...] | None = None
    bundles: tuple[BundleView, ...] | None = None
    comparison: Comparison | None = None
    citations: tuple[Citation, ...] | None = None
    cart: CartView | None = None
    order: OrderView | None = None
    confirmation: ConfirmationView | None = None
    handoff: Handoff | None = None
    question: Question | None = None
    ranking_id: str | None = None


def call(name: str, arguments: Mapping[str, Json], *, ok: bool = True) -> ToolCall:
    """A tool call as it is reported: only arguments with a value."""
    return ToolCall(
        name, {key: value for key, value in arguments.items() if value not in (None, "", [], {})}, ok
    )
