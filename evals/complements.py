"""`python -m evals complements`: what two products are to each other, of pairs that were read by hand.

The 300 pairs of `cases/complement_pairs.jsonl` were labelled substitute, complement or unrelated by their
titles alone. None of their products taught the pair model anything. Each system is two numbers a pair, and a
threshold on each; thresholds are set on other products of the same orders, where labels come from the orders:
two of one kind are substitutes, a strong lift between different things is a complement, and as popular pairs
without it are unrelated.

`item_vectors` are the orders' too (`evals.item_vectors`); `shipped_and_item_vectors` adds them to what ships.

`lift` knows the orders, which a new product has none of; `shipped` is judged twice, as it is (kinds, the pair
model and orders) and as `shipped_without_orders`. Beside it stands how long the orders take to be counted.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.console import Console
from sklearn.metrics import f1_score  # type: ignore[import-untyped]  # it ships no types

from evals.charts import bars, table
from evals.item_vectors import item_vectors
from evals.results import Row, interval, write
from finetune.pairs import retail
from finetune.pairs.examples import Goods, examples, goods, parts, read_by_hand, same_kind, strong_pairs
from retrieval.embedding import MiniLmEmbedder
from retrieval.relations.counting import BasketCounts, count
from retrieval.relations.pair_model import load_pair_model
from retrieval.relations.promises import Promises
from retrieval.vectors import DocumentVectors

LABELS = ("substitute", "complement", "unrelated")

#: How many more orders the second counting has.
TIMES = 10

#: What a likeness of 1 counts for, in logarithms of the lift.
STRETCHED = 2.0

Pair = tuple[str, str]
Numbers = NDArray[np.float64]
"""Shape (pairs, 2): how much two are of one kind, and how well they go together."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    goods: Goods
    promises: Promises
    cosine: Callable[[Pair], float]
    bought_alike: Callable[[Pair], float]


def measure(data: Path, out: Path, seed: int) -> None:
    say = Console(stderr=True).print
    say("reading orders")
    shop = retail.read(data)
    say(f"{len(shop.lines)} lines of {len(shop.titles)} products; counting, reading titles, factoring orders")
    known = _known(shop, seed)
    tuning, wanted = _tuning(known, shop, seed)
    read = read_by_hand()
    pairs = [(row["a"], row["b"]) for row in read]
    labels = np.array([LABELS.index(row["label"]) for row in read])
    found: list[Row] = []
    for system, numbers in SYSTEMS.items():
        say(f"{system}: thresholds from {len(tuning)} pairs")
        thresholds = _thresholds(numbers(known, tuning), wanted)
        said = _said(numbers(known, pairs), thresholds)
        found.append(interval(system, "macro_f1", np.stack([labels, said], axis=1), _macro_f1, seed))
    majority = np.full_like(labels, np.bincount(labels).argmax())
    found.append(interval("majority", "macro_f1", np.stack([labels, majority], axis=1), _macro_f1, seed))
    bars_of = list(found)
    found += [_counted(shop.lines, 1, seed), _counted(shop.lines, TIMES, seed)]
    table(found, ("macro_f1", "seconds"))
    write(out, "complements", seed, [data], found)
    bars(out / "complements.png", bars_of, ("macro_f1",), "substitute, complement or unrelated")


def _known(shop: retail.Retail, seed: int) -> Known:
    embedder = MiniLmEmbedder()
    names = tuple(shop.titles)
    vectors = DocumentVectors(names, names, embedder.encode(list(shop.titles.values())))
    row = {name: number for number, name in enumerate(names)}

    def cosine(pair: Pair) -> float:
        return float(vectors.matrix[row[pair[0]]] @ vectors.matrix[row[pair[1]]])

    bought = item_vectors(shop.lines, seed)

    def bought_alike(pair: Pair) -> float:
        one, other = bought.get(pair[0]), bought.get(pair[1])
        return 0.0 if one is None or other is None else float(one @ other)

    known = goods(shop.titles, count(shop.lines))
    return Known(known, Promises(load_pair_model(embedder.digest), vectors), cosine, bought_alike)


def _tuning(known: Known, shop: retail.Retail, seed: int) -> tuple[list[Pair], NDArray[np.int64]]:
    """Pairs of products that are not in the test, as many of each label, with labels from the orders."""
    among = parts(shop.titles.keys()).train
    drawn = examples(known.goods, among, each=1, seed=seed)
    strong = set(drawn.together)
    kin = _strong_kin(known.goods, among)
    each = min(len(kin), len(strong), len(drawn.apart))
    draw = np.random.default_rng(seed)
    groups = [kin, sorted(strong), list(drawn.apart)]
    chosen = [[group[k] for k in draw.choice(len(group), each, replace=False)] for group in groups]
    return [pair for group in chosen for pair in group], np.repeat(np.arange(len(LABELS)), each)


