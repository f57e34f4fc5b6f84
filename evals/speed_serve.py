"""How fast the model servers are, under Pairwell and bare, with one conversation and with several at once.

The scripts of `cases/turns.txt` are talked through Pairwell over a model server. The calls that these turns
made are recorded once, and made again straight to the server, turn by turn: what is missing to Pairwell's
figure is Pairwell's own. A few words that stand nowhere else open each message, so that no server finds a
whole prompt in its cache; the instruction it does find, as in a shop.

Every reply is looked at: how many intents and sentences the model made is told beside the times, since a
server whose model is silent looks fast. Conversations are closed-loop, a shopper who does not think. The
machine's load average at the end of each is kept: much more than the calls make says that others ran too.

One system or load at a time may be measured: rows of others stay in `results.json` as they were.

Errors
    NotServed    no turn was answered, or most of them without the model: there is nothing to tell
"""

import copy
import itertools
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from evals.charts import bars, table
from evals.load.driver import memory_kib
from evals.model_servers import ModelServer, model_server
from evals.recording import Call, recorder
from evals.results import Row, interval, write
from evals.server import Server, demo_server
from evals.speed_turn import CASES, conversations

TIMEOUT_S = 180.0
GREETINGS = ("hi", "hello", "hey", "good morning", "good evening", "hello there", "hi again")
NAMES = (
    "Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ines", "Jon", "Kim", "Lea", "Max", "Noor",
    "Olaf", "Pia", "Quinn", "Rui", "Sam", "Tess", "Uma", "Vic", "Wim", "Xena", "Yuri", "Zoe",
)  # fmt: skip
#: Share of the messages that the model must have read.
LEAST_READ = 0.5
METRICS = ("turns_per_s", "first_item_p50_ms", "first_sentence_p50_ms", "total_p50_ms", "own_p50_ms")


class NotServed(RuntimeError):
    """The model server did not serve: it is dead, or too slow for the patience of a turn."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: which systems, how many conversations at once, and how long each."""

    systems: Sequence[str]
    at_once: Sequence[int]
    seconds: float
    seed: int


