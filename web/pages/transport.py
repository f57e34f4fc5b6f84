"""Calls an ASGI application of this process as an HTTP client would, body by body as it comes.

`httpx.ASGITransport` waits for the whole answer, so an event stream would come all at once at its end.
Going through the network instead would show every visitor to the API as one and the same caller on
loopback; here a request carries its visitor's address, and gets no more trust than the visitor has.

Errors: what the application raises before its answer begins is raised to the caller; after that the body
ends with `httpx.RemoteProtocolError`.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.types import ASGIApp, Message

#: The name of the request extension that holds the visitor's (address, port).
CLIENT = "pairwell.client"


class InProcess(httpx.AsyncBaseTransport):
    """The public API of this very process, as a transport."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._running: set[asyncio.Future[None]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(await request.aread())
        answering = self._app(_scope(request), exchange.receive, exchange.send)
        # The loop holds tasks weakly, and the application may work on after its client has left.
        task = asyncio.ensure_future(answering)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(exchange.ended)
        try:
            start = await exchange.started()
        except BaseException:
            exchange.leave()
            raise
        return httpx.Response(start["status"], headers=start.get("headers", []), stream=_Body(exchange))


class _Exchange:
    """One request and its answer, as the two ends of an ASGI call."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._gone = asyncio.Event()
        self._failure: BaseException | None = None
        self._answer: asyncio.Queue[Message | None] = asyncio.Queue()

    # The application's end ----------------------------------------------------------------------

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self._answer.put_nowait(message)

    def ended(self, task: asyncio.Future[None]) -> None:
        """The application has returned, or failed: whoever reads the answer is told."""
        self._failure = asyncio.CancelledError() if task.cancelled() else task.exception()
        self._answer.put_nowait(None)

    # The caller's end ---------------------------------------------------------------------------

    async def started(self) -> Message:
        first = await self._answer.get()
        if first is None and self._failure is not None:
            raise self._failure
        if first is None or first["type"] != "http.response.start":
            raise httpx.RemoteProtocolError("the application ended without an answer")
        return first

    async def chunks(self) -> AsyncIterator[bytes]:
        while (message := await self._answer.get()) is not None:
            if message["type"] == "http.response.body" and message.get("body"):
                yield message["body"]
        if self._failure is not None:
            raise httpx.RemoteProtocolError("the answer broke off") from self._failure

    def leave(self) -> None:
        """Nobody reads the answer any more."""
        self._gone.set()


class _Body(httpx.AsyncByteStream):
    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._exchange.chunks():
            yield chunk

    async def aclose(self) -> None:
        self._exchange.leave()


def _scope(request: httpx.Request) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.split(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": request.extensions.get(CLIENT),
        "server": (url.host, url.port or 80),
        "state": {},
    }
