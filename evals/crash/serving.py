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
    """`python app.py serve`; `kill` is what a power cut does to it."""

    def __init__(self, place: Place, *, log: Path | None = None) -> None:
        self._log = log or place.folder / "server.log"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
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
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
