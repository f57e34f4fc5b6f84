"""How well search finds: graded judgements over a catalogue that this project did not write.

Systems that are not ours stand beside ours in each table, with paired differences to `rrf`.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.results import Row, interval, write
from evals.search_judgements import (
    JUDGED,
    MRR,
    NDCG,
    RECALL,
    Judgements,
    Run,
    per_query,
    read_judgements,
    with_anything_relevant,
    with_several_grades,
)
from evals.search_ours import our_systems
from evals.search_plain import System, plain_systems
from evals.search_shop import KEPT, open_shop

#: Differences are to these: what a user would plug together, and this search's own rankings fused.
REFERENCES = ("rrf", "own_rrf")
WARM_UP = 3


def measure(products: Path, judgements: Path, out: Path, seed: int, keep: Path = KEPT) -> list[Row]:
    """Measures every system; prints and writes the rows. Raises `BadJudgements` or `FeedError`."""
    judged = read_judgements(judgements)
    with open_shop(products, keep) as shop:
        systems = plain_systems(shop.products, shop.embedder, shop.folder, seed) | our_systems(shop)
        rows = compare(systems, judged, seed)
    show(rows, judged)
    write(out, "search", seed, [products, judgements], rows)
    _chart(out / "search.png", rows)
    return rows


def compare(systems: Mapping[str, System], judgements: Judgements, seed: int) -> list[Row]:
    """All rows of all systems; differences are paired by query, to `REFERENCES`."""
    full, graded = with_anything_relevant(judgements), with_several_grades(judgements)
    values: dict[str, dict[str, list[float]]] = {}
    for name, system in systems.items():
        found, times = _answered(system, judgements)
        ordered = {query: _ordered(system, query, judgements, seed) for query in graded}
        values[name] = {
            "ndcg@10_full": per_query(NDCG, judgements, found, full),
            "ndcg@10_judged": per_query(NDCG, judgements, ordered, graded),
            "recall@100": per_query(RECALL, judgements, found, full),
            "mrr": per_query(MRR, judgements, found, full),
            "unjudged@10": [1 - share for share in per_query(JUDGED, judgements, found, full)],
            "latency_p50_ms": times,
        }
    rows: list[Row] = []
    for name, metrics in values.items():
        for metric, observed in metrics.items():
            statistic = _median if metric == "latency_p50_ms" else _mean
            rows.append(interval(name, metric, observed, statistic, seed))
        for reference in REFERENCES:
            if name != reference and reference in values:
                rows.extend(_differences(name, reference, metrics, values[reference], seed))
    return rows


def _differences(
    name: str,
    reference: str,
    metrics: Mapping[str, Sequence[float]],
    of_reference: Mapping[str, Sequence[float]],
    seed: int,
) -> list[Row]:
    pairs = {"full": "ndcg@10_full", "judged": "ndcg@10_judged"}
    return [
        interval(
            name,
            f"delta_{reference}_{part}",
            list(np.subtract(metrics[metric], of_reference[metric])),
            _mean,
            seed,
        )
        for part, metric in pairs.items()
    ]


def _answered(system: System, judgements: Judgements) -> tuple[Run, list[float]]:
    """What a system finds for each query, and the milliseconds it took: each query is new to it."""
    for query in [f"warm up {turn}" for turn in range(WARM_UP)]:
        system.rank(query)
    found: dict[str, list[str]] = {}
    times: list[float] = []
    for query in judgements:
        started = time.perf_counter()
        found[query] = system.rank(query)
        times.append((time.perf_counter() - started) * 1000)
    return found, times


def _ordered(system: System, query: str, judgements: Judgements, seed: int) -> list[str]:
    """The judged products alone, in the system's order; what it does not find stands last, shuffled."""
    grades = judgements[query]
    ranked = system.rank(query, list(grades))
    missing = sorted(set(grades) - set(ranked))
    return [*ranked, *np.random.default_rng(seed).permutation(missing).tolist()]


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _median(values: np.ndarray) -> float:
    return float(np.median(values))


def show(rows: Sequence[Row], judgements: Judgements) -> None:
    """One line a system."""
    metrics = list(dict.fromkeys(row.metric for row in rows))
    table = Table("system", *metrics)
    for system in dict.fromkeys(row.system for row in rows):
        cells = {row.metric: _cell(row) for row in rows if row.system == system}
        table.add_row(system, *(cells.get(metric, "") for metric in metrics))
    console = Console(width=220)
    console.print(table)
    one = len(judgements) - len(with_several_grades(judgements))
    none = len(judgements) - len(with_anything_relevant(judgements))
    console.print(
        f"{len(judgements)} queries; {none} with nothing relevant are left out of full, "
        f"{one} with one grade throughout of judged"
    )


def _cell(row: Row) -> str:
    digits = 1 if row.metric.endswith("_ms") else 3
    return f"{row.value:.{digits}f}\n[{row.low:.{digits}f}, {row.high:.{digits}f}]"


def _chart(path: Path, rows: Sequence[Row]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True)
    for axis, metric in zip(axes, ("ndcg@10_full", "ndcg@10_judged"), strict=True):
        _bars(axis, [row for row in rows if row.metric == metric], metric)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _bars(axis: Any, rows: Sequence[Row], title: str) -> None:
    places = range(len(rows))
    errors = [[row.value - row.low for row in rows], [row.high - row.value for row in rows]]
    axis.barh(places, [row.value for row in rows], xerr=errors, color="#7a8fb0")
    axis.set_yticks(places, [row.system for row in rows])
    axis.invert_yaxis()
    axis.set_xlim(0, 1)
    axis.set_title(title)
