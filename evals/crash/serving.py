"""One start of the real server on a folder and a database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from evals.crash.forking import Child, Nursery

START_TIMEOUT_S = 300.0
PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shop lives: its folder, its database, and what else the environment says."""

    folder: Path
    database: str
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(Path.cwd()),
            "PAIRWELL_DATA_DIR": str(self.folder),
            "PAIRWELL_DATABASE_URL": self.database,
            "PAIRWELL_LLM__EMBEDDED": "false",
            "PAIRWELL_HTTP__ALONE": "true",
            **self.more,
        }


class Serving:
    """`python app.py serve`, or the same forked by a `nursery`; `kill` is what a power cut does to it."""

    def __init__(self, place: Place, *, log: Path | None = None, nursery: Nursery | None = None) -> None:
        self._log = log or place.folder / "server.log"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._process = self._begun(place, port, nursery)

    def _begun(self, place: Place, port: int, nursery: Nursery | None) -> "subprocess.Popen[bytes] | Child":
        if nursery is not None:
            return nursery.serve(port, place.environment, self._log)
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "app.py", "serve", "--port", str(port)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=place.environment,
            )

    def wait(self, path: str = "/healthz", timeout_s: float = START_TIMEOUT_S) -> None:
        """Returns when the path answers with success. Raises `RuntimeError` where it does not."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}{path}", timeout=5).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(PAUSE_S)
        raise RuntimeError(f"the server does not serve {path}\n{self.said()}")

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-3000:]

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self._ended(60)

    def end(self) -> None:
        self._signal(signal.SIGTERM)
        if not self._ended(60):
            self.kill()

    def _signal(self, number: int) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)

    def _ended(self, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while self._process.poll() is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True
