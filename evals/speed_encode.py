"""How many products a second become vectors: Pairwell's encoder beside sentence-transformers as it comes, on
the texts of a catalogue, how far the vectors are apart, and what that costs in nDCG.

Both run on all cores, one after the other, a few times in turn. Loading and converting are not counted. With
judgements the judged products and those drawn are encoded both ways, kept in a folder, and ranked by the
cosine alone: differences are paired by query.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
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
    with_several_grades,
)
from evals.search_shop import KEPT
from finetune.scorer_data import read_products
from retrieval.documents import embedding_text
from retrieval.embedding import MiniLmEmbedder, Vectors, wheel_folder
from shop.values import Product

PLAIN_BATCH = 64
WARM_UP = 128
#: Of a ranking over the whole index, what nDCG looks at and some more.
DEPTH = 100

Encode = Callable[[Sequence[str]], Vectors]


def measure(
    products: Path | None,
    out: Path,
    seed: int,
    count: int,
    rounds: int,
    judgements: Path | None = None,
    keep: Path = KEPT,
) -> list[Row]:
    """Encodes `count` texts, drawn with the seed, `rounds` times each way; the demo shop's where no products
    are named. Raises `BadJudgements`."""
    goods = _goods(products)
    embedder = MiniLmEmbedder(kept=keep / "encoders")
    systems: dict[str, Encode] = {"sentence_transformers": _plain(), "pairwell": embedder.encode}
    drawn = _drawn(goods, count, seed)
    rows = _speeds([embedding_text(product) for product in drawn], systems, seed, rounds, out)
    if judgements is not None:
        judged = read_judgements(judgements)
        wanted = {key for grades in judged.values() for key in grades} | {each.id for each in drawn}
        rows += _loss([each for each in goods if each.id in wanted], judged, systems, keep, seed)
    listed(rows, ".4g")
    write(out, "speed encode", seed, [path for path in (products, judgements) if path], rows)
    return rows


def _speeds(
    texts: Sequence[str], systems: Mapping[str, Encode], seed: int, rounds: int, out: Path
) -> list[Row]:
    speeds: dict[str, list[float]] = {name: [] for name in systems}
    unshared: dict[str, list[float]] = {name: [] for name in systems}
    cores = len(os.sched_getaffinity(0))
    vectors: dict[str, Vectors] = {}
    for encode in systems.values():
        encode(texts[:WARM_UP])
    for _ in range(rounds):
        for name, encode in systems.items():
            started, used = time.perf_counter(), time.process_time()
            vectors[name] = encode(texts)
            speeds[name].append(len(texts) / (time.perf_counter() - started))
            # What all cores would do if nobody else had them.
            unshared[name].append(cores * len(texts) / (time.process_time() - used))
    cosines = (vectors["pairwell"] * vectors["sentence_transformers"]).sum(axis=1)
    rows = [interval(name, "products_per_s", each, _median, seed) for name, each in speeds.items()]
    rows += [
        interval(name, "products_per_s_unshared", each, _median, seed) for name, each in unshared.items()
    ]
    ratios = np.divide(speeds["pairwell"], speeds["sentence_transformers"])
    rows.append(interval("pairwell", "times_faster", list(ratios), _median, seed))
    rows.append(interval("pairwell", "least_cosine", list(cosines), _least, seed))
    out.mkdir(parents=True, exist_ok=True)
    _chart(out / "speed_encode.png", speeds)
    return rows


def _loss(
    goods: Sequence[Product], judgements: Judgements, systems: Mapping[str, Encode], keep: Path, seed: int
) -> list[Row]:
    """nDCG@10 of the cosine alone, over all these products over each query's judged ones, and the loss."""
    parts = {
        "ndcg@10_drawn": with_anything_relevant(judgements),
        "ndcg@10_judged": with_several_grades(judgements),
    }
    values: dict[tuple[str, str], list[float]] = {}
    for name, encode in systems.items():
        matrix, asked = _matrix(name, goods, encode, keep), encode(list(judgements))
        cosines = dict(zip(judgements, asked @ matrix.T, strict=True))
        for metric, queries in parts.items():
            among = metric.endswith("judged")
            found = {
                query: _nearest(cosines[query], goods, judgements[query] if among else None)
                for query in queries
            }
            values[name, metric] = per_query(NDCG, judgements, found, queries)
    rows = [interval(name, metric, each, _mean, seed) for (name, metric), each in values.items()]
    for metric in parts:
        lost = np.subtract(values["sentence_transformers", metric], values["pairwell", metric])
        rows.append(interval("pairwell", metric.replace("ndcg", "lost_ndcg"), list(lost), _mean, seed))
    return rows


def _nearest(cosines: Vectors, goods: Sequence[Product], among: Mapping[str, int] | None) -> list[str]:
    order = np.argsort(-cosines, kind="stable").tolist()
    ranked = (goods[row].id for row in order)
    found = [key for key in ranked if among is None or key in among]
    return found[:DEPTH] if among is None else found


def _matrix(name: str, goods: Sequence[Product], encode: Encode, keep: Path) -> Vectors:
    """Of all products; kept under the digest of their texts."""
    texts = [embedding_text(product) for product in goods]
    kept = keep / f"{name}-{sha256(chr(10).join(texts).encode()).hexdigest()[:16]}.npy"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, encode(texts))
    matrix: Vectors = np.load(kept)
    return matrix


def _goods(products: Path | None) -> list[Product]:
    if products is not None:
        return read_products(products)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "demo.build", folder], check=True, capture_output=True)
        return read_products(Path(folder) / "products.jsonl")


def _drawn(goods: Sequence[Product], count: int, seed: int) -> list[Product]:
    drawn = np.random.default_rng(seed).permutation(len(goods))[:count]
    return [goods[at] for at in drawn.tolist()]


def _plain() -> Encode:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(wheel_folder()), device="cpu")

    def encode(texts: Sequence[str]) -> Vectors:
        vectors = model.encode(
            list(texts), batch_size=PLAIN_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)

    return encode


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _median(values: np.ndarray) -> float:
    return float(np.median(values))


def _least(values: np.ndarray) -> float:
    return float(values.min())


def _chart(path: Path, speeds: dict[str, list[float]]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 2.5))
    axes.barh(list(speeds), [float(np.median(each)) for each in speeds.values()])
    axes.set_xlabel("products a second")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
