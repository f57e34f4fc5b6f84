"""What surrounds every request: its id, its headers, who may call by which host, how much may be sent.

Plain ASGI, so that streams pass through unbuffered. `Border` is the outermost part: whatever happens
inside, the answer has an `X-Request-Id`, the security headers and the error envelope.
"""

import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shop.ids import new_id
from web.config import WebConfig
from web.errors import ApiError, answer
from web.headers import security_headers
from web.metrics import Metrics

logger = logging.getLogger(__name__)


class Border:
    """Gives each request an id, and turns what nobody expected into a 500 that tells nothing."""

    def __init__(self, app: ASGIApp, config: WebConfig, metrics: Metrics) -> None:
        self._app = app
        self._config = config
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = new_id("req")
        began = time.perf_counter()
        status = 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._mark(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        except Exception:
            logger.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if status:
                # Half an answer is out: only a broken connection can tell that it is not whole.
                raise
            await answer(_unexpected(request_id), scope["path"])(scope, receive, send_marked)
        finally:
            self._metrics.request(scope, status, time.perf_counter() - began)

    def _mark(self, headers: MutableHeaders, path: str, request_id: str) -> None:
        headers["X-Request-Id"] = request_id
        for name, value in security_headers(path, production=self._config.production).items():
            headers.setdefault(name, value)


class KnownHosts:
    """Answers only for the hosts that it is told: a page that points its own name here gets nothing."""

    def __init__(self, app: ASGIApp, config: WebConfig) -> None:
        self._app = app
        self._hosts = tuple(host.lower() for host in config.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._known(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            refused = ApiError(400, "unknown_host", "This server does not answer for that host.")
            await answer(refused, scope["path"])(scope, receive, send)

    def _known(self, header: str) -> bool:
        host = host_name(header)
        return any(host == known or (known[0] == "*" and host.endswith(known[1:])) for known in self._hosts)


class BodyLimit:
    """Refuses a body over the limit, by what it says of itself and by what really comes."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = app
        self._most = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "")
        if said.isdecimal() and int(said) > self._most:
            await answer(self._too_large(), scope["path"])(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                raise self._too_large()
            return message

        await self._app(scope, receive_counted, send)

    def _too_large(self) -> ApiError:
        return ApiError(413, "body_too_large", f"A request's body may have {self._most} bytes.")


def host_name(header: str) -> str:
    """A `Host` header without its port, in lower case: `[::1]:8000` is `[::1]`."""
    host = header.strip().lower()
    if host.startswith("["):
        return host.split("]")[0] + "]"
    return host.split(":")[0]


def _unexpected(request_id: str) -> ApiError:
    return ApiError(500, "internal", f"Something went wrong here. Ask the operator about {request_id}.")
