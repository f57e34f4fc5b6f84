"""The support desk: the queue, and what a person says in a conversation."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from web.schemas.base import WRITTEN, RequestModel, ResponseModel
from web.schemas.conversations import Conversation


class QueueEntry(ResponseModel):
    """`position` counts from 1, longest waiting first."""

    conversation_id: str
    customer_id: str | None = None
    reason: str
    summary: str
    status: Literal["pending", "open", "resolved"]
    requested_at: datetime
    position: int
    agent: str | None = None


class Queue(ResponseModel):
    queue: list[QueueEntry]


class AgentMessage(RequestModel):
    content: Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=WRITTEN)]


class SupportedConversation(Conversation):
    """A conversation after a person touched it."""


class AgentMessageStored(ResponseModel):
    id: str
    conversation_id: str
    role: Literal["agent"]
    content: Annotated[str, Field(examples=["Hello, this is Kim. I have read what you asked."])]
    created_at: datetime
