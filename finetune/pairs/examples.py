"""Pairs to learn from and to test on: what goes together, and what is as popular and does not.

Two of one kind (`retrieval.relations.kinds`) are in neither: they are bought together as colours of one
thing, and whoever learns from them learns likeness. Learned is the lift of every pair that chance alone would
have brought together about once, or that was. For the test a pair goes together where it was bought far more
often than by chance, in orders enough to be sure; against each stands a pair of one of the two with a product
about as popular as the other, that was not bought together much more than by chance.

Products are held out whole: those of the pairs that were read by hand, and one in ten of all others.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.locale import load_locale
from retrieval.relations.counting import BasketCounts, PairCounts
from retrieval.relations.kinds import Kind, Kinds

#: The pairs that were read by hand.
READ_BY_HAND = Path(__file__).parents[2] / "evals" / "cases" / "complement_pairs.jsonl"

#: So often more than by chance, and in so many orders, a pair goes together; below the other it does not.
STRONG_LIFT, STRONG_ORDERS, WEAK_LIFT = 3.0, 10, 1.5

#: A pair is learned from where chance or the orders have it so often.
LEARNED_CHANCE, LEARNED_ORDERS = 0.7, 5

#: A product in fewer orders has no counts to speak of.
FEWEST_ORDERS = 30

#: A drawn product is so many places or fewer from the one that it stands for, in the order of popularity.
POPULARITY_PLACES = 15
_DRAWS = 40

#: Of all products, one in so many is held out for the test, and one for calibrating.
ONE_IN = 10

Pair = tuple[str, str]
Array = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Goods:
    """What of the products and their counts examples are made of. `popular` sorts by orders."""

    titles: Mapping[str, str]
    counts: BasketCounts
    pairs: PairCounts
    kinds: Kinds
    kind: Mapping[str, Kind]
    popular: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """`variants` is how many strong pairs were left out for being two of one kind."""

    together: tuple[Pair, ...]
    apart: tuple[Pair, ...]
    variants: int


def goods(titles: Mapping[str, str], pairs: PairCounts) -> Goods:
    often = [
        (int(orders), name)
        for name, orders in zip(pairs.names, pairs.singles, strict=True)
        if orders >= FEWEST_ORDERS
    ]
    kinds = Kinds(titles.values(), load_locale("en"))
    kind = {name: kinds.of(title) for name, title in titles.items()}
    popular = tuple(name for _, name in sorted(often))
    return Goods(titles, BasketCounts.of(pairs), pairs, kinds, kind, popular)


@dataclass(frozen=True, slots=True)
class Parts:
    """Products that share none: the same at each run, whatever else is in the file."""

    train: frozenset[str]
    calibrate: frozenset[str]
    test: frozenset[str]


def parts(names: Collection[str]) -> Parts:
    read = {pair[side] for pair in read_by_hand() for side in ("a", "b")}
    tenth = {name: sha256(name.encode()).digest()[0] * ONE_IN // 256 for name in names}
    test = frozenset(name for name in names if name in read or tenth[name] == 0)
    calibrate = frozenset(name for name in names if tenth[name] == 1) - test
    return Parts(frozenset(names) - test - calibrate, calibrate, test)


def read_by_hand() -> list[dict[str, str]]:
    """Rows `{"a", "b", "label"}`: codes of two products, and what they are to each other."""
    return [json.loads(line) for line in READ_BY_HAND.read_text(encoding="utf-8").splitlines()]


def lifts(goods: Goods, among: Collection[str]) -> tuple[list[Pair], npt.NDArray[np.float32]]:
    """Pairs of some products that are not of one kind, and the logarithms of their lifts."""
    names = [name for name in goods.popular if name in among]
    pairs = [
        (one, other)
        for one, other in combinations(names, 2)
        if goods.counts.chance(one, other) >= LEARNED_CHANCE
        or goods.counts.together(one, other) >= LEARNED_ORDERS
    ]
    pairs = [pair for pair in pairs if not same_kind(goods, *pair)]
    found = [goods.counts.lift(one, other) for one, other in pairs]
    return pairs, np.log(np.array(found, dtype=np.float32))


def strong_pairs(goods: Goods, among: Collection[str]) -> tuple[list[Pair], int]:
    """Pairs that go together, and how many more were left out as two of one kind."""
    pairs, names = goods.pairs, goods.pairs.names
    allowed = set(among) & set(goods.popular)
    often = np.flatnonzero(pairs.counts >= STRONG_ORDERS)
    found: list[Pair] = []
    variants = 0
    for place in often:
        one, other = names[pairs.rows[place]], names[pairs.columns[place]]
        if one in allowed and other in allowed and goods.counts.lift(one, other) > STRONG_LIFT:
            if same_kind(goods, one, other):
                variants += 1
            else:
                found.append((one, other))
    return found, variants


def same_kind(goods: Goods, one: str, other: str) -> bool:
    return goods.kinds.same(goods.kind[one], goods.kind[other])


def examples(goods: Goods, among: Collection[str], each: int, seed: int) -> Examples:
    """All strong pairs of some products, and `each` drawn pairs for each of them."""
    together, variants = strong_pairs(goods, among)
    pool = [name for name in goods.popular if name in set(among)]
    place = {name: number for number, name in enumerate(pool)}
    draw = np.random.default_rng(seed)
    apart: dict[Pair, None] = {}
    for pair in together:
        for _ in range(each):
            drawn = _drawn(goods, pair, pool, place, draw)
            if drawn is not None:
                apart[drawn] = None
    return Examples(tuple(together), tuple(apart), variants)


def _drawn(
    goods: Goods, pair: Pair, pool: Sequence[str], place: Mapping[str, int], draw: np.random.Generator
) -> Pair | None:
    """One product of the pair, and one about as popular as the other that it does not go with."""
    for _ in range(_DRAWS):
        stays, goes = pair if draw.random() < 0.5 else pair[::-1]
        near = place[goes] + int(draw.integers(-POPULARITY_PLACES, POPULARITY_PLACES + 1))
        instead = pool[min(max(near, 0), len(pool) - 1)]
        if instead in pair or goods.counts.lift(stays, instead) >= WEAK_LIFT:
            continue
        if not same_kind(goods, stays, instead):
            return (stays, instead) if stays < instead else (instead, stays)
    return None
