"""How fast search is beside what frameworks put together, on one catalogue, with one encoder and one set of
queries: LangChain's ensemble retriever and LlamaIndex's query-fusion retriever, as their documentation sets
them up, each with BM25 and the same MiniLM, the latter in Chroma and in LlamaIndex's own store.

Set-ups: `plain` without re-rankers (Pairwell without its scorer), `cross` with the same cross-encoder on both
sides, where one is named (`untrained` has learned nothing: only its times count), `best` each side in that of
its set-ups that finds best. All have one encoder that remembers no query. `langchain_torch` encodes queries
with sentence-transformers, as its documentation does, and not with Pairwell's runtime.
"""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib as mpl
import numpy as np

from evals.charts import listed
from evals.results import Row, interval, write
from evals.search_judgements import (
    NDCG,
    Judgements,
    per_query,
    read_judgements,
    with_anything_relevant,
)
from evals.search_shop import KEPT, Shop, open_shop
from evals.speed_search_frameworks import Ask, Forgetful, langchain_systems, llamaindex_systems
from evals.speed_search_recall import measure_recall
from evals.speed_search_scale import measure_memory, measure_scale, percentile, scaled
from evals.untrained_cross_encoder import NAME as UNTRAINED
from evals.untrained_cross_encoder import untrained_cross_encoder
from retrieval.answering import Answering
from retrieval.cross_encoder import CrossEncoder
from retrieval.embedding import Embedder
from retrieval.hot_queries import HotQueries
from retrieval.scorer import Scorer, load_scorer
from retrieval.values import Filters, Query

FOUND = 10
WARM_UP = 5
FRAMEWORKS = ("langchain", "llamaindex")


