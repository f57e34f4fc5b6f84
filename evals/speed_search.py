"""How fast search is beside what frameworks put together, on one catalogue, with one encoder and one set of
queries: LangChain's ensemble retriever and LlamaIndex's query-fusion retriever, as their documentation sets
them up, each with BM25 and the same MiniLM, the latter in Chroma and in LlamaIndex's own store.

Set-ups: `plain` without re-rankers (Pairwell without its scorer), `best` each side's best here: Pairwell
with its scorer, the frameworks as they are, since no re-ranker can be fetched without a model hub. The one
with the same cross-encoder on both sides is not run, for the same reason. Each system has an encoder of its
own: a query that one has seen is not remembered for the next.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.results import Row, interval, write
from evals.search_judgements import (
    NDCG,
    Judgements,
    per_query,
    read_judgements,
    with_anything_relevant,
)
from evals.search_shop import KEPT, Shop, open_shop
from evals.speed_search_frameworks import langchain_search, llamaindex_search
from evals.speed_search_scale import measure_scale, percentile, scaled
from retrieval.answering import Answering
from retrieval.embedding import MiniLmEmbedder
from retrieval.scorer import Scorer, load_scorer
from retrieval.values import Filters, Query

FOUND = 10
WARM_UP = 5

#: A query -> ids of the first ten.
Ask = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Timed:
    """What a system found, and how long each query took in milliseconds."""

    found: dict[str, list[str]]
    times: list[float]


def measure(
    products: Path, judgements: Path, out: Path, seed: int, scale: int = 0, keep: Path = KEPT
) -> list[Row]:
    """Asks every system every judged query, in the same order, and a catalogue of `scale` products (0: none);
    prints and writes the rows."""
    logging.getLogger("llama_index").setLevel(logging.ERROR)
    judged = read_judgements(judgements)
    with open_shop(products, keep) as shop:
        systems: dict[str, Ask] = {
            "pairwell_plain": _pairwell(shop, _encoder(keep), None),
            "pairwell_best": _pairwell(shop, _encoder(keep), load_scorer()),
            "langchain_ensemble": langchain_search(shop, _encoder(keep), FOUND),
            "llamaindex_fusion": llamaindex_search(shop, _encoder(keep), FOUND),
        }
        answers = {name: _timed(ask, list(judged)) for name, ask in systems.items()}
        large: list[Row] = []
        if scale:
            state = scaled(shop, scale, seed)
            large = measure_scale(state, _encoder(keep), load_scorer(), list(judged), seed)
    rows = [row for name, timed in answers.items() for row in _rows(name, timed, judged, seed)]
    rows += [*_ratios(answers, seed), *large]
    _show(rows)
    write(out, "speed search", seed, [products, judgements], rows)
    _chart(out / "speed_search.png", answers)
    return rows


def _encoder(keep: Path) -> MiniLmEmbedder:
    return MiniLmEmbedder(kept=keep / "encoders")


def _pairwell(shop: Shop, embedder: MiniLmEmbedder, scorer: Scorer | None) -> Ask:
    """The whole path of a query: reading, encoding, rankings, scorer, variants and reasons."""
    search = shop.search
    answering = Answering(embedder, search.nearest, scorer)

    def ask(text: str) -> list[str]:
        result = answering.answer(Query(text, Filters(), FOUND), search.state())
        return [hit.product_id for hit in result.hits]

    return ask


def _timed(ask: Ask, queries: Sequence[str]) -> Timed:
    for turn in range(WARM_UP):
        ask(f"warm up {turn}")
    found: dict[str, list[str]] = {}
    times: list[float] = []
    for query in queries:
        started = time.perf_counter()
        found[query] = ask(query)
        times.append((time.perf_counter() - started) * 1000)
    return Timed(found, times)


def _rows(name: str, timed: Timed, judgements: Judgements, seed: int) -> list[Row]:
    queries = with_anything_relevant(judgements)
    return [
        interval(name, "latency_p50_ms", timed.times, percentile(50), seed),
        interval(name, "latency_p95_ms", timed.times, percentile(95), seed),
        interval(name, "ndcg@10_full", per_query(NDCG, judgements, timed.found, queries), _mean, seed),
    ]


def _ratios(answers: dict[str, Timed], seed: int) -> list[Row]:
    """How many times faster, query by query."""
    pairs = [("plain", "pairwell_plain"), ("best", "pairwell_best")]
    others = [name for name in answers if not name.startswith("pairwell")]
    return [
        interval(
            f"{ours} vs {other}",
            f"times_faster_{setup}",
            list(np.divide(answers[other].times, answers[ours].times)),
            percentile(50),
            seed,
        )
        for setup, ours in pairs
        for other in others
    ]


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _show(rows: Sequence[Row]) -> None:
    table = Table("system", "metric", "value", "95 % interval", "n")
    for row in rows:
        table.add_row(
            row.system, row.metric, f"{row.value:.3f}", f"{row.low:.3f} to {row.high:.3f}", str(row.n)
        )
    Console(width=140).print(table)


def _chart(path: Path, answers: dict[str, Timed]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3))
    axes.boxplot(
        [timed.times for timed in answers.values()], orientation="horizontal", tick_labels=list(answers)
    )
    axes.set_xlabel("milliseconds a query")
    axes.set_xscale("log")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
