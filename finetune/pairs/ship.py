"""Trains the pair model and writes what ships: weights, the record of the run, and the card."""

import json
import subprocess
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score  # type: ignore[import-untyped]  # it ships no types

from finetune.pairs import fitting, retail
from finetune.pairs.examples import Examples, Goods, Pair, examples, goods, lifts, parts, same_kind
from finetune.pairs.fitting import Form, Orders
from retrieval.embedding import MiniLmEmbedder
from retrieval.relations.counting import PRIOR, BasketCounts, count
from retrieval.relations.pair_model import MOST_LIFT, RUN, WEIGHTS

CARD = Path(__file__).parent / "card.md"

#: Earlier orders that foretell the later ones, as a share of all.
EARLY = 0.6

#: What the promise may be worth, in orders of chance.
WEIGHTS_TRIED = (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)

Floats = npt.NDArray[np.float32]


def train(orders: Path, out: Path, seed: int) -> str:
    """Writes the model; returns a line on what came out. Raises `BadOrders`."""
    shop = retail.read(orders)
    known = goods(shop.titles, count(shop.lines))
    part = parts(shop.titles.keys())
    embedder = MiniLmEmbedder()
    vectors = _Vectors(embedder.encode(list(shop.titles.values())), list(shop.titles))
    learned, lift = lifts(known, part.train)
    form = fitting.fit(vectors.matrix, vectors.rows(learned), lift, seed)
    tested = examples(known, part.test, each=1, seed=seed)
    run = {
        "data": {"file": orders.name, "sha256": sha256(orders.read_bytes()).hexdigest()},
        "embedder": embedder.digest,
        "embedder_name": embedder.name,
        "bias": form.bias,
        "products": {
            "train": len(part.train),
            "calibrate": len(part.calibrate),
            "test": len(part.test),
        },
        "pairs_learned": len(learned),
        "variants_left_out": {
            "train": examples(known, part.train, each=0, seed=seed).variants,
            "test": tested.variants,
        },
        "calibration": _calibrated(known, shop, part.calibrate, form, vectors),
        "test": _marks(form, vectors, tested),
    }
    _write(
        out, form, {**run, "seed": seed, "commit": _commit(), "date": datetime.now(UTC).date().isoformat()}
    )
    return json.dumps(run["test"], indent=2)


class _Vectors:
    """The titles' vectors, one row a product."""

    def __init__(self, matrix: Floats, names: Sequence[str]) -> None:
        self.matrix = matrix
        self._row = {name: row for row, name in enumerate(names)}

    def rows(self, pairs: Collection[Pair]) -> npt.NDArray[np.int64]:
        found = [(self._row[one], self._row[other]) for one, other in pairs]
        return np.array(found, dtype=np.int64).reshape(-1, 2)


def _marks(form: Form, vectors: _Vectors, tested: Examples) -> dict[str, float | int]:
    """Products that nothing was trained on, each pair against one as popular."""
    pairs = vectors.rows([*tested.together, *tested.apart])
    labels = np.arange(len(pairs)) < len(tested.together)
    cosine = (vectors.matrix[pairs[:, 0]] * vectors.matrix[pairs[:, 1]]).sum(axis=1)
    logits = form.logits(vectors.matrix, pairs)
    return {
        "together": len(tested.together),
        "apart": len(tested.apart),
        "roc_auc": float(roc_auc_score(labels, logits)),
        "average_precision": float(average_precision_score(labels, logits)),
        "cosine_roc_auc": float(roc_auc_score(labels, cosine)),
        "cosine_average_precision": float(average_precision_score(labels, cosine)),
    }


def _calibrated(
    known: Goods, shop: retail.Retail, among: Collection[str], form: Form, vectors: _Vectors
) -> dict[str, Any]:
    """What logits promise, and how much the promise is worth beside orders: on products of their own."""
    names = [name for name in known.popular if name in among]
    pairs = [pair for pair in combinations(names, 2) if not same_kind(known, *pair)]
    logits = form.logits(vectors.matrix, vectors.rows(pairs))
    intercept, slope = fitting.promise(logits, _orders(known.counts, pairs))
    promised = np.minimum(np.exp(intercept + slope * logits.astype(np.float64)), MOST_LIFT)
    early, late = (_orders(BasketCounts.of(count(lines)), pairs) for lines in retail.before(shop, EARLY))
    sold = (early.chance > 0) & (late.chance > 0)
    early, late = (Orders(each.counts[sold], each.chance[sold]) for each in (early, late))

    def told(promise: npt.NDArray[np.float64]) -> dict[str, float]:
        return {
            str(weight): fitting.likelihood(promise[sold], weight, early, late) for weight in WEIGHTS_TRIED
        }

    return {
        "intercept": intercept,
        "slope": slope,
        "weight": PRIOR,
        "pairs": int(sold.sum()),
        "likelihood_by_weight": told(promised),
        "likelihood_without_text": told(np.ones(len(pairs))),
    }


def _orders(counts: BasketCounts, pairs: Sequence[Pair]) -> Orders:
    return Orders(
        np.array([counts.together(*pair) for pair in pairs], dtype=np.float64),
        np.array([counts.chance(*pair) for pair in pairs], dtype=np.float64),
    )


def _write(out: Path, form: Form, run: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / WEIGHTS, form.matrix, allow_pickle=False)
    content = (out / WEIGHTS).read_bytes()
    record = {**run, "sha256": sha256(content).hexdigest()}
    (out / RUN).write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    marks = {key: f"{value:.3f}" if isinstance(value, float) else value for key, value in run["test"].items()}
    card = CARD.read_text(encoding="utf-8").format(**marks, **run["products"], **_left_out(run))
    (out / "README.md").write_text(card, encoding="utf-8")


def _left_out(run: dict[str, Any]) -> dict[str, int]:
    return {f"variants_{part}": number for part, number in run["variants_left_out"].items()}


def _commit() -> str | None:
    command = ["git", "rev-parse", "HEAD"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no input in it
    return run.stdout.strip() or None
