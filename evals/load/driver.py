"""Many shoppers at once: open conversations at one arrival rate, and whether each got its own answer.

Arrivals are open-loop: a turn is sent when its time has come, not when the last was answered, so a server
that falls behind is seen to. An answer counts only where it is the answer to that message: it shows what this
turn alone asked for, within its price, and stands in the conversation right after its message. A busy server
says 429, which is counted, never retried.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

#: What the shop sells: goods that a model of language knows, since what is measured is no test of reading.
GOODS = (
    *("kettle", "lamp", "towel", "blanket", "bucket", "ladder", "mirror", "pillow", "rake", "teapot"),
    *("hammer", "basket", "curtain", "whistle", "vase", "candle", "notebook", "padlock", "stool", "broom"),
)
TIMEOUT_S = 60.0
MEMORY_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """One turn as its client saw it: seconds of waiting; `own_ms` is the server's own account of the turn
    without the model. `problem` says why a 200 is no answer."""

    status: int
    seconds: float
    own_ms: float = 0.0
    problem: str = ""
    by_model: bool = False
    degraded: bool = False


@dataclass
class Level:
    """What one arrival rate gave; memory once a second, of the server and what it started."""

    rate: float
    seconds: float
    told: list[Told] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def answered(self) -> list[Told]:
        return [each for each in self.told if each.status == 200 and not each.problem]


@dataclass
class Talk:
    """One open conversation of one API key, and the pairs (message, reply id) that were acknowledged."""

    id: str
    headers: Mapping[str, str]
    acknowledged: list[tuple[str, str]] = field(default_factory=list)


async def open_talks(http: httpx.AsyncClient, keys: tuple[str, ...], count: int) -> list[Talk]:
    talks = []
    for number in range(count):
        headers = {"Authorization": f"Bearer {keys[number % len(keys)]}"}
        made = await _asked(http, "POST", "/v1/conversations", headers)
        talks.append(Talk(made.json()["id"], headers))
    return talks


async def level_of(
    http: httpx.AsyncClient, pid: int, talks: list[Talk], seed: int, seconds: float, rate: float
) -> Level:
    """Turns arrive as a Poisson process for `seconds`, each in a conversation that is free then."""
    level, chance = Level(rate, seconds), random.Random(f"{seed} {rate}")  # noqa: S311 - arrivals
    watching = asyncio.create_task(_watch(level, pid))
    running: list[asyncio.Task[None]] = []
    started, due = time.perf_counter(), 0.0
    free = list(talks)
    while due < seconds:
        await asyncio.sleep(max(0.0, started + due - time.perf_counter()))
        if free:
            talk = free.pop(chance.randrange(len(free)))
            running.append(asyncio.create_task(_turn(http, level, talk, chance, free)))
        due += chance.expovariate(rate)
    await asyncio.gather(*running)
    level.seconds = time.perf_counter() - started
    watching.cancel()
    for talk in talks:
        level.lost += await _missing(http, talk)
    return level


async def _turn(
    http: httpx.AsyncClient, level: Level, talk: Talk, chance: random.Random, free: list[Talk]
) -> None:
    word, most = chance.choice(GOODS), chance.choice((None, None, 120, 250))
    content = f"show me a {word}" if most is None else f"show me a {word} under ${most}"
    began = time.perf_counter()
    try:
        path = f"/v1/conversations/{talk.id}/messages"
        answer = await http.post(path, json={"content": content}, headers=talk.headers)
    except httpx.HTTPError as error:
        level.told.append(Told(0, time.perf_counter() - began, problem=repr(error)))
        return
    finally:
        free.append(talk)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        level.told.append(Told(answer.status_code, took))
        return
    reply = answer.json()
    talk.acknowledged.append((content, reply["id"]))
    timings, sources = reply["timings_ms"], reply["sources"]
    level.told.append(
        Told(
            200,
            took,
            timings["total"] - timings["model"],
            problem_of(reply, talk.id, word, most),
            sources["intent"] == "model" or sources["text"]["model"] + sources["text"]["repaired"] > 0,
            reply["degraded"],
        )
    )


def problem_of(reply: Mapping[str, Any], talk: str, word: str, most: int | None) -> str:
    """Why this is no real answer to this turn; empty where it is one."""
    if reply["conversation_id"] != talk:
        return "the answer of another conversation"
    if not reply["content"].strip():
        return "no words"
    cards = reply.get("products", [])
    if not any(word in card["title"] for card in cards):
        return f"shows nothing of {word}: {reply['content'][:80]}"
    if most is not None and any(card["price"]["amount"] > most * 100 for card in cards):
        return f"shows something dearer than ${most}"
    return ""


async def _missing(http: httpx.AsyncClient, talk: Talk) -> list[str]:
    """The acknowledged turns that do not stand in their conversation, once, in order, reply after message."""
    if not talk.acknowledged:
        return []
    answer = await _asked(http, "GET", f"/v1/conversations/{talk.id}", talk.headers)
    messages = answer.json()["messages"]
    said = {
        reply["id"]: message["content"]
        for message, reply in pairwise(messages)
        if (message["role"], reply["role"]) == ("user", "assistant")
    }
    ids = [message["id"] for message in messages]
    wrong = [reply for content, reply in talk.acknowledged if said.get(reply) != content]
    there = [each for each in ids if each in {reply for _, reply in talk.acknowledged}]
    if not wrong and there != [reply for _, reply in talk.acknowledged]:
        wrong = [f"the order or the number of replies in {talk.id}"]
    return wrong


async def _asked(
    http: httpx.AsyncClient, method: str, path: str, headers: Mapping[str, str]
) -> httpx.Response:
    """What stands before and after the turns that are measured: a server that is still busy with those, or a
    connection that it closed meanwhile, is asked again."""
    for pause in (0.5, 2.0, 8.0, 30.0):
        try:
            answer = await http.request(method, path, headers=dict(headers))
        except httpx.TransportError:
            await asyncio.sleep(pause)
            continue
        if answer.status_code not in (429, 503):
            return answer.raise_for_status()
        await asyncio.sleep(pause)
    return (await http.request(method, path, headers=dict(headers))).raise_for_status()


async def _watch(level: Level, pid: int) -> None:
    while True:
        level.memory_mib.append(memory_kib(pid) / 1024)
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
