"""The assistant's reply to one message."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from assistant.intent import IntentName
from shop.values import OrderStatus
from web.schemas.base import Money, ResponseModel
from web.schemas.cards import Bundle, Cart, ProductCard


class Exclusion(ResponseModel):
    field: str
    value: str


class Constraints(ResponseModel):
    """Facts that the shopper named. `max_price` bounds one item, `budget` all together."""

    category: str | None = None
    brand: str | None = None
    min_price: Money | None = None
    max_price: Money | None = None
    budget: Money | None = None
    min_rating: float | None = None
    available: bool | None = None
    attributes: dict[str, str] | None = None
    exclude: list[Exclusion] | None = None
    quantity: int | None = None
    recipient: str | None = None
    occasion: str | None = None


class Slot(ResponseModel):
    name: str
    query: str
    quantity: int
    required: bool


class Reference(ResponseModel):
    text: str
    product_id: str | None = None
    bundle_id: str | None = None
    slot: str | None = None


class Intent(ResponseModel):
    """`confidence` is the calibrated probability of the name."""

    name: IntentName
    confidence: float
    language: str
    constraints: Constraints | None = None
    slots: list[Slot] | None = None
    references: list[Reference] | None = None
    entities: dict[str, str] | None = None


class Question(ResponseModel):
    text: str
    choices: list[str]


class Citation(ResponseModel):
    """`quote` stands in the source to the letter."""

    source: str
    title: str
    quote: str
    url: str | None = None


class ComparisonRow(ResponseModel):
    """One fact of each compared product; null where the record does not say."""

    field: str
    values: list[str | None]


class Comparison(ResponseModel):
    product_ids: list[str]
    rows: list[ComparisonRow]


class OrderLine(ResponseModel):
    title: str
    quantity: int
    product_id: str
    variant_id: str
    price: Money | None = None
    options: dict[str, str]


class Order(ResponseModel):
    """An order. A guest who showed its number sees neither money nor address."""

    id: str = Field(examples=["PW-10001"])
    status: OrderStatus
    placed_at: datetime
    lines: list[OrderLine]
    total: Money | None = None
    address: str | None = None
    tracking: str | None = None


class Confirmation(ResponseModel):
    """Something that is done only once it is accepted; `needs_code`: and with the code that was sent."""

    id: str
    action: str
    summary: str
    expires_at: datetime
    needs_code: bool


class Handoff(ResponseModel):
    """`position` counts from 1 in the queue for a person."""

    status: Literal["pending", "open", "resolved"]
    reason: str
    position: int | None = None


class ToolCall(ResponseModel):
    name: str
    arguments: dict[str, Any]
    ok: bool


class TextSources(ResponseModel):
    """Sentences by where they come from."""

    model: int
    repaired: int
    template: int


class Sources(ResponseModel):
    intent: Literal["model", "rules"]
    text: TextSources


class Timings(ResponseModel):
    """Milliseconds from the start of the turn; `model` is the time spent waiting for the model."""

    understand: int
    act: int
    first_item: int
    first_sentence: int
    model: int
    total: int


class Shared(ResponseModel):
    """What a reply says, but for its text."""

    id: str = Field(examples=["msg_5tqk3m7dvxw2aeyhcfbn4rzgla"])
    conversation_id: str
    role: Literal["assistant"]
    intent: Intent
    question: Question | None = None
    products: list[ProductCard] | None = None
    bundles: list[Bundle] | None = None
    comparison: Comparison | None = None
    citations: list[Citation] | None = None
    cart: Cart | None = None
    order: Order | None = None
    confirmation: Confirmation | None = None
    handoff: Handoff | None = None
    tool_calls: list[ToolCall] | None = None
    ranking_id: str | None = None
    sources: Sources
    degraded: bool = Field(description="The model did not make the intent, or none of the text.")
    timings_ms: Timings


class Reply(Shared):
    content: str
