"""The public HTTP API, as the pages call it: with a visitor's own token and from the visitor's address.

The pages hold no privilege, so nothing here goes around the API.

Errors: `ApiFailure` for every answer that is an error.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
from starlette.types import ASGIApp

from web.pages.transport import CLIENT, InProcess

#: Headers that tell the API how a request came here; without them it would trust it more than it may.
PASSED_ON = ("x-forwarded-for", "x-forwarded-proto", "forwarded")


class ApiFailure(Exception):
    """The API's answer is an error. `body` is the whole envelope, with what stands beside the error."""

    def __init__(self, status: int, body: Mapping[str, Any], retry_after_s: int | None = None) -> None:
        error = body.get("error", {})
        self.status = status
        self.code = str(error.get("code", "unknown"))
        self.message = str(error.get("message", "The shop could not answer."))
        self.body = body
        self.retry_after_s = retry_after_s
        super().__init__(f"{status} {self.code}: {self.message}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a visitor's request came from, as the API must see it."""

    address: str
    port: int
    scheme: str
    host: str
    passed_on: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls the API on behalf of one visitor. Without a `token`, as a stranger."""

    http: httpx.AsyncClient
    origin: Origin
    token: str | None = None

    def with_token(self, token: str | None) -> "Caller":
        return replace(self, token=token)

    async def get(self, path: str) -> Any:
        return await self.send("GET", path)

    async def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> Any:
        return await self.send("POST", path, body, key)

    async def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Any:
        """The JSON of the answer; None where it has no body."""
        answer = await self.http.send(self._request(method, path, body, key))
        _raise_for(answer)
        return answer.json() if answer.content else None

    async def stream(
        self, path: str, body: Mapping[str, Any], key: str
    ) -> AsyncGenerator[tuple[str, Mapping[str, Any]], None]:
        """Posts, and yields the answer's events. An answer that is no stream is one event `message`."""
        request = self._request("POST", path, body, key)
        request.headers["Accept"] = "text/event-stream"
        answer = await self.http.send(request, stream=True)
        try:
            if answer.is_error or "text/event-stream" not in answer.headers.get("content-type", ""):
                await answer.aread()
                _raise_for(answer)
                yield "message", answer.json()
                return
            async for event in _events(answer):
                yield event
        finally:
            await answer.aclose()

    def _request(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str | None
    ) -> httpx.Request:
        headers = dict(self.origin.passed_on)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        return self.http.build_request(
            method,
            f"{self.origin.scheme}://{self.origin.host}{path}",
            json=body,
            headers=headers,
            extensions={CLIENT: (self.origin.address, self.origin.port)},
        )


def open_client(api: ASGIApp) -> httpx.AsyncClient:
    """The one HTTP client of the pages. It keeps no cookies and reads no proxy from the environment."""
    return httpx.AsyncClient(transport=InProcess(api), trust_env=False, timeout=httpx.Timeout(None))


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    """Server-sent events; comments (`: ping`) and ids are passed over."""
    name, data = "message", ""
    async for line in _lines(answer):
        if not line:
            if data:
                yield name, json.loads(data)
            name, data = "message", ""
        elif line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            data += line.removeprefix("data:").removeprefix(" ")


async def _lines(answer: httpx.Response) -> AsyncIterator[str]:
    """Lines that end in a newline and in nothing else: a product's text may hold any other separator."""
    rest = b""
    async for chunk in answer.aiter_bytes():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r").decode()


def _raise_for(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        body = answer.json()
    except ValueError:
        body = {}
    wait = answer.headers.get("retry-after", "")
    raise ApiFailure(
        answer.status_code, body if isinstance(body, dict) else {}, int(wait) if wait.isdecimal() else None
    )
