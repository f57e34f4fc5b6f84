"""How long a turn takes: scripted conversations over HTTP, with the embedded model and with the model off.

Times are the server's own `timings_ms`, first the share of sentences that the model made, since a server
whose model is silent looks fast.
"""

import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import matplotlib as mpl
import numpy as np

from evals.charts import listed
from evals.results import Row, interval, write
from evals.server import Server, demo_server

CASES = Path(__file__).parent / "cases" / "turns.txt"
SYSTEMS = {"embedded": {}, "model_off": {"PAIRWELL_LLM__EMBEDDED": "false"}}
WARM_UP_TURNS = 2
TIMEOUT_S = 60.0


def measure(out: Path, seed: int, turns: int) -> None:
    """Runs both systems one after the other on one data folder; prints and writes the rows."""
    rows: list[Row] = []
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for system, environment in SYSTEMS.items():
            with demo_server(Path(folder), environment) as server:
                replies = list(_replies(server, turns + WARM_UP_TURNS))[WARM_UP_TURNS:]
            rows.extend(_rows(system, replies, seed))
            times[system] = [reply["timings_ms"]["total"] for reply in replies]
    listed(rows, ".2f")
    write(out, "speed turn", seed, [CASES], rows)
    _chart(out / "turns.png", times)


def conversations() -> list[list[str]]:
    """What is said, conversation by conversation."""
    return [block.splitlines() for block in CASES.read_text().strip().split("\n\n")]


def _replies(server: Server, turns: int) -> Iterator[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {server.key}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=TIMEOUT_S) as client:
        for said in cycle(conversations()):
            conversation = client.post("/v1/conversations", json={}).raise_for_status().json()["id"]
            for text in said:
                path = f"/v1/conversations/{conversation}/messages"
                yield client.post(path, json={"content": text}).raise_for_status().json()
                turns -= 1
                if turns == 0:
                    return


def _rows(system: str, replies: list[dict[str, Any]], seed: int) -> Iterator[Row]:
    def percentile(share: float) -> Callable[[np.ndarray], float]:
        return lambda values: float(np.percentile(values, share))

    for name in ("understand", "first_item", "first_sentence", "total"):
        timings = [reply["timings_ms"][name] for reply in replies]
        yield interval(system, f"{name}_p50_ms", timings, percentile(50), seed)
        yield interval(system, f"{name}_p95_ms", timings, percentile(95), seed)
    sources = [reply["sources"]["text"] for reply in replies]
    said = sum(sum(each.values()) for each in sources)
    for kind in ("model", "repaired", "template"):
        share = [each[kind] / max(sum(each.values()), 1) for each in sources]
        yield interval(system, f"sentences_{kind}", share, lambda values: float(values.mean()), seed)
    if said == 0:
        raise RuntimeError(f"{system} said nothing in {len(replies)} turns")


def _chart(path: Path, times: dict[str, list[float]]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3))
    axes.boxplot(list(times.values()), orientation="horizontal", tick_labels=list(times))
    axes.set_xlabel("milliseconds a turn")
    axes.set_xlim(left=0)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
