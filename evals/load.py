"""Many shoppers at once: open conversations at several arrival rates, and whether each got its own answer.

Arrivals are open-loop: a turn is sent when its time has come, not when the last was answered, so a server
that falls behind is seen to. An answer counts only where it is the answer to that message: it names the
word that this turn alone asked for, comes from the model where there is one, and stands in the
conversation after its message. A busy server says 429, which is counted, never retried.

The scripted model answers at once with a fixed sentence: what is left is what Pairwell itself can do.
"""

import asyncio
import json
import random
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.import_speed import WORDS, write_feed
from evals.results import Row, interval, write
from evals.server import Server, demo_server

PRODUCTS = 400
TIMEOUT_S = 60.0
MEMORY_EVERY_S = 1.0
#: Where a limit of the demo key would be measured in place of the server.
MOST_RATE = 18.0


@dataclass(frozen=True, slots=True)
class Told:
    """One turn as its client saw it: seconds of waiting, and of the model in the server's own account."""

    status: int
    seconds: float
    own_ms: float
    problem: str = ""


@dataclass
class Level:
    """One arrival rate."""

    rate: float
    seconds: float
    told: list[Told] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    lost: int = 0

    @property
    def answered(self) -> list[Told]:
        return [each for each in self.told if each.status == 200 and not each.problem]


def measure(
    out: Path,
    seed: int,
    conversations: int,
    seconds: float,
    rates: tuple[float, ...],
    systems: tuple[str, ...],
) -> None:
    rows: list[Row] = []
    levels: dict[str, list[Level]] = {}
    for system in systems:
        with tempfile.TemporaryDirectory() as folder, _server(system, Path(folder), seed) as server:
            levels[system] = asyncio.run(_levels(server, seed, conversations, seconds, rates))
        rows += [row for level in levels[system] for row in _rows(system, level, seed)]
        _print(rows)
    write(out, "load", seed, [], rows)
    _chart(out / "load.png", levels)


@contextmanager
def _server(system: str, folder: Path, seed: int) -> Iterator[Server]:
    feed = folder / "things.tsv"
    write_feed(feed, PRODUCTS, seed)
    if system == "scripted":
        with scripted_model() as url:
            environment = {"PAIRWELL_LLM__BASE_URL": url, "PAIRWELL_LLM__UNDERSTAND": "rules"}
            with demo_server(folder, environment, "--catalogue", str(feed)) as server:
                yield server
        return
    environment = {"PAIRWELL_LLM__EMBEDDED": "true" if system == "embedded" else "false"}
    with demo_server(folder, environment, "--catalogue", str(feed)) as server:
        yield server


async def _levels(
    server: Server, seed: int, conversations: int, seconds: float, rates: tuple[float, ...]
) -> list[Level]:
    headers = {"Authorization": f"Bearer {server.key}"}
    limits = httpx.Limits(max_connections=conversations, max_keepalive_connections=conversations)
    async with httpx.AsyncClient(
        base_url=server.url, headers=headers, timeout=TIMEOUT_S, limits=limits
    ) as http:
        made = [await http.post("/v1/conversations", json={}) for _ in range(conversations)]
        talks = [answer.raise_for_status().json()["id"] for answer in made]
        return [await _level(http, server, talks, seed, seconds, rate) for rate in rates]


async def _level(
    http: httpx.AsyncClient, server: Server, talks: list[str], seed: int, seconds: float, rate: float
) -> Level:
    level, chance = Level(min(rate, MOST_RATE), seconds), random.Random(seed)  # noqa: S311 - arrivals
    acknowledged: dict[str, list[str]] = {talk: [] for talk in talks}
    watching = asyncio.create_task(_watch(level, server))
    running: list[asyncio.Task[None]] = []
    started = time.perf_counter()
    due = 0.0
    free = list(talks)
    while due < seconds:
        await asyncio.sleep(max(0.0, started + due - time.perf_counter()))
        if free:
            talk = free.pop(chance.randrange(len(free)))
            running.append(asyncio.create_task(_turn(http, level, talk, chance, acknowledged, free)))
        due += chance.expovariate(level.rate)
    await asyncio.gather(*running)
    level.seconds = time.perf_counter() - started
    watching.cancel()
    for talk, ids in acknowledged.items():
        if ids:
            level.lost += await _missing(http, talk, ids)
    return level


