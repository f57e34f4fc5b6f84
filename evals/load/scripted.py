"""A model server that answers at once, with the call that a message asks for and with one sentence of the
evidence: what is left of a turn is Pairwell's own, and every part of a turn is walked through."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def scripted_model() -> Iterator[str]:
    """An OpenAI-compatible server with one sentence."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = ThreadingHTTPServer(("127.0.0.1", port), _Scripted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.shutdown()
        server.server_close()


#: The driver's own messages, whose call is plain.
ASKED = re.compile(r"show me a (?P<query>\w+)(?: under \$(?P<max_price>\d+))?\s*$")
#: A line of evidence: a product's name and its first fact.
OFFERED = re.compile(r"(?P<name>\w+ \d+) \| (?P<label>\w+) (?P<value>[^|]+?)(?: \||\s*$)")


def answer_to(prompt: str) -> str:
    """The call for a message, or a sentence for evidence."""
    if asked := ASKED.search(prompt):
        price = asked["max_price"]
        arguments = {"query": asked["query"]} | ({"max_price": int(price)} if price else {})
        return json.dumps({"name": "find_product", "arguments": arguments})
    if told := OFFERED.search(prompt):
        return f"The {told['name']} has the {told['label']} {told['value']}."
    return "This fits."


class _Scripted(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._json({"object": "list", "data": [{"id": "pairwell", "object": "model"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = answer_to(asked["messages"][-1]["content"])
        if not asked.get("stream"):
            message = {"role": "assistant", "content": words}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._json(self._body("chat.completion", choice))
            return
        deltas = [{"role": "assistant", "content": words}, {}]
        chunks = [
            self._body(
                "chat.completion.chunk",
                {"index": 0, "delta": delta, "finish_reason": None if delta else "stop"},
            )
            for delta in deltas
        ]
        body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        self._send(body.encode(), "text/event-stream")

    def _body(self, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
        return {"id": "scripted", "object": kind, "created": 0, "model": "pairwell", "choices": [choice]}

    def _json(self, body: dict[str, Any]) -> None:
        self._send(json.dumps(body).encode(), "application/json")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing of each request."""
