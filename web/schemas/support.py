"""The support desk: signing in, the queue, and what a person says in a conversation."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from web.schemas.base import WRITTEN, Id, RequestModel, ResponseModel
from web.schemas.cards import Bundle, Cart, ProductCard
from web.schemas.conversations import Attached, Conversation
from web.schemas.reply import Order

MOST_ATTACHED = 6


class SignIn(RequestModel):
    login: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=WRITTEN)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=WRITTEN)]


class SignedIn(ResponseModel):
    """`token` goes into `Authorization: Bearer`; it ends after 8 hours without use."""

    token: str
    name: str
    role: Literal["agent", "admin"]
    expires_at: datetime


class QueueEntry(ResponseModel):
    """`position` counts from 1, longest waiting first. `tried` are the tools that the assistant used."""

    conversation_id: str
    customer_id: str | None = None
    reason: str
    summary: str
    status: Literal["pending", "open", "resolved"]
    requested_at: datetime
    position: int
    agent: str | None = None
    tried: list[str]
    callback: str | None = None


class Queue(ResponseModel):
    queue: list[QueueEntry]


class Person(ResponseModel):
    """The customer whom the shop vouched for in this conversation."""

    id: str
    name: str
    email: str
    phone: str | None = None


class Case(ResponseModel):
    """What a person needs to know: who it is, why, what is in the cart, what was ordered."""

    conversation: Conversation
    handoff: QueueEntry | None = None
    customer: Person | None = None
    cart: Cart
    orders: list[Order]


class AgentMessage(RequestModel):
    """What a person writes; products and bundles are shown as cards below it."""

    content: Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=WRITTEN)]
    product_ids: Annotated[list[Id], Field(max_length=MOST_ATTACHED)] | None = None
    bundle_ids: Annotated[list[Id], Field(max_length=MOST_ATTACHED)] | None = None


class SupportedConversation(Conversation):
    """A conversation after a person touched it."""


class AgentMessageStored(ResponseModel):
    id: str
    conversation_id: str
    role: Literal["agent"]
    content: Annotated[str, Field(examples=["Hello, this is Kim. I have read what you asked."])]
    created_at: datetime
    attached: Attached | None = None


class Suggestion(ResponseModel):
    """A reply that a person may send as it is, or change; `source` says where it comes from: what the
    assistant would say, a draft in a person's voice, or a policy."""

    text: str
    source: Literal["assistant", "reply", "policy"]
    products: list[ProductCard] | None = None
    bundles: list[Bundle] | None = None


class Suggestions(ResponseModel):
    suggestions: list[Suggestion]
