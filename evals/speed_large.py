"""The largest catalogue whose vectors are compared whole: what building it takes, a query, and what the
approximate index would have found.

It is a real catalogue many times over (`evals.speed_search_scale`); its vectors are turned copies and not
encoded, since encoding is measured by itself (`evals.speed_encode`). Seconds of building and the most memory
that the process ever held are rows, too.
"""

import resource
import tempfile
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
from rich.console import Console

from evals.charts import listed
from evals.results import Row, write
from evals.search_judgements import read_judgements
from evals.search_shop import KEPT, open_shop
from evals.speed_search_frameworks import Forgetful
from evals.speed_search_recall import indexed, recall_of
from evals.speed_search_scale import measure_scale, scaled
from retrieval.scorer import load_scorer


def measure(
    products: Path, judgements: Path, out: Path, seed: int, scale: int, keep: Path = KEPT
) -> list[Row]:
    """`scale` products; memory grows by some 5 GB for a million of them."""
    say = Console(stderr=True).print
    queries = list(read_judgements(judgements))
    started = time.perf_counter()
    with open_shop(products, keep) as shop, tempfile.TemporaryDirectory(prefix="pairwell-large-") as folder:
        say(f"making a catalogue of {scale:,} products")
        state = scaled(shop, scale, seed)
        rows = [_seconds("built_s", started, scale)]
        say(f"its words are read; building the index of {scale:,} vectors")
        started = time.perf_counter()
        index = indexed(state, shop, Path(folder) / "index")
        rows.append(_seconds("indexed_s", started, scale))
        say("asking")
        encoder = Forgetful(keep / "encoders", shop.embedder.digest)
        rows += measure_scale(state, encoder, load_scorer(), queries, seed, index.nearest)
        rows += recall_of(state, shop.embedder.encode(queries), index.nearest, seed)
        index.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(Row(f"pairwell_{scale}", "most_memory_mib", most, most, most, 1))
    listed(rows)
    write(out, "speed large", seed, [products, judgements], rows)
    _chart(out / "speed_large.png", rows)
    return rows


def _seconds(metric: str, started: float, scale: int) -> Row:
    took = time.perf_counter() - started
    return Row(f"pairwell_{scale}", metric, took, took, took, 1)


def _chart(path: Path, rows: list[Row]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 3))
    for at, share in enumerate(("p50", "p95")):
        prefix = f"latency_{share}_ms_"
        mine = [row for row in rows if row.metric.startswith(prefix)]
        places = np.arange(len(mine)) + at * 0.4
        axes.bar(places, [row.value for row in mine], 0.38, label=share)
        axes.set_xticks(np.arange(len(mine)) + 0.2, [row.metric.removeprefix(prefix) for row in mine])
    axes.set_ylabel("a query, ms")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