@dataclass
class Told:
    """One load: the replies, or the bare turns, and how long all of it took."""

    seconds: float = 0.0
    replies: list[dict[str, Any]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    bare: list["BareTurn"] = field(default_factory=list)
    memory_mib: float = 0.0
    machine_load: float = 0.0


@dataclass(frozen=True, slots=True)
class BareTurn:
    """The calls of one turn made straight to the server."""

    seconds: float
    first_piece_s: float | None
    tokens: int


def measure(out: Path, plan: Plan) -> None:
    """Runs the systems one after the other; writes the rows after each load, and prints them all."""
    rows: list[Row] = []
    for system in plan.systems:
        with model_server(system) as served, tempfile.TemporaryDirectory() as folder:
            for found in measure_one(served, Path(folder), plan):
                rows = [*_others(out, found), *found]
                write(out, "speed serve", plan.seed, [CASES], rows)
                bars(out / "serve.png", rows, METRICS[:4], "the model servers, under Pairwell and bare")
    table(rows, METRICS)


def measure_one(served: ModelServer, folder: Path, plan: Plan) -> Iterator[list[Row]]:
    """The rows of one model server under each load."""
    leads = _leads()
    turns = _recorded(served, folder, next(leads))
    for at_once in plan.at_once:
        settings = {**served.settings(), "PAIRWELL_HTTP__TURNS_AT_ONCE": str(at_once)}
        with demo_server(folder, settings) as server:
            told = _loaded(at_once, plan.seconds, partial(_talk, server, leads))
        told.memory_mib = sum(map(memory_kib, served.pids)) / 1024
        yield [*_pairwell_rows(served.name, at_once, told, plan.seed)]
        bare = _loaded(at_once, plan.seconds, partial(_replay, served, turns, leads))
        yield [*_bare_rows(served.name, at_once, bare, plan.seed)]


def _leads() -> Iterator[str]:
    """Openings of a message, each once; several threads may draw from them."""
    return map("{2}, {0} {1} here:".format, *zip(*itertools.product(NAMES, NAMES, GREETINGS), strict=True))


# What Pairwell asks of the server --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """The calls of one turn, and the opening that its message had."""

    calls: tuple[Call, ...]
    lead: str


def _recorded(served: ModelServer, folder: Path, lead: str) -> list[Turn]:
    """Each script once, through proxies that note the calls."""
    found, replies = [], []
    with (
        recorder(served.base_url) as proxy,
        recorder(served.voice_base_url, proxy.calls) as telling,
        demo_server(folder, served.settings(proxy.base_url, telling.base_url)) as server,
        _client(server) as client,
    ):
        for said in conversations():
            talk = client.post("/v1/conversations", json={}).raise_for_status().json()["id"]
            for text in said:
                before = len(proxy.calls)
                replies.append(_say(client, talk, f"{lead} {text}").raise_for_status().json())
                found.append(Turn(tuple(proxy.calls[before:]), lead))
    _must_be_served(served.name, replies)
    return found


def _client(server: Server) -> httpx.Client:
    headers = {"Authorization": f"Bearer {server.key}"}
    return httpx.Client(base_url=server.url, headers=headers, timeout=TIMEOUT_S)


def _say(client: httpx.Client, talk: str, text: str) -> httpx.Response:
    return client.post(f"/v1/conversations/{talk}/messages", json={"content": text})


# Loads -----------------------------------------------------------------------------------------------------


def _loaded(at_once: int, seconds: float, work: Callable[[float], Told]) -> Told:
    """`work` by so many callers at once, each until the time is over and its conversation at its end."""
    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as callers:
        parts = list(callers.map(work, [began + seconds] * at_once))
    told = Told(time.perf_counter() - began, machine_load=os.getloadavg()[0])
    for part in parts:
        told.replies += part.replies
        told.failed += part.failed
        told.bare += part.bare
    return told


def _talk(server: Server, leads: Iterator[str], until: float) -> Told:
    told = Told()
    with _client(server) as client:
        for said in itertools.cycle(conversations()):
            if time.perf_counter() > until:
                return told
            lead = next(leads)
            talk = client.post("/v1/conversations", json={}).raise_for_status().json()["id"]
            for text in said:
                answer = _say(client, talk, f"{lead} {text}")
                if answer.is_success and answer.json()["content"].strip():
                    told.replies.append(answer.json())
                else:
                    told.failed.append(answer.text)
    return told


def _replay(served: ModelServer, turns: Sequence[Turn], leads: Iterator[str], until: float) -> Told:
    told = Told()
    # llama.cpp closes a connection after a hundred calls; calls without a pause would run into that.
    headers = {"Authorization": f"Bearer {served.api_key}", "Connection": "close"}
    with httpx.Client(headers=headers, timeout=TIMEOUT_S) as client:
        while time.perf_counter() < until:
            lead = next(leads)
            told.bare += [_bare_turn(client, turn, lead) for turn in turns]
    return told


def _bare_turn(client: httpx.Client, turn: Turn, lead: str) -> BareTurn:
    began = time.perf_counter()
    first, tokens = None, 0
    for call in turn.calls:
        body = _again(call, turn.lead, lead)
        if call.streams:
            piece_s, count = _streamed(client, call.base_url, body)
            first, tokens = first or piece_s, tokens + count
        else:
            answer = client.post(f"{call.base_url}/chat/completions", json=body).raise_for_status().json()
            tokens += answer["usage"]["completion_tokens"]
    return BareTurn(time.perf_counter() - began, first, tokens)


def _again(call: Call, was: str, lead: str) -> dict[str, Any]:
    """The body with another opening; a stream ends where its reader closed it."""
    body = copy.deepcopy(call.body)
    for message in body["messages"]:
        message["content"] = message["content"].replace(was, lead)
    if call.streams:
        body["max_tokens"] = max(1, min(body["max_tokens"], call.pieces))
        body["stream_options"] = {"include_usage": True}
    return body


def _streamed(client: httpx.Client, base_url: str, body: dict[str, Any]) -> tuple[float, int]:
    """Seconds until the first piece, and the tokens of all."""
    began = time.perf_counter()
    first, tokens = 0.0, 0
    with client.stream("POST", f"{base_url}/chat/completions", json=body) as answer:
        for line in answer.raise_for_status().iter_lines():
            if not line.startswith("data: {"):
                continue
            piece = json.loads(line.removeprefix("data: "))
            if not first and any(choice["delta"].get("content") for choice in piece["choices"]):
                first = time.perf_counter() - began
            tokens = (piece.get("usage") or {}).get("completion_tokens", tokens)
    return first, tokens


# Rows ------------------------------------------------------------------------------------------------------


def _percentile(share: float) -> Callable[[np.ndarray], float]:
    return lambda values: float(np.percentile(values, share))


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _pairwell_rows(system: str, at_once: int, told: Told, seed: int) -> Iterator[Row]:
    _must_be_served(system, told.replies, told.failed)
    name, size, count = f"{system} under Pairwell", f"{at_once} at once", len(told.replies)
    yield _one(name, "turns_per_s", count / told.seconds, count, size)
    yield _one(name, "turns_failed", len(told.failed), count + len(told.failed), size)
    yield _one(name, "model_server_mib", told.memory_mib, 1, size)
    yield _one(name, "machine_load", told.machine_load, 1, size)
    for part in ("first_item", "first_sentence", "total"):
        spent = [reply["timings_ms"][part] for reply in told.replies]
        for share in (50, 95):
            yield interval(name, f"{part}_p{share}_ms", spent, _percentile(share), seed, size=size)
    own = [reply["timings_ms"]["total"] - reply["timings_ms"]["model"] for reply in told.replies]
    yield interval(name, "own_p50_ms", own, _percentile(50), seed, size=size)
    yield interval(name, "own_p95_ms", own, _percentile(95), seed, size=size)
    read = [reply["sources"]["intent"] == "model" for reply in told.replies]
    yield interval(name, "intents_by_model", read, _mean, seed, size=size)
    texts = [reply["sources"]["text"] for reply in told.replies]
    written = [(each["model"] + each["repaired"]) / max(sum(each.values()), 1) for each in texts]
    yield interval(name, "sentences_by_model", written, _mean, seed, size=size)


def _bare_rows(system: str, at_once: int, told: Told, seed: int) -> Iterator[Row]:
    name, size, count = f"{system} bare", f"{at_once} at once", len(told.bare)
    tokens = sum(turn.tokens for turn in told.bare)
    yield _one(name, "turns_per_s", count / told.seconds, count, size)
    yield _one(name, "machine_load", told.machine_load, 1, size)
    yield _one(name, "tokens_per_s", tokens / told.seconds, count, size)
    spent = [turn.seconds * 1000 for turn in told.bare]
    yield interval(name, "total_p50_ms", spent, _percentile(50), seed, size=size)
    yield interval(name, "total_p95_ms", spent, _percentile(95), seed, size=size)
    first = [turn.first_piece_s * 1000 for turn in told.bare if turn.first_piece_s]
    if first:
        yield interval(name, "first_piece_p50_ms", first, _percentile(50), seed, size=size)


def _must_be_served(system: str, replies: Sequence[dict[str, Any]], failed: Sequence[str] = ()) -> None:
    if not replies:
        raise NotServed(f"no turn was answered over {system}: {failed[:3]}")
    read = sum(reply["sources"]["intent"] == "model" for reply in replies)
    if read < len(replies) * LEAST_READ:
        raise NotServed(f"{system} read {read} of {len(replies)} messages, rules read the others")


def _one(system: str, metric: str, value: float, n: int, size: str) -> Row:
    """A figure of the whole load: one observation, without an interval."""
    return Row(system, metric, value, value, value, n, size=size)


def _others(out: Path, rows: Sequence[Row]) -> list[Row]:
    """The rows of an earlier run that this one did not measure."""
    path = out / "results.json"
    if not path.is_file():
        return []
    new = {(row.system, row.size) for row in rows}
    kept = [Row(**each) for each in json.loads(path.read_text(encoding="utf-8"))["rows"]]
    return [row for row in kept if (row.system, row.size) not in new]
