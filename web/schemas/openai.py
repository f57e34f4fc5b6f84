"""The part of OpenAI's chat API that is served. What is unknown in a request has no effect."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from web.schemas.base import WRITTEN, ResponseModel
from web.schemas.conversations import LONGEST_MESSAGE
from web.schemas.reply import Handoff, Shared

MODEL = "pairwell"

#: Asked for, these would change what comes back, so silence would be a lie.
UNSUPPORTED = ("tools", "tool_choice", "functions", "function_call", "audio")


class LenientModel(BaseModel):
    model_config = ConfigDict(extra="allow")


TEXT_PART = {
    "type": "object",
    "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
    "required": ["type", "text"],
}
Parts = Annotated[list[dict[str, Any]], WithJsonSchema({"type": "array", "items": TEXT_PART})]


class ChatMessage(LenientModel):
    """Only the last user message with text is read; the others set no rules and prove nothing."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(json_schema_extra={"maxLength": LONGEST_MESSAGE})] | Parts | None = None


class StreamOptions(LenientModel):
    include_usage: bool | None = None


def _documented(schema: dict[str, Any]) -> None:
    """What is refused, so that a client need not try."""
    words = {"type": "string", "pattern": WRITTEN, "maxLength": LONGEST_MESSAGE}
    said = {"type": "object", "properties": {"role": {"const": "user"}, "content": words}}
    fields = schema["properties"]
    fields["messages"]["contains"] = {**said, "required": ["role", "content"]}
    fields["model"]["enum"] = [MODEL]
    fields["n"] = {"enum": [1, None]}
    fields["modalities"] = {"enum": [["text"], None]}
    fields["response_format"] = {"enum": [{"type": "text"}, None]}
    fields |= {name: {"type": "null", "description": "Not supported."} for name in UNSUPPORTED}


class Metadata(LenientModel):
    conversation_id: str | None = None


class ChatRequest(LenientModel):
    """`metadata.conversation_id` goes on with a conversation; without it, one is made."""

    model_config = ConfigDict(json_schema_extra=_documented)

    model: Annotated[str, Field(examples=[MODEL])]
    messages: Annotated[
        list[ChatMessage],
        Field(min_length=1, max_length=500, examples=[[{"role": "user", "content": "a tent for four"}]]),
    ]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    metadata: Metadata | None = None


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
