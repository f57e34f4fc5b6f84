"""A real server for a measurement: `python app.py demo` in a process of its own, on a free port."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

START_TIMEOUT_S = 1800.0
PAUSE_S = 0.25
KEY = re.compile(r"pw_key_[\w-]+")
TOKEN = re.compile(r"customer token\s+(\S+)")
EMAIL = re.compile(r"customer\s+\S+, (\S+@\S+)")
ORDER = re.compile(r"(\S+) \((paid|shipped|delivered)\)")


class ServerFailed(RuntimeError):
    """The server ended, or was not ready in time; carries what it printed."""


@dataclass(frozen=True, slots=True)
class Server:
    """`customer_token` signs the demo's customer in, once; `words` are their e-mail address (`email`) and one
    order of each status."""

    url: str
    key: str
    pid: int
    customer_token: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def demo_server(data_dir: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[Server]:
    """Runs until the block ends. `arguments` go to `app.py demo`."""
    port = free_port()
    log = data_dir / f"server-{port}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", "demo", "--port", str(port), *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PAIRWELL_DATA_DIR": str(data_dir), **environment},
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(process, url, log)
            yield _told(log.read_text(), url, process.pid)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        # Still answering what it was asked under load: what is measured has been measured.
        process.kill()
        process.wait()


def _told(log: str, url: str, pid: int) -> Server:
    """What the demo prints at its start."""
    key, token, email = KEY.search(log), TOKEN.search(log), EMAIL.search(log)
    words = {status: number for number, status in ORDER.findall(log)}
    words |= {"email": email[1]} if email else {}
    return Server(url, key[0] if key else "", pid, token[1] if token else "", words)


def _wait_until_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerFailed(log.read_text()[-2000:])
        try:
            if httpx.get(f"{url}/readyz", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(PAUSE_S)
    raise ServerFailed(f"not ready after {START_TIMEOUT_S:g} s\n{log.read_text()[-2000:]}")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