@dataclass(frozen=True, slots=True)
class Timed:
    """What a system found, and how many milliseconds each query took: by the clock, which other processes
    slow, and of processor time, all threads together, which they hardly do."""

    found: dict[str, list[str]]
    times: list[float]
    processor: list[float]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured: the files, how many of the judged queries (0: all), whether the frameworks too, a
    catalogue of `scale` products (0: none), how many queries for memory (0: none)."""

    products: Path
    judgements: Path
    queries: int = 0
    frameworks: bool = True
    scale: int = 0
    memory: int = 0
    cross_encoder: str | None = None


def measure(asked: Asked, out: Path, seed: int, keep: Path = KEPT) -> list[Row]:
    """Asks every system every query, in the same order; prints and writes the rows."""
    logging.getLogger("llama_index").setLevel(logging.ERROR)
    judged = _drawn(read_judgements(asked.judgements), asked.queries, seed)
    queries = list(judged)
    untrained = asked.cross_encoder == UNTRAINED
    if untrained:
        asked = replace(asked, cross_encoder=str(untrained_cross_encoder(keep, seed)))
    with open_shop(asked.products, keep) as shop:
        encoder = Forgetful(keep / "encoders", shop.embedder.digest)
        systems = _systems(shop, encoder, asked, keep)
        answers = {name: _timed(ask, queries) for name, ask in systems.items()}
        rows = [row for name, timed in answers.items() for row in _rows(name, timed, judged, seed)]
        trusted = {name for name in answers if not (untrained and name.endswith("_cross"))}
        rows += _ratios(answers, judged, seed, trusted) if asked.frameworks else []
        # What an untrained model finds says nothing of anybody.
        rows = [row for row in rows if not (untrained and "ndcg" in row.metric and "_cross" in row.system)]
        rows += measure_recall(shop, queries, seed)
        scorer = load_scorer()
        if asked.memory:
            answering = Answering(shop.embedder, shop.search.nearest, scorer, hot=HotQueries())
            rows += measure_memory(answering, shop.search.state(), queries, asked.memory, seed)
        if asked.scale:
            rows += measure_scale(scaled(shop, asked.scale, seed), encoder, scorer, queries, seed)
    listed(rows)
    write(out, "speed search", seed, [asked.products, asked.judgements], rows)
    _chart(out / "speed_search.png", answers)
    return rows


def _drawn(judged: Judgements, count: int, seed: int) -> Judgements:
    """`count` of the queries, in the order of the file; all where it is 0."""
    names = list(judged)
    if not count or count >= len(names):
        return judged
    drawn = np.random.default_rng(seed).choice(len(names), count, replace=False)
    return {names[at]: judged[names[at]] for at in sorted(drawn.tolist())}


def _systems(shop: Shop, encoder: Embedder, asked: Asked, keep: Path) -> dict[str, Ask]:
    scorer = load_scorer()
    systems = {
        "pairwell_plain": _pairwell(shop, encoder, None),
        "pairwell_best": _pairwell(shop, encoder, scorer),
    }
    if asked.cross_encoder is not None:
        reader = CrossEncoder(asked.cross_encoder, kept=keep / "encoders")
        systems["pairwell_cross"] = _pairwell(shop, encoder, scorer, reader)
    if asked.frameworks:
        made = {"langchain": langchain_systems, "llamaindex": llamaindex_systems}
        for framework, make in made.items():
            theirs = make(shop, encoder, FOUND, asked.cross_encoder)
            systems |= {f"{framework}_{setup}": ask for setup, ask in theirs.items()}
    return systems


def _pairwell(
    shop: Shop, embedder: Embedder, scorer: Scorer | None, reader: CrossEncoder | None = None
) -> Ask:
    """The whole path of a query: reading, encoding, rankings, scorer, variants and reasons."""
    search = shop.search
    answering = Answering(embedder, search.nearest, scorer, reader)

    def ask(text: str) -> list[str]:
        result = answering.answer(Query(text, Filters(), FOUND), search.state())
        return [hit.product_id for hit in result.hits]

    return ask


def _timed(ask: Ask, queries: Sequence[str]) -> Timed:
    for turn in range(WARM_UP):
        ask(f"warm up {turn}")
    found: dict[str, list[str]] = {}
    times: list[float] = []
    processor: list[float] = []
    for query in queries:
        started, used = time.perf_counter(), time.process_time()
        found[query] = ask(query)
        times.append((time.perf_counter() - started) * 1000)
        processor.append((time.process_time() - used) * 1000)
    return Timed(found, times, processor)


def _rows(name: str, timed: Timed, judgements: Judgements, seed: int) -> list[Row]:
    queries = with_anything_relevant(judgements)
    return [
        interval(name, "latency_p50_ms", timed.times, percentile(50), seed),
        interval(name, "latency_p95_ms", timed.times, percentile(95), seed),
        interval(name, "processor_p50_ms", timed.processor, percentile(50), seed),
        interval(name, "ndcg@10_full", per_query(NDCG, judgements, timed.found, queries), _mean, seed),
    ]


def _ratios(
    answers: Mapping[str, Timed], judgements: Judgements, seed: int, trusted: Collection[str]
) -> list[Row]:
    """How many times faster, and by how much better, query by query. Only `trusted` systems can be a side's
    best."""
    pairs = [
        (setup, f"pairwell_{setup}", f"{framework}_{setup}")
        for setup in ("plain", "cross")
        for framework in FRAMEWORKS
    ]
    sound = {name: timed for name, timed in answers.items() if name in trusted}
    best = {side: _best(side, sound, judgements) for side in ("pairwell", *FRAMEWORKS)}
    pairs += [("best", best["pairwell"], best[framework]) for framework in FRAMEWORKS]
    pairs.append(("torch", "pairwell_plain", "langchain_torch"))
    queries = with_anything_relevant(judgements)
    rows: list[Row] = []
    for setup, ours, other in pairs:
        if ours not in answers or other not in answers:
            continue
        faster = list(np.divide(answers[other].times, answers[ours].times))
        of_ours, of_other = (
            per_query(NDCG, judgements, answers[name].found, queries) for name in (ours, other)
        )
        name = f"{ours} vs {other}"
        rows.append(interval(name, f"times_faster_{setup}", faster, percentile(50), seed))
        less = list(np.divide(answers[other].processor, answers[ours].processor))
        rows.append(interval(name, f"times_less_processor_{setup}", less, percentile(50), seed))
        better = list(np.subtract(of_ours, of_other))
        rows.append(interval(name, f"delta_ndcg@10_full_{setup}", better, _mean, seed))
    return rows


def _best(side: str, answers: Mapping[str, Timed], judgements: Judgements) -> str:
    """The set-up of a side that finds best; of equals the one that is measured first."""
    queries = with_anything_relevant(judgements)
    quality = {
        name: float(np.mean(per_query(NDCG, judgements, timed.found, queries)))
        for name, timed in answers.items()
        if name.startswith(side)
    }
    return max(quality, key=lambda name: quality[name])


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


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
