"""Server-sent events: how they are written, and the response that streams them."""

import json
from collections.abc import AsyncIterator, Callable

from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from assistant.values import Event
from shop.serialise import Json

MEDIA_TYPE = "text/event-stream"
PING = b": ping\n\n"
DONE = b"data: [DONE]\n\n"


class EventStream(StreamingResponse):
    """Events as they come. `left` is called when the stream is over, however it ended."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        content: AsyncIterator[bytes],
        headers: dict[str, str] | None = None,
        left: Callable[[], None] | None = None,
    ) -> None:
        # A proxy that collects a stream before it passes it on would make a chat of it that stutters.
        super().__init__(content, headers={"X-Accel-Buffering": "no", **(headers or {})})
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self._left is not None:
                self._left()


def wants_events(request: Request) -> bool:
    return MEDIA_TYPE in request.headers.get("accept", "").lower()


def written(data: Json, *, event: str | None = None, event_id: int | None = None) -> bytes:
    """One event. JSON on one line needs no splitting."""
    lines = [f"id: {event_id}"] if event_id is not None else []
    if event is not None:
        lines.append(f"event: {event}")
    lines.append(f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}")
    return ("\n".join(lines) + "\n\n").encode()


async def of_turn(events: AsyncIterator[Event | None]) -> AsyncIterator[bytes]:
    """A turn's events as they are sent; a ping where there was none for a while."""
    async for event in events:
        yield PING if event is None else written(event.data, event=event.name)
