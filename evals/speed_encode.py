"""How many products a second become vectors: Pairwell's encoder beside sentence-transformers as it comes, on
the texts of a catalogue, and how far the vectors are apart.

Both run on all cores, one after the other, a few times in turn. Loading and converting are not counted.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.results import Row, interval, write
from finetune.scorer_data import read_products
from retrieval.documents import embedding_text
from retrieval.embedding import MiniLmEmbedder, Vectors, wheel_folder

PLAIN_BATCH = 64
WARM_UP = 128

Encode = Callable[[Sequence[str]], Vectors]


def measure(products: Path | None, out: Path, seed: int, count: int, rounds: int) -> list[Row]:
    """Encodes `count` texts, drawn with the seed, `rounds` times each way; the demo shop's where no products
    are named."""
    texts = _texts(products, count, seed)
    systems: dict[str, Encode] = {"sentence_transformers": _plain(), "pairwell": MiniLmEmbedder().encode}
    speeds: dict[str, list[float]] = {name: [] for name in systems}
    vectors: dict[str, Vectors] = {}
    for encode in systems.values():
        encode(texts[:WARM_UP])
    for _ in range(rounds):
        for name, encode in systems.items():
            started = time.perf_counter()
            vectors[name] = encode(texts)
            speeds[name].append(len(texts) / (time.perf_counter() - started))
    cosines = (vectors["pairwell"] * vectors["sentence_transformers"]).sum(axis=1)
    rows = [interval(name, "products_per_s", each, _median, seed) for name, each in speeds.items()]
    ratios = np.divide(speeds["pairwell"], speeds["sentence_transformers"])
    rows.append(interval("pairwell", "times_faster", list(ratios), _median, seed))
    rows.append(interval("pairwell", "least_cosine", list(cosines), _least, seed))
    _show(rows)
    write(out, "speed encode", seed, [products] if products else [], rows)
    _chart(out / "speed_encode.png", speeds)
    return rows


def _texts(products: Path | None, count: int, seed: int) -> list[str]:
    if products is None:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-m", "demo.build", folder], check=True, capture_output=True)
            goods = read_products(Path(folder) / "products.jsonl")
    else:
        goods = read_products(products)
    texts = [embedding_text(product) for product in goods]
    drawn = np.random.default_rng(seed).permutation(len(texts))[:count]
    return [texts[at] for at in drawn.tolist()]


def _plain() -> Encode:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(wheel_folder()), device="cpu")

    def encode(texts: Sequence[str]) -> Vectors:
        vectors = model.encode(
            list(texts), batch_size=PLAIN_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)

    return encode


def _median(values: np.ndarray) -> float:
    return float(np.median(values))


def _least(values: np.ndarray) -> float:
    return float(values.min())


def _show(rows: Sequence[Row]) -> None:
    table = Table("system", "metric", "value", "95 % interval", "n")
    for row in rows:
        table.add_row(
            row.system, row.metric, f"{row.value:.4g}", f"{row.low:.4g} to {row.high:.4g}", str(row.n)
        )
    Console(width=120).print(table)


def _chart(path: Path, speeds: dict[str, list[float]]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 2.5))
    axes.barh(list(speeds), [float(np.median(each)) for each in speeds.values()])
    axes.set_xlabel("products a second")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
