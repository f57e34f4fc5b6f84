"""The transport that calls an ASGI application of this process."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from web.pages.client import ApiFailure, Caller, Origin, open_client
from web.pages.transport import CLIENT, InProcess

pytestmark = pytest.mark.anyio

HERE = Origin("203.0.113.7", 4711, "https", "shop.example", {"x-forwarded-for": "198.51.100.1"})
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}


def chunk(text: str, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": more}


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with what it was sent."""
    message = await receive()
    told = {
        "path": scope["path"],
        "query": scope["query_string"].decode(),
        "client": list(scope["client"]),
        "scheme": scope["scheme"],
        "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
        "body": message["body"].decode(),
    }
    await JSONResponse(told)(scope, receive, send)


async def test_a_request_arrives_as_its_visitor_sent_it() -> None:
    async with open_client(echo) as http:
        told = await Caller(http, HERE, "pw_sess_1").post("/v1/a%2Fb?c=d", {"e": "é"}, "key-1")
    assert (told["path"], told["query"], told["scheme"]) == ("/v1/a/b", "c=d", "https")
    assert told["client"] == ["203.0.113.7", 4711]
    assert told["body"] == '{"e":"é"}'
    sent = told["headers"]
    assert sent["host"] == "shop.example"
    assert sent["authorization"] == "Bearer pw_sess_1"
    assert sent["idempotency-key"] == "key-1"
    assert sent["x-forwarded-for"] == "198.51.100.1"


async def test_an_answer_comes_piece_by_piece_while_it_is_made() -> None:
    go_on = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send(chunk('data: {"n": 1}\n\n'))
        await go_on.wait()
        await send(chunk('data: {"n": 2}\n\n', more=False))

    async with open_client(app) as http:
        events = Caller(http, HERE).stream("/", {}, "k")
        assert await asyncio.wait_for(anext(events), 5) == ("message", {"n": 1})
        go_on.set()
        assert [event async for event in events] == [("message", {"n": 2})]


async def test_events_are_read_by_name_over_any_cut_and_comments_are_passed_over() -> None:
    written = ': ping\n\nevent: text.delta\nid: 7\ndata: {"text": "é\u2028\x85"}\r\n\r\n'.encode()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        for place in range(len(written)):
            await send({"type": "http.response.body", "body": written[place : place + 1], "more_body": True})
        await send(chunk("", more=False))

    async with open_client(app) as http:
        events = [event async for event in Caller(http, HERE).stream("/", {}, "k")]
    assert events == [("text.delta", {"text": "é\u2028\x85"})]


async def test_the_application_learns_that_its_reader_has_left() -> None:
    left = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(START)
        await send(chunk('data: {"n": 1}\n\n'))
        if (await receive())["type"] == "http.disconnect":
            left.set()

    async with open_client(app) as http:
        events = Caller(http, HERE).stream("/", {}, "k")
        await anext(events)
        await events.aclose()
        await asyncio.wait_for(left.wait(), 5)


async def test_a_failure_before_the_answer_is_raised_as_it_is() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("nothing here")

    async with httpx.AsyncClient(transport=InProcess(app)) as http:
        with pytest.raises(LookupError, match="nothing here"):
            await http.get("http://localhost/", extensions={CLIENT: ("127.0.0.1", 1)})


async def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send(chunk('data: {"n": 1}\n\n'))
        raise LookupError("half way")

    async with open_client(app) as http:
        events = Caller(http, HERE).stream("/", {}, "k")
        assert await anext(events) == ("message", {"n": 1})
        with pytest.raises(httpx.RemoteProtocolError):
            await anext(events)


async def test_an_error_of_the_api_says_what_when_and_what_else() -> None:
    api = FastAPI()

    @api.post("/busy")
    async def busy() -> JSONResponse:
        body = {"error": {"code": "rate_limited", "message": "Wait."}, "bundle": {"id": "b"}}
        return JSONResponse(body, 429, {"Retry-After": "7"})

    async with open_client(api) as http:
        for call in (
            Caller(http, HERE).post("/busy", {}),
            anext(Caller(http, HERE).stream("/busy", {}, "k")),
        ):
            with pytest.raises(ApiFailure) as raised:
                await call
            failure = raised.value
            assert (failure.status, failure.code, failure.message) == (429, "rate_limited", "Wait.")
            assert failure.retry_after_s == 7
            assert failure.body["bundle"] == {"id": "b"}


async def test_an_error_that_is_no_json_is_an_error_all_the_same() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 502, "headers": []})
        await send(chunk("<html>bad gateway</html>", more=False))

    async with open_client(app) as http:
        with pytest.raises(ApiFailure) as raised:
            await Caller(http, HERE).get("/")
    assert (raised.value.status, raised.value.code) == (502, "unknown")
