"""A server killed at a bad moment loses nothing that it acknowledged, and a retry doubles nothing."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from shop.feeds import import_feed
from storage import Database

KILLS = 4
LATEST_KILL_S = 0.15
START_TIMEOUT_S = 90.0
FEED = """id,title,price,description,stock
kite-1,Paper Kite,12.50,A light kite for a breeze,5
kite-2,Silk Kite,48.00,A large kite for strong wind,3
line-1,Kite Line 50 m,6.00,Line for any kite,20
"""
MAPPING = """currency = "USD"
[columns]
id = "id"
title = "title"
price = "price"
description = "description"
stock = "stock"
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    feed = tmp_path / "kites.csv"
    feed.write_text(FEED)
    feed.with_suffix(".toml").write_text(MAPPING)
    database = Database(f"sqlite:///{tmp_path / 'pairwell.db'}")
    database.upgrade()
    import_feed(database, feed)
    database.dispose()
    return tmp_path


class Running:
    """One start of the real server; `kill` is what a power cut does to it."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._printed = data_dir / "server.log"
        self._log = self._printed.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "app.py", "serve", "--port", str(port)],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "PAIRWELL_DATA_DIR": str(data_dir),
                "PAIRWELL_LLM__EMBEDDED": "false",
            },
        )

    def wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self._printed.read_text()[-2000:]
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._log.close()


@contextmanager
def running(data_dir: Path, port: int) -> Iterator[Running]:
    server = Running(data_dir, port)
    try:
        server.wait()
        yield server
    finally:
        server.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def test_whatever_was_acknowledged_is_there_once_after_kills_in_mid_turn(data_dir: Path) -> None:
    port, chance = free_port(), random.Random(11)
    with running(data_dir, port) as server:
        token = httpx.post(f"{server.url}/v1/sessions", json={}).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        made = httpx.post(f"{server.url}/v1/conversations", json={}, headers=headers)
        path = f"/v1/conversations/{made.json()['id']}"
    for turn in range(KILLS):
        acknowledged = _killed_in_mid_turn(data_dir, port, path, headers, turn, chance)
        with running(data_dir, port) as server:
            retried = httpx.post(
                f"{server.url}{path}/messages",
                json={"content": f"a kite under ${20 + turn}"},
                headers={**headers, "Idempotency-Key": f"turn-{turn}"},
                timeout=60,
            )
            assert retried.status_code == 200, retried.text
            if acknowledged is not None:
                assert retried.json()["id"] == acknowledged["id"]
            messages = httpx.get(f"{server.url}{path}", headers=headers).json()["messages"]
        said = [message["content"] for message in messages if message["role"] == "user"]
        answered = [message for message in messages if message["role"] == "assistant"]
        assert said == [f"a kite under ${20 + n}" for n in range(turn + 1)]
        assert len(answered) == turn + 1


def _killed_in_mid_turn(
    data_dir: Path, port: int, path: str, headers: dict[str, str], turn: int, chance: random.Random
) -> dict[str, Any] | None:
    """Posts a message and kills the server meanwhile; gives the reply where it came all the same."""
    replies: list[dict[str, Any]] = []

    def post(url: str) -> None:
        try:
            answer = httpx.post(
                f"{url}{path}/messages",
                json={"content": f"a kite under ${20 + turn}"},
                headers={**headers, "Idempotency-Key": f"turn-{turn}"},
                timeout=60,
            )
        except httpx.TransportError:
            return
        if answer.status_code == 200:
            replies.append(answer.json())

    with running(data_dir, port) as server:
        posting = threading.Thread(target=post, args=(server.url,))
        posting.start()
        time.sleep(chance.uniform(0, LATEST_KILL_S))
        server.kill()
        posting.join()
    return replies[0] if replies else None