def _strong_kin(known: Goods, among: frozenset[str]) -> list[Pair]:
    """Two of one kind that are bought together: what `strong_pairs` leaves out."""
    names = [name for name in known.popular if name in among]
    allowed = set(names)
    together, _ = strong_pairs(known, among)
    left = set(together)
    return [
        (one, other)
        for one in names
        for other in known.counts.partners(one)
        if one < other and other in allowed and (one, other) not in left and same_kind(known, one, other)
    ]


def _by_cosine(known: Known, pairs: Sequence[Pair]) -> Numbers:
    return np.array([(known.cosine(pair), known.cosine(pair)) for pair in pairs])


def _by_lift(known: Known, pairs: Sequence[Pair]) -> Numbers:
    lifts = [known.goods.counts.lift(*pair) for pair in pairs]
    return np.array([(lift, lift) for lift in lifts])


def _by_both(known: Known, pairs: Sequence[Pair]) -> Numbers:
    """Cosine says what is of one kind, the lift what goes together."""
    return np.array([(known.cosine(pair), known.goods.counts.lift(*pair)) for pair in pairs])


def _by_what_ships(known: Known, pairs: Sequence[Pair]) -> Numbers:
    shop = known.goods
    return np.array(
        [
            (float(same_kind(shop, *pair)), shop.counts.lift(*pair, known.promises.lift(*pair)))
            for pair in pairs
        ]
    )


def _by_texts(known: Known, pairs: Sequence[Pair]) -> Numbers:
    return np.array([(float(same_kind(known.goods, *pair)), known.promises.lift(*pair)) for pair in pairs])


def _by_item_vectors(known: Known, pairs: Sequence[Pair]) -> Numbers:
    return np.array([(float(same_kind(known.goods, *pair)), known.bought_alike(pair)) for pair in pairs])


def _by_what_ships_and_item_vectors(known: Known, pairs: Sequence[Pair]) -> Numbers:
    """The logarithm of the lift, and the vectors' likeness stretched to about its range."""
    numbers = _by_what_ships(known, pairs)
    alike = np.array([known.bought_alike(pair) for pair in pairs])
    return np.stack([numbers[:, 0], np.log(numbers[:, 1]) + STRETCHED * alike], axis=1)


SYSTEMS: dict[str, Callable[[Known, Sequence[Pair]], Numbers]] = {
    "cosine": _by_cosine,
    "lift": _by_lift,
    "mix": _by_both,
    "shipped_without_orders": _by_texts,
    "shipped": _by_what_ships,
    "item_vectors": _by_item_vectors,
    "shipped_and_item_vectors": _by_what_ships_and_item_vectors,
}


def _thresholds(numbers: Numbers, labels: NDArray[np.int64]) -> tuple[float, float]:
    """The pair of thresholds with the best macro F1."""
    steps = [np.unique(np.quantile(numbers[:, column], np.linspace(0.02, 0.98, 40))) for column in (0, 1)]
    tried = [(float(kind), float(along)) for kind in steps[0] for along in steps[1]]
    return max(tried, key=lambda each: _macro_f1(np.stack([labels, _said(numbers, each)], axis=1)))


def _said(numbers: Numbers, thresholds: tuple[float, float]) -> NDArray[np.int64]:
    alike, along = numbers[:, 0] >= thresholds[0], numbers[:, 1] >= thresholds[1]
    said: NDArray[np.int64] = np.where(alike, 0, np.where(along, 1, 2))
    return said


def _macro_f1(rows: NDArray[np.float64]) -> float:
    """Of rows (label, said)."""
    return float(
        f1_score(rows[:, 0], rows[:, 1], average="macro", labels=range(len(LABELS)), zero_division=0.0)
    )


def _counted(lines: pl.DataFrame, times: int, seed: int) -> Row:
    """Seconds to count all pairs of so many times the orders, with baskets of their own."""
    copies = [lines.with_columns(pl.col("basket") + f"-{number}") for number in range(times)]
    many = pl.concat(copies)
    started = time.perf_counter()
    BasketCounts.of(count(many))
    taken = time.perf_counter() - started
    return interval(
        "counting", "seconds", [taken], lambda values: float(values.mean()), seed, size=f"{len(many)} lines"
    )
