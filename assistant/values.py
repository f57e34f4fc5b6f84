"""What a turn shows, as plain values: cards, the reply, and the events that make it up.

Field names and shapes are those of the HTTP API; `shop.serialise.to_json` writes them. A field that is
None is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from assistant.bundling.values import PairFact
from assistant.intent import Constraints, Reference, Slot
from shop.money import Money
from shop.serialise import Json
from shop.values import AvailabilityStatus, OrderStatus


@dataclass(frozen=True, slots=True)
class CardAvailability:
    available: bool
    status: AvailabilityStatus


@dataclass(frozen=True, slots=True)
class CardRating:
    value: float
    count: int


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product as it is shown now: price and stock are the record's."""

    product_id: str
    variant_id: str
    title: str
    price: Money
    availability: CardAvailability
    brand: str | None = None
    list_price: Money | None = None
    rating: CardRating | None = None
    url: str | None = None
    image_url: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleItemView:
    slot: str
    quantity: int
    locked: bool
    product: ProductCard
    alternatives: tuple[str, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BundleView:
    """A bundle with today's prices. `savings` is `list_total - total`, promotions included."""

    id: str
    revision: int
    title: str
    items: tuple[BundleItemView, ...]
    total: Money
    list_total: Money
    savings: Money
    score: float
    optimal: bool
    compatibility: Literal["compatible", "unknown"]
    facts: tuple[PairFact, ...]
    explanation: str
    expires_at: datetime
    budget: Money | None = None


@dataclass(frozen=True, slots=True)
class CartLineView:
    id: str
    quantity: int
    product: ProductCard
    total: Money
    bundle_id: str | None = None


@dataclass(frozen=True, slots=True)
class DiscountView:
    promotion_id: str
    title: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CartView:
    lines: tuple[CartLineView, ...]
    subtotal: Money
    total: Money
    discounts: tuple[DiscountView, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderLineView:
    title: str
    quantity: int
    product_id: str
    variant_id: str
    price: Money | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its customer sees it. A guest who showed its number sees no money and no address."""

    id: str
    status: OrderStatus
    placed_at: datetime
    lines: tuple[OrderLineView, ...]
    total: Money | None = None
    address: str | None = None
    tracking: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmationView:
    """What is done only after a yes. `needs_code`: and only with the code that was sent."""

    id: str
    action: str
    summary: str
    expires_at: datetime
    needs_code: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """`quote` stands in `source` to the letter."""

    source: str
    title: str
    quote: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One fact of each compared product, in their order; None where the record does not say."""

    field: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    product_ids: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handoff:
    """`position` counts from 1 in the queue."""

    status: Literal["pending", "open", "resolved"]
    reason: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class ToolCall:
    name: str
    arguments: Mapping[str, Json]
    ok: bool


@dataclass(frozen=True, slots=True)
class IntentView:
    """An `Intent` as the API shows it."""

    name: str
    confidence: float
    language: str
    constraints: Constraints = field(default_factory=Constraints)
    slots: tuple[Slot, ...] | None = None
    references: tuple[Reference, ...] | None = None
    entities: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TextSources:
    """How many sentences came from where."""

    model: int = 0
    repaired: int = 0
    template: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    intent: Literal["model", "rules"]
    text: TextSources


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from the start of the turn, except `model`: time spent waiting for the model."""

    understand: int = 0
    act: int = 0
    first_item: int = 0
    first_sentence: int = 0
    model: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    id: str
    conversation_id: str
    content: str
    intent: IntentView
    sources: Sources
    degraded: bool
    timings_ms: Timings
    role: Literal["assistant"] = "assistant"
    question: Question | None = None
    products: tuple[ProductCard, ...] | None = None
    bundles: tuple[BundleView, ...] | None = None
    comparison: Comparison | None = None
    citations: tuple[Citation, ...] | None = None
    cart: CartView | None = None
    order: OrderView | None = None
    confirmation: ConfirmationView | None = None
    handoff: Handoff | None = None
    tool_calls: tuple[ToolCall, ...] | None = None
    ranking_id: str | None = None


EventName = Literal[
    "message.created",
    "intent",
    "tool",
    "products",
    "bundles",
    "citations",
    "cart",
    "confirmation",
    "handoff",
    "text.delta",
    "message.completed",
    "error",
]


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a turn, as it is sent. `data` is JSON already."""

    name: EventName
    data: Json


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that a tool found. `kind` names what it is about, `subject` whose it is.

    kinds: name, price, list_price, total, savings, budget, stock, rating, attribute, option, brand,
    category, compatibility, policy, quantity, count, promotion, date, review.
    `value` is canonical text ("14900 USD", "in_stock", "EN417"); `text` is how it may be said.
    """

    kind: str
    subject: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the tools of a turn found, for the words and for checking them.

    `situation` names the kind of answer (`products`, `bundles`, `nothing_found`, ...) and is the name of
    the template that can always say it; `lead` are the subjects (product ids) in the order shown;
    `missing` is what was asked for besides and the shop has nothing for.
    """

    situation: str
    facts: tuple[Fact, ...]
    lead: tuple[str, ...] = ()
    values: Mapping[str, Json] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


ViolationKind = Literal[
    "price",
    "total",
    "name",
    "discount",
    "stock",
    "attribute",
    "compatibility",
    "date",
    "policy",
    "number",
    "promise",
]


@dataclass(frozen=True, slots=True)
class Violation:
    """What a sentence claims that no evidence holds."""

    kind: ViolationKind
    claim: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What this conversation has shown: what "the second one" can mean.

    `products` is the newest list, in its order; `focus` is the one of it that was talked about since.
    `intent` is the newest message's, its constraints are those of the newest search, `query` its words.
    `carted` is what the newest reply put into the cart, else what it showed of it.
    """

    products: tuple[ProductCard, ...] = ()
    focus: ProductCard | None = None
    bundles: tuple[BundleView, ...] = ()
    question: Question | None = None
    intent: IntentView | None = None
    query: str = ""
    carted: tuple[ProductCard, ...] = ()
