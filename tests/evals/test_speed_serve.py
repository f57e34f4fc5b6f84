"""The recording proxy, and how a recorded turn is made again."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from assistant.llm import Message, ModelUnavailable, OpenAiChat
from evals.recording import Call, recorder
from evals.results import Row, write
from evals.speed_serve import NotServed, Told, _again, _leads, _others, _pairwell_rows

WORDS = ["Here", " is", " what", " fits", "."]


@pytest.fixture
def upstream() -> Iterator[str]:
    """A server that streams `WORDS`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Authorization") != "Bearer known":
                self.send_response(401)
                self.end_headers()
                self.wfile.write(b'{"error": {"message": "who are you?"}}')
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for word in [*WORDS, None]:
                choice = {"index": 0, "delta": {"content": word} if word else {}}
                chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
                body = {**chunk, "choices": [{**choice, "finish_reason": None if word else "stop"}]}
                self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}/v1"
    http.shutdown()
    http.server_close()


def test_a_call_goes_through_unchanged_and_is_kept(upstream: str) -> None:
    with recorder(upstream) as proxy:
        chat = OpenAiChat(proxy.base_url, api_key="known")
        said = list(chat.stream([Message("user", "tents")], max_tokens=20, timeout_s=60))
    assert said == WORDS
    call = proxy.calls[0]
    assert call.streams
    assert call.pieces == len(WORDS)
    assert call.body["messages"] == [{"role": "user", "content": "tents"}]


def test_a_refusal_goes_through_too(upstream: str) -> None:
    with recorder(upstream) as proxy, pytest.raises(ModelUnavailable, match="401"):
        list(OpenAiChat(proxy.base_url).stream([Message("user", "tents")], max_tokens=20, timeout_s=60))


def test_a_proxy_is_gone_after_its_block(upstream: str) -> None:
    with recorder(upstream) as proxy:
        pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(proxy.base_url, timeout=1)


def test_a_call_is_made_again_with_another_opening_and_ends_where_it_was_left() -> None:
    body = {
        "messages": [{"role": "user", "content": "message: hi, Ada Ada here: tents"}],
        "max_tokens": 60,
        "stream": True,
    }
    again = _again(Call("http://127.0.0.1:9/v1", body, pieces=7), "hi, Ada Ada here:", "hey, Ben Kim here:")
    assert again["messages"][0]["content"] == "message: hey, Ben Kim here: tents"
    assert again["max_tokens"] == 7
    assert body["messages"] == [{"role": "user", "content": "message: hi, Ada Ada here: tents"}]


def test_openings_are_each_another() -> None:
    leads = list(_leads())
    assert len(leads) == len(set(leads)) > 2_000


def test_rows_of_what_was_not_measured_now_stay(tmp_path: Path) -> None:
    old = [_row("embedded bare", "1 at once", 1.0), _row("vllm bare", "1 at once", 2.0)]
    write(tmp_path, "speed serve", 7, [], old)
    new = [_row("vllm bare", "1 at once", 3.0)]
    assert _others(tmp_path, new) == [old[0]]
    assert _others(tmp_path / "nowhere", new) == []


def test_a_model_that_was_silent_is_no_measurement() -> None:
    reply = {
        "sources": {"intent": "rules", "text": {"model": 0, "repaired": 0, "template": 1}},
        "timings_ms": {"first_item": 1, "first_sentence": 1, "total": 1, "model": 0},
    }
    with pytest.raises(NotServed, match="rules read"):
        list(_pairwell_rows("vllm", 1, Told(1.0, [reply] * 4), seed=7))
    with pytest.raises(NotServed, match="no turn"):
        list(_pairwell_rows("vllm", 1, Told(1.0, failed=["busy"]), seed=7))


def _row(system: str, size: str, value: float) -> Row:
    return Row(system, "turns_per_s", value, value, value, 5, size=size)
