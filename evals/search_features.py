"""What a feature that the scorer does not have would add to it, judged by queries that did not choose its
weight.

Each candidate re-orders what the scorer found: its score times exp(strength * (feature - 1)), the strength
being the one that does best on four fifths of the queries and is applied to the last fifth; the scorer's
weights are those of the same fold. `maxsim`: for each token of the query the nearest token of the product's
text, by MiniLM's last layer, on average. `typical_price`: how near its price is to the median of the ten
best. `rating`: the shop's, pulled to the mean where there are few; left out where nothing is rated.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

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
from evals.search_shop import KEPT, Shop, open_shop
from evals.token_vectors import TokenVectors
from finetune.scorer_fit import FOLDS, key
from retrieval.documents import embedding_text
from retrieval.features import BEST, features
from retrieval.ranking import State, candidates
from retrieval.scorer import FOLDER, WEIGHTS, Scorer
from retrieval.wish import read_wish

#: Of what the scorer found, the best that are looked at again.
LOOKED_AT = 60
STRENGTHS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Of one query over one set of products: ids, the fold's scores, and each feature's values."""

    query: str
    ids: Sequence[str]
    scores: Values
    values: Mapping[str, Values]

    def ordered(self, feature: str, strength: float) -> list[str]:
        scores = np.log(np.maximum(self.scores, 1e-9)) + strength * (self.values[feature] - 1)
        return [self.ids[at] for at in np.argsort(-scores, kind="stable")]


def measure(products: Path, judgements: Path, out: Path, seed: int, keep: Path = KEPT) -> list[Row]:
    """Prints and writes the paired differences to the scorer."""
    judged = read_judgements(judgements)
    with open_shop(products, keep) as shop:
        tokens = TokenVectors.load(keep)
        parts = {
            "full": (with_anything_relevant(judged), False),
            "judged": (with_several_grades(judged), True),
        }
        rows: list[Row] = []
        for part, (queries, among) in parts.items():
            rankings = [_ranking(query, judged if among else None, shop, tokens) for query in queries]
            names = [name for name in rankings[0].values if any(each.values[name].any() for each in rankings)]
            rows += [row for name in names for row in _judged(name, part, rankings, judged, seed)]
    # The scorer alone is the same beside each feature.
    rows = list(dict.fromkeys(rows))
    listed(rows)
    write(out, "features", seed, [products, judgements], rows)
    return rows


def _ranking(query: str, judged: Judgements | None, shop: Shop, tokens: TokenVectors) -> Ranking:
    state = shop.search.state()
    columns = state.snapshot.columns
    allowed = np.full(len(columns), judged is None)
    if judged is not None:
        allowed[[columns.row_of[each] for each in judged[query] if each in columns.row_of]] = True
    wish = read_wish(query, state.snapshot)
    vector = shop.embedder.encode([query])[0]
    found = candidates(wish, vector, allowed, state, shop.search.nearest)
    scores = _scorer(query).scores(features(wish, found, columns, state.snapshot.lexical))
    order = np.argsort(-scores, kind="stable")[:LOOKED_AT]
    rows = found.rows[order]
    texts = [embedding_text(shop.products[row]) for row in rows.tolist()]
    values = {
        "maxsim": tokens.maxsim(query, texts),
        "typical_price": _typical_price(rows, state),
        "rating": _rating(rows, state),
    }
    return Ranking(query, [columns.items[row].product_id for row in rows.tolist()], scores[order], values)


def _scorer(query: str) -> Scorer:
    written = json.loads((FOLDER / WEIGHTS).read_text(encoding="utf-8"))
    fold = written["fold_of"].get(key(query))
    return Scorer.of(written["weights"] if fold is None else written["folds"][fold])


def _typical_price(rows: npt.NDArray[np.int64], state: State) -> Values:
    """1 at the median price of the best, 0 at ten times or a tenth of it."""
    columns, offers = state.snapshot.columns, state.snapshot.offers
    prices = np.log10(np.maximum(np.minimum.reduceat(offers.price, columns.starts[:-1])[rows], 1))
    if not len(prices):
        return np.zeros(0)
    near: Values = np.clip(1 - np.abs(prices - np.median(prices[:BEST])), 0, 1)
    return near


def _rating(rows: npt.NDArray[np.int64], state: State) -> Values:
    offers = state.snapshot.offers
    return offers.quality()[rows] if offers.ratings.any() else np.zeros(len(rows))


def _judged(feature: str, part: str, rankings: Sequence[Ranking], judged: Judgements, seed: int) -> list[Row]:
    queries = [each.query for each in rankings]
    by_strength = {
        strength: np.array(
            per_query(
                NDCG, judged, {each.query: each.ordered(feature, strength) for each in rankings}, queries
            )
        )
        for strength in STRENGTHS
    }
    fold = np.array([int(key(query), 16) % FOLDS for query in queries])
    added = np.zeros(len(queries))
    for left_out in range(FOLDS):
        others = fold != left_out
        means = {strength: float(values[others].mean()) for strength, values in by_strength.items()}
        best = max(STRENGTHS, key=means.__getitem__)
        added[fold == left_out] = by_strength[best][fold == left_out]
    without = by_strength[0.0]
    return [
        interval("scorer", f"ndcg@10_{part}", list(without), _mean, seed),
        interval(f"scorer_and_{feature}", f"ndcg@10_{part}", list(added), _mean, seed),
        interval(f"scorer_and_{feature}", f"delta_scorer_{part}", list(added - without), _mean, seed),
    ]


def _mean(values: np.ndarray) -> float:
    return float(values.mean())
