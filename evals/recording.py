"""What Pairwell asks of its model server, written down on the way: a proxy on loopback.

It passes every call on and keeps its body, and of a stream how many pieces its reader took: a reader that
has heard enough closes the stream.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

TIMEOUT_S = 300.0
PIECE = b'"content":'


@dataclass(slots=True)
class Call:
    """One call of a turn, and the server that it was made to. `pieces` were read of it, where it is a
    stream."""

    base_url: str
    body: dict[str, Any]
    pieces: int = 0

    @property
    def streams(self) -> bool:
        return bool(self.body.get("stream"))


@dataclass
class Recorder:
    """The proxy's address and the calls so far, oldest first."""

    base_url: str
    calls: list[Call] = field(default_factory=list)


@contextmanager
def recorder(base_url: str, calls: list[Call] | None = None) -> Iterator[Recorder]:
    """A proxy of the server at `base_url` until the block ends; it writes its calls behind those of `calls`,
    which proxies of several servers may share."""
    noted = [] if calls is None else calls

    class Passing(_Passing):
        kept = noted
        upstream = base_url.removesuffix("/v1")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Recorder(f"http://127.0.0.1:{server.server_port}/v1", noted)
    finally:
        server.shutdown()
        server.server_close()


class _Passing(BaseHTTPRequestHandler):
    kept: list[Call]
    upstream: str

    def do_GET(self) -> None:
        self._pass("GET", None, None)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        call = Call(f"{self.upstream}/v1", json.loads(raw))
        self.kept.append(call)
        self._pass("POST", raw, call)

    def _pass(self, method: str, raw: bytes | None, call: Call | None) -> None:
        headers = {
            name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers
        }
        url = self.upstream + self.path
        with httpx.stream(method, url, content=raw, headers=headers, timeout=TIMEOUT_S) as answer:
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
            self.end_headers()
            for piece in answer.iter_raw():
                try:
                    self.wfile.write(piece)
                    self.wfile.flush()
                except OSError:
                    # The reader has heard enough; leaving the block stops the server's answer too.
                    return
                if call is not None and call.streams:
                    call.pieces += piece.count(PIECE)

    def log_message(self, *_: Any) -> None:
        """Says nothing of each request."""
