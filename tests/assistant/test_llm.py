"""The client against a small real HTTP server that answers what each test tells it to."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.llm import CircuitBreaker, Message, ModelNonsense, ModelUnavailable, OpenAiChat

ASK = [Message("user", "hello")]


@dataclass
class FakeServer:
    """`body` is sent as it is, with `status`; `truncate` closes the connection without an end."""

    url: str = ""
    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    hang: threading.Event | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)


def answer(text: str | None, finish: str = "stop") -> str:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    return json.dumps(
        {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    )


def stream(words: list[str], *, ended: bool = True) -> str:
    chunks: list[dict[str, Any]] = [
        {"index": 0, "delta": {"content": word}, "finish_reason": None} for word in words
    ]
    if ended:
        chunks.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    events = (
        json.dumps(
            {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [chunk]}
        )
        for chunk in chunks
    )
    return "".join(f"data: {event}\n\n" for event in events) + ("data: [DONE]\n\n" if ended else "")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            fake.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if fake.hang is not None:
                fake.hang.wait(10)
            self._send()

        def do_GET(self) -> None:
            self._send()

        def _send(self) -> None:
            self.send_response(fake.status)
            self.send_header("Content-Type", fake.content_type)
            self.end_headers()
            self.wfile.write(fake.body.encode())

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{http.server_port}/v1"
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    yield fake
    if fake.hang is not None:
        fake.hang.set()
    http.shutdown()
    http.server_close()


def test_an_answer_is_the_text_of_the_first_choice(server: FakeServer) -> None:
    server.body = answer(" Hello there. ")
    assert OpenAiChat(server.url).complete(ASK, max_tokens=10, timeout_s=5) == "Hello there."
    assert server.requests[0]["messages"] == [{"role": "user", "content": "hello"}]
    assert server.requests[0]["temperature"] == 0
    assert "response_format" not in server.requests[0]


def test_a_schema_is_sent_as_the_servers_know_it(server: FakeServer) -> None:
    server.body = answer("{}")
    OpenAiChat(server.url).complete(ASK, schema={"type": "object"}, max_tokens=10, timeout_s=5)
    assert server.requests[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": {"type": "object"}},
    }


@pytest.mark.parametrize("body", [answer(""), answer(None), "not json"])
def test_an_answer_without_text_is_nonsense(server: FakeServer, body: str) -> None:
    server.body = body
    with pytest.raises(ModelNonsense):
        OpenAiChat(server.url).complete(ASK, max_tokens=10, timeout_s=5)


def test_a_call_that_does_not_come_to_an_end_is_nonsense(server: FakeServer) -> None:
    server.body = answer('{"name": "find', finish="length")
    with pytest.raises(ModelNonsense, match="10 tokens"):
        OpenAiChat(server.url).complete(ASK, schema={}, max_tokens=10, timeout_s=5)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_an_error_of_the_server_makes_the_model_unavailable(server: FakeServer, status: int) -> None:
    server.status, server.body = status, '{"error": {"message": "no"}}'
    with pytest.raises(ModelUnavailable, match=str(status)):
        OpenAiChat(server.url).complete(ASK, max_tokens=10, timeout_s=5)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    chat = OpenAiChat(f"http://127.0.0.1:{port}/v1")
    with pytest.raises(ModelUnavailable):
        chat.complete(ASK, max_tokens=10, timeout_s=5)
    assert not chat.healthy()


def test_a_server_that_does_not_answer_in_time_is_unavailable(server: FakeServer) -> None:
    server.hang = threading.Event()
    with pytest.raises(ModelUnavailable, match="in time"):
        OpenAiChat(server.url).complete(ASK, max_tokens=10, timeout_s=0.2)


def test_a_stream_gives_its_pieces_in_order(server: FakeServer) -> None:
    server.content_type, server.body = "text/event-stream", stream(["A ", "blue ", "one."])
    assert "".join(OpenAiChat(server.url).stream(ASK, max_tokens=10, timeout_s=5)) == "A blue one."


def test_a_stream_that_breaks_off_gives_what_came_and_then_says_so(server: FakeServer) -> None:
    server.content_type, server.body = "text/event-stream", stream(["A ", "blue "], ended=False)
    pieces = OpenAiChat(server.url).stream(ASK, max_tokens=10, timeout_s=5)
    assert [next(pieces), next(pieces)] == ["A ", "blue "]
    with pytest.raises(ModelUnavailable, match="mid-answer"):
        next(pieces)


def test_a_stream_can_be_closed_half_way(server: FakeServer) -> None:
    server.content_type, server.body = "text/event-stream", stream(["A ", "blue ", "one."])
    pieces = OpenAiChat(server.url).stream(ASK, max_tokens=10, timeout_s=5)
    assert next(pieces) == "A "
    pieces.close()  # type: ignore[attr-defined]  # the Protocol promises an Iterator, this one is a generator
    assert list(pieces) == []


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_three_failures_no_call_is_made_until_the_pause_is_over(server: FakeServer) -> None:
    clock = Clock()
    chat = OpenAiChat(server.url, breaker=CircuitBreaker(failures=3, pause_s=10, clock=clock))
    server.status, server.body = 500, "{}"
    for _ in range(5):
        with pytest.raises(ModelUnavailable):
            chat.complete(ASK, max_tokens=10, timeout_s=5)
    assert len(server.requests) == 3
    clock.now, server.status, server.body = 10.0, 200, answer("back")
    assert chat.complete(ASK, max_tokens=10, timeout_s=5) == "back"


def test_a_health_check_that_succeeds_ends_the_pause(server: FakeServer) -> None:
    chat = OpenAiChat(server.url, breaker=CircuitBreaker(failures=1, clock=Clock()))
    server.status = 500
    with pytest.raises(ModelUnavailable):
        chat.complete(ASK, max_tokens=10, timeout_s=5)
    server.status, server.body = 200, '{"object": "list", "data": []}'
    assert chat.healthy()
    server.body = answer("back")
    assert chat.complete(ASK, max_tokens=10, timeout_s=5) == "back"


def models(*names: str) -> str:
    listed = [{"id": name, "object": "model", "created": 0, "owned_by": "shop"} for name in names]
    return json.dumps({"object": "list", "data": listed})


def test_a_server_without_the_model_is_trouble_that_names_what_it_has(server: FakeServer) -> None:
    chat = OpenAiChat(server.url, model="pairwell")
    server.body = models("base")
    assert not chat.healthy()
    assert chat.trouble() == "the model server has no model 'pairwell', only base"
    server.body = models("base", "pairwell")
    assert chat.trouble() is None


def test_an_adapter_that_the_server_did_not_load_is_unavailable(server: FakeServer) -> None:
    refused = {"error": {"message": "The model `pairwell` does not exist.", "code": 404}}
    server.status, server.body = 404, json.dumps(refused)
    with pytest.raises(ModelUnavailable, match=r"404.*does not exist"):
        OpenAiChat(server.url).complete(ASK, max_tokens=10, timeout_s=5)


def test_nonsense_does_not_count_as_a_failure_of_the_server(server: FakeServer) -> None:
    chat = OpenAiChat(server.url, breaker=CircuitBreaker(failures=1, clock=Clock()))
    server.body = answer("")
    for _ in range(2):
        with pytest.raises(ModelNonsense):
            chat.complete(ASK, max_tokens=10, timeout_s=5)
