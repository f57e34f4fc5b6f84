"""OpenAI's chat completions, spoken by a conversation of Pairwell.

Only the last user message is read. Earlier ones are untrusted: `system`, `developer` and `tool` set no
rules, `assistant` proves nothing, and "the second one" means what this server showed. What has no effect
is listed in `X-Pairwell-Ignored`; what would change the answer's shape is refused.

Errors: `ApiError` 400 `unsupported_parameter` and `invalid_messages`, 404 `model_not_found`.
"""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

from assistant.values import Event
from shop.serialise import Json
from web.errors import ApiError
from web.schemas.conversations import LONGEST_MESSAGE
from web.schemas.openai import MODEL, UNSUPPORTED, ChatMessage, ChatRequest
from web.sse import DONE, PING, written

#: Asked for with their only value, these have all the effect that they can have.
CHECKED = ("n", "response_format", "modalities")
PARAMETER = re.compile(r"[A-Za-z0-9_.-]{1,64}")

CHARACTERS_A_TOKEN = 4


def check(request: ChatRequest) -> None:
    """Refuses what cannot be served as it is asked."""
    if request.model != MODEL:
        raise ApiError(
            404, "model_not_found", f"There is no model {request.model!r}; it is {MODEL!r}.", param="model"
        )
    asked = request.model_extra or {}
    for name in UNSUPPORTED:
        if asked.get(name) is not None:
            raise _unsupported(name, f"{name} is not supported.")
    if asked.get("n") not in (None, 1):
        raise _unsupported("n", "n may only be 1.")
    form = asked.get("response_format")
    if form is not None and not (isinstance(form, Mapping) and form.get("type") == "text"):
        raise _unsupported("response_format", "response_format may only be text.")
    if asked.get("modalities") not in (None, ["text"]):
        raise _unsupported("modalities", "modalities may only be text.")


def ignored(request: ChatRequest) -> list[str]:
    """The names of what was sent and has no effect."""
    sent = (name for name, value in (request.model_extra or {}).items() if value is not None)
    return sorted(name for name in sent if name not in CHECKED and PARAMETER.fullmatch(name))


def last_words(request: ChatRequest) -> str:
    """The text of the last user message that has some."""
    for place, message in enumerate(request.messages):
        _only_text(message, place)
    said = (_readable(_text(message)) for message in reversed(request.messages) if message.role == "user")
    text = next((words for words in said if words.strip()), "")
    if not text:
        raise ApiError(400, "invalid_messages", "Send a user message with text.", param="messages")
    if len(text) > LONGEST_MESSAGE:
        raise ApiError(
            400, "invalid_messages", f"A message has at most {LONGEST_MESSAGE} characters.", param="messages"
        )
    return text


def _only_text(message: ChatMessage, place: int) -> None:
    for number, part in enumerate(message.content if isinstance(message.content, list) else ()):
        if part.get("type") != "text" or not isinstance(part.get("text"), str):
            param = f"messages[{place}].content[{number}]"
            raise _unsupported(param, "Only text parts are supported, no images, audio or files.")


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, list):
        return "\n".join(str(part["text"]) for part in message.content)
    return message.content or ""


def _readable(text: str) -> str:
    """Without NUL and half characters: no store and no model takes them."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _unsupported(param: str, message: str) -> ApiError:
    return ApiError(400, "unsupported_parameter", message, param=param)


class Completion:
    """One answer in OpenAI's words."""

    def __init__(self, request: ChatRequest, created: int, completion_id: str) -> None:
        self._request = request
        self._head: dict[str, Json] = {"id": completion_id, "created": created, "model": MODEL}

    def whole(self, reply: Mapping[str, Json]) -> dict[str, Json]:
        content = str(reply["content"])
        message: dict[str, Json] = {"role": "assistant", "content": content, "pairwell": pairwell(reply)}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
            "usage": self._usage(content),
        }

    async def chunks(self, events: AsyncIterator[Event | None]) -> AsyncIterator[bytes]:
        """The turn as chunks: products and bundles on the first, the rest of the reply on the last."""
        shown: dict[str, Json] = {}
        begun = False
        async for event in events:
            if event is None:
                yield PING
                continue
            data = cast("dict[str, Any]", event.data)
            if event.name in ("products", "bundles"):
                shown |= data
            elif event.name == "text.delta":
                if not begun:
                    yield self._chunk(_first(shown))
                    begun = True
                yield self._chunk({"content": data["text"]})
            elif event.name == "error":
                yield written(data)
            elif event.name == "message.completed":
                if not begun:
                    yield self._chunk(_first(shown))
                    yield self._chunk({"content": data["content"]})
                for chunk in self._end(data, shown):
                    yield chunk
        yield DONE

    def _end(self, reply: Mapping[str, Json], shown: Mapping[str, Json]) -> list[bytes]:
        rest = {name: value for name, value in pairwell(reply).items() if shown.get(name) != value}
        chunks = [self._chunk({"pairwell": rest}, finish="stop")]
        options = self._request.stream_options
        if options is not None and options.include_usage:
            usage = self._usage(str(reply["content"]))
            chunks.append(written({**self._head, "object": CHUNK, "choices": [], "usage": usage}))
        return chunks

    def _chunk(self, delta: dict[str, Json], finish: str | None = None) -> bytes:
        choice: dict[str, Json] = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return written({**self._head, "object": CHUNK, "choices": [choice]})

    def _usage(self, content: str) -> dict[str, Json]:
        prompt = tokens("".join(_text(message) for message in self._request.messages))
        answered = tokens(content)
        return {"prompt_tokens": prompt, "completion_tokens": answered, "total_tokens": prompt + answered}


CHUNK = "chat.completion.chunk"


def _first(shown: dict[str, Json]) -> dict[str, Json]:
    delta: dict[str, Json] = {"role": "assistant", "content": ""}
    return {**delta, "pairwell": dict(shown)} if shown else delta


def silent_reply(conversation_id: str) -> dict[str, Json]:
    """What is said while a human has the conversation: nothing."""
    handoff: dict[str, Json] = {"status": "open", "reason": "a person has this conversation"}
    return {"conversation_id": conversation_id, "role": "assistant", "content": "", "handoff": handoff}


def pairwell(reply: Mapping[str, Json]) -> dict[str, Json]:
    """The Reply without its content."""
    return {name: value for name, value in reply.items() if name != "content"}


def tokens(text: str) -> int:
    """An estimate: what a token is depends on the model, and some turns need none."""
    return -(-len(text) // CHARACTERS_A_TOKEN)
