"""A model server that answers at once with one sentence: what is left of a turn is Pairwell's own."""

import json
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


class _Scripted(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    words = "Here is what fits."

    def do_GET(self) -> None:
        self._json({"object": "list", "data": [{"id": "pairwell", "object": "model"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not asked.get("stream"):
            message = {"role": "assistant", "content": self.words}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._json(self._body("chat.completion", choice))
            return
        deltas = [{"role": "assistant", "content": self.words}, {}]
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
