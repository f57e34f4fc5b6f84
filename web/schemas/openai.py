"""The part of OpenAI's chat API that is served. What is unknown in a request has no effect."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from web.schemas.base import ResponseModel
from web.schemas.reply import Handoff, Shared

MODEL = "pairwell"


class LenientModel(BaseModel):
    model_config = ConfigDict(extra="allow")


class ChatMessage(LenientModel):
    """Only the last user message is read; the others set no rules and prove nothing."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None


class StreamOptions(LenientModel):
    include_usage: bool | None = None


class ChatRequest(LenientModel):
    """`metadata.conversation_id` goes on with a conversation; without it, one is made."""

    model: Annotated[str, Field(examples=[MODEL])]
    messages: Annotated[
        list[ChatMessage],
        Field(min_length=1, max_length=500, examples=[[{"role": "user", "content": "a tent for four"}]]),
    ]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    metadata: dict[str, Any] | None = None


class ListedModel(ResponseModel):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(ResponseModel):
    object: Literal["list"]
    data: list[ListedModel]


class PairwellPart(Shared):
    """The Reply without its content."""


class SilentPart(ResponseModel):
    """While a human has the conversation: the message is stored, and the content is empty."""

    conversation_id: str
    role: Literal["assistant"]
    handoff: Handoff


class AssistantMessage(ResponseModel):
    role: Literal["assistant"]
    content: str
    pairwell: PairwellPart | SilentPart


class Choice(ResponseModel):
    index: int
    message: AssistantMessage
    finish_reason: Literal["stop"]


class Usage(ResponseModel):
    """Estimated: a token is counted as four characters."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(ResponseModel):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage


class OpenAiError(BaseModel):
    """OpenAI's error: all four are always there."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAiErrorBody(BaseModel):
    error: OpenAiError
