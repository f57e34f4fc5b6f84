"""The points of load that were measured, kept in `OUT/points.json`: a run may add to those of another."""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.load.driver import Level, level_of, open_talks
from evals.load.shop import served
from evals.results import Row, interval, write

#: A turn costs the driver connections of its own; more than this are never open at once.
MOST_CONNECTIONS = 250
TIMEOUT_S = 60.0
#: The mean of so many seconds at the beginning and at the end tells whether memory grows.
MEMORY_WINDOW_S = 20
#: A server keeps up with a rate of which it answers this share.
KEEPS_UP = 0.99
console = Console()

Point = dict[str, Any]


def measure(
    out: Path,
    seed: int,
    conversations: int,
    points: dict[str, list[tuple[float, float]]],
    *,
    long_s: float = 0.0,
    add: bool = False,
) -> None:
    """`points`: system -> (arrivals a second, seconds). Of the scripted model's rates the highest that the
    server kept up with is then held for `long_s`. With `add`, points of another rate or system stay."""
    kept = out / "points.json"
    found: list[Point] = json.loads(kept.read_text()) if add and kept.is_file() else []
    out.mkdir(parents=True, exist_ok=True)
    for system, wanted in points.items():
        with (
            tempfile.TemporaryDirectory(prefix="pairwell-load-") as folder,
            served(system, Path(folder), seed) as (server, keys),
        ):
            run = Run(server.url, server.pid, keys, seed, conversations)
            for level in _levels(run, wanted, long_s if system == "scripted" else 0.0):
                point = _point(system, conversations, level, seed)
                found = [each for each in found if (each["system"], each["rate"]) != (system, level.rate)]
                found = sorted([*found, point], key=lambda each: (each["system"], each["rate"]))
                kept.write_text(json.dumps(found, indent=1) + "\n")
                _print([point])
    rows = [Row(**row) for point in found for row in point["rows"]]
    _print(found)
    write(out, "load", seed, [], rows)
    _chart(out / "load.png", found)


@dataclass(frozen=True, slots=True)
class Run:
    """The server under load, and how many conversations are open."""

    url: str
    pid: int
    keys: tuple[str, ...]
    seed: int
    conversations: int


def _levels(run: Run, wanted: list[tuple[float, float]], long_s: float) -> Iterator[Level]:
    kept_up = wanted[0][0]
    for rate, seconds in wanted:
        level = asyncio.run(_level(run, rate, seconds))
        if len(level.answered) >= KEEPS_UP * len(level.told):
            kept_up = max(kept_up, rate)
        yield level
    if long_s:
        yield asyncio.run(_level(run, kept_up, long_s))


async def _level(run: Run, rate: float, seconds: float) -> Level:
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS)
    async with httpx.AsyncClient(base_url=run.url, timeout=TIMEOUT_S, limits=limits) as http:
        talks = await open_talks(http, run.keys, run.conversations)
        return await level_of(http, run.pid, talks, run.seed, seconds, rate)


def _point(system: str, conversations: int, level: Level, seed: int) -> Point:
    for problem, count in Counter(each.problem for each in level.told if each.problem).most_common(5):
        console.print(f"{count} times: {problem}", markup=False)
    for what in level.lost[:5]:
        console.print(f"lost: {what}", markup=False)
    return {
        "system": system,
        "rate": level.rate,
        "seconds": round(level.seconds, 1),
        "conversations": conversations,
        "memory_mib": [round(each, 1) for each in level.memory_mib],
        "rows": [
            {key: getattr(row, key) for key in ("system", "metric", "value", "low", "high", "n")}
            for row in _rows(f"{system}_{level.rate:g}_per_s", level, seed)
        ],
    }


def _percentile(values: np.ndarray, share: float) -> float:
    return float(np.percentile(values, share))


def _rows(name: str, level: Level, seed: int) -> Iterator[Row]:
    answered = level.answered
    waits = [each.seconds * 1000 for each in answered] or [float("nan")]
    own = [each.own_ms for each in answered] or [float("nan")]
    for metric, values, shares in (("p", waits, (50, 95, 99)), ("own_p", own, (50, 95))):
        for share in shares:
            yield interval(name, f"{metric}{share}_ms", values, partial(_percentile, share=share), seed)
    window = slice(0, MEMORY_WINDOW_S), slice(-MEMORY_WINDOW_S, None)
    first, last = (float(np.mean(level.memory_mib[each] or [0.0])) for each in window)
    sent = max(len(level.told), 1)
    counts = {
        "seconds": level.seconds,
        "turns_per_s": len(answered) / level.seconds,
        "share_429": sum(each.status == 429 for each in level.told) / sent,
        "other_errors": sum(each.status not in (200, 429) for each in level.told),
        "not_real": sum(bool(each.problem) and each.status == 200 for each in level.told),
        "by_model": sum(each.by_model for each in answered) / max(len(answered), 1),
        "degraded": sum(each.degraded for each in answered) / max(len(answered), 1),
        "lost_or_swapped": len(level.lost),
        "memory_first_mib": first,
        "memory_last_mib": last,
        "memory_most_mib": max(level.memory_mib, default=0.0),
    }
    yield from (Row(name, metric, value, value, value, len(level.told)) for metric, value in counts.items())


SHOWN = ("turns_per_s", "p50_ms", "p95_ms", "p99_ms", "own_p50_ms", "own_p95_ms", "share_429")
COUNTED = ("other_errors", "not_real", "lost_or_swapped", "memory_first_mib", "memory_last_mib")


def _print(points: list[Point]) -> None:
    table = Table("system", "rate", "s", "n", *SHOWN, *COUNTED)
    for point in points:
        values = {row["metric"]: row["value"] for row in point["rows"]}
        cells = [f"{values[name]:.2f}" for name in SHOWN] + [f"{values[name]:.0f}" for name in COUNTED]
        sent = str(point["rows"][-1]["n"])
        table.add_row(point["system"], f"{point['rate']:g}", f"{point['seconds']:.0f}", sent, *cells)
    Console(width=200).print(table)


def _chart(path: Path, points: list[Point]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (turns, waits, memory) = plt.subplots(1, 3, figsize=(13, 3.4))
    for number, system in enumerate(dict.fromkeys(point["system"] for point in points)):
        mine, colour = [point for point in points if point["system"] == system], f"C{number}"
        values = [{row["metric"]: row["value"] for row in point["rows"]} for point in mine]
        rates = [point["rate"] for point in mine]
        turns.plot(rates, [each["turns_per_s"] for each in values], "o-", color=colour, label=system)
        for share, style in (("p50_ms", "o-"), ("p95_ms", "o--")):
            label = f"{system} {share.removesuffix('_ms')}"
            waits.plot(rates, [each[share] / 1000 for each in values], style, color=colour, label=label)
        longest = max(mine, key=lambda point: point["seconds"])
        label = f"{system}, {longest['rate']:g} a second"
        memory.plot(longest["memory_mib"], color=colour, label=label)
    for axis in (turns, waits):
        axis.set_xscale("log")
        axis.set_yscale("log")
    memory.set_ylim(0, 1.3 * max(max(point["memory_mib"]) for point in points))
    for axis, x, y in (
        (turns, "turns that arrive, per s", "real answers, per s"),
        (waits, "turns that arrive, per s", "a client waits, s"),
        (memory, "s", "memory, MiB"),
    ):
        axis.set_xlabel(x)
        axis.set_ylabel(y)
        axis.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
