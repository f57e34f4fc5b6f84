"""Conversations, messages and what is said about them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from web.schemas.base import WHOLE, WRITTEN, RequestModel, ResponseModel, Text
from web.schemas.cards import Bundle, ProductCard
from web.schemas.reply import Reply

LONGEST_MESSAGE = 4000

Content = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_MESSAGE, pattern=WRITTEN),
    Field(examples=["I'm taking two kids camping next weekend and have $300"]),
]


class NewConversation(RequestModel):
    """Nothing needs to be said to begin."""


class NewMessage(RequestModel):
    content: Content


def _thumb(value: int) -> int:
    if value not in (-1, 1):
        raise ValueError("a thumb is -1 or 1")
    return value


class NewFeedback(RequestModel):
    # A literal would take true for 1, as Python does.
    value: Annotated[int, AfterValidator(_thumb), WHOLE, WithJsonSchema({"enum": [-1, 1]})]
    comment: Text | None = None


class NewConfirmation(RequestModel):
    accept: bool
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["204518"])] | None = None


class Conversation(ResponseModel):
    """`pending`: the assistant answers; `open`: a human has it; `resolved`: it is done."""

    id: str = Field(examples=["conv_5tqk3m7dvxw2aeyhcfbn4rzgla"])
    status: Literal["pending", "open", "resolved"]
    created_at: datetime


class Conversations(ResponseModel):
    """Newest first; `cursor` leads to the next page."""

    conversations: list[Conversation]
    cursor: str | None = None


class Message(ResponseModel):
    id: str
    conversation_id: str
    role: Literal["user", "assistant", "agent", "system"]
    content: str
    created_at: datetime


class UserMessage(Message):
    """`reply` is null where the turn was cut off, still runs, or a human has the conversation."""

    role: Literal["user"]
    reply: Annotated[Reply | None, Field()]


class Attached(ResponseModel):
    """What a person of the shop shows with a message."""

    products: list[ProductCard] | None = None
    bundles: list[Bundle] | None = None


class OtherMessage(Message):
    role: Literal["assistant", "agent", "system"]
    reply: Reply | None = None
    attached: Attached | None = None


class ConversationWithMessages(Conversation):
    messages: list[UserMessage | OtherMessage]


class Feedback(ResponseModel):
    message_id: str
    value: Literal[-1, 1]
    comment: str | None = None