async def _turn(
    http: httpx.AsyncClient,
    level: Level,
    talk: str,
    chance: random.Random,
    acknowledged: dict[str, list[str]],
    free: list[str],
) -> None:
    word = chance.choice(WORDS)
    began = time.perf_counter()
    try:
        answer = await http.post(f"/v1/conversations/{talk}/messages", json={"content": f"show me {word}"})
    except httpx.HTTPError as error:
        level.told.append(Told(0, time.perf_counter() - began, 0.0, repr(error)))
        return
    finally:
        free.append(talk)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        level.told.append(Told(answer.status_code, took, 0.0))
        return
    reply = answer.json()
    timings = reply["timings_ms"]
    level.told.append(Told(200, took, timings["total"] - timings["model"], _wrong(reply, talk, word)))
    acknowledged[talk].append(reply["id"])


def _wrong(reply: dict[str, Any], talk: str, word: str) -> str:
    """Why this is no real answer to this turn; empty where it is one."""
    if reply["conversation_id"] != talk:
        return "the answer of another conversation"
    if not reply["content"].strip():
        return "no words"
    titles = [card["title"] for card in reply.get("products", [])]
    if not titles or not any(word in title for title in titles):
        return f"shows nothing of {word}"
    return ""


async def _missing(http: httpx.AsyncClient, talk: str, ids: list[str]) -> int:
    """How many acknowledged replies are not in their conversation, once and in order."""
    found = (await http.get(f"/v1/conversations/{talk}")).raise_for_status().json()["messages"]
    there = [message["id"] for message in found if message["role"] == "assistant"]
    kept = [each for each in there if each in set(ids)]
    return len(ids) - len(kept) if kept == ids[: len(kept)] else len(ids)


async def _watch(level: Level, server: Server) -> None:
    """Notes the memory of the server and of what it started."""
    while True:
        level.memory_mib.append(memory_kib(server.pid) / 1024)
        await asyncio.sleep(MEMORY_EVERY_S)


def memory_kib(pid: int) -> int:
    """What a process and those below it hold in memory."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)
    return own + sum(memory_kib(int(child)) for child in below)


def _percentile(values: np.ndarray, share: float) -> float:
    return float(np.percentile(values, share))


def _rows(system: str, level: Level, seed: int) -> Iterator[Row]:
    name = f"{system}_{level.rate:g}_per_s"
    answered = level.answered
    waits = [each.seconds * 1000 for each in answered] or [float("nan")]
    own = [each.own_ms for each in answered] or [float("nan")]
    for metric, values, shares in (("p", waits, (50, 95, 99)), ("own_p", own, (50, 95))):
        for share in shares:
            yield interval(name, f"{metric}{share}_ms", values, partial(_percentile, share=share), seed)
    counts = {
        "turns_per_s": len(answered) / level.seconds,
        "share_429": sum(each.status == 429 for each in level.told) / max(len(level.told), 1),
        "other_errors": sum(each.status not in (200, 429) for each in level.told),
        "not_real": sum(bool(each.problem) for each in level.told),
        "lost_or_swapped": level.lost,
        "memory_first_mib": level.memory_mib[0] if level.memory_mib else 0.0,
        "memory_last_mib": level.memory_mib[-1] if level.memory_mib else 0.0,
    }
    yield from (Row(name, metric, value, value, value, len(level.told)) for metric, value in counts.items())


# A model that answers at once ------------------------------------------------------------------------------


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


def _print(rows: list[Row]) -> None:
    table = Table("system", "metric", "value", "95 % interval", "n")
    for row in rows:
        span = "" if row.low == row.high else f"{row.low:.2f} to {row.high:.2f}"
        table.add_row(row.system, row.metric, f"{row.value:.2f}", span, str(row.n))
    Console().print(table)


def _chart(path: Path, levels: dict[str, list[Level]]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (turns, waits, memory) = plt.subplots(1, 3, figsize=(12, 3.2))
    for system, found in levels.items():
        rates = [level.rate for level in found]
        turns.plot(rates, [len(level.answered) / level.seconds for level in found], marker="o", label=system)
        p95 = [np.percentile([each.seconds for each in level.answered] or [np.nan], 95) for level in found]
        waits.plot(rates, p95, marker="o", label=system)
        memory.plot(np.concatenate([level.memory_mib for level in found]), label=system)
    for axis, x, y in (
        (turns, "turns that arrive, per s", "real answers, per s"),
        (waits, "turns that arrive, per s", "p95, s"),
        (memory, "s", "memory, MiB"),
    ):
        axis.set_xlabel(x)
        axis.set_ylabel(y)
        axis.set_ylim(bottom=0)
    turns.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
