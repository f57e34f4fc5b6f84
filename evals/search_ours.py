"""Pairwell's own search as systems to be measured: each stage alone, what ships, and what ships without one
group of features.

The scorer's weights were moved by public judgements. A query that was among them is scored with the weights
of the fold that it was left out of, any other with those that ship (`models/scorer`).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from evals.search_plain import DEPTH, System
from evals.search_shop import Shop
from finetune.scorer_fit import key
from retrieval.answering import Answering
from retrieval.features import GROUPS
from retrieval.lexical import View
from retrieval.ranking import VIEW_WEIGHTS, State, candidates
from retrieval.scorer import FOLDER, WEIGHTS, Scorer
from retrieval.values import Filters, Query
from retrieval.wish import read_wish


@dataclass(frozen=True, slots=True)
class Whole:
    """Search as the shop calls it; `among` is asked for by excluding everything else."""

    shop: Shop
    state: State
    scorer: Scorer | None

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        filters, limit = Filters(), DEPTH
        if among is not None:
            wanted = set(among)
            others = frozenset(each.id for each in self.shop.products if each.id not in wanted)
            filters, limit = Filters(exclude_product_ids=others), len(wanted)
        answering = Answering(self.shop.embedder, self.shop.search.nearest, self.scorer)
        result = answering.answer(Query(query, filters, limit), self.state)
        return [hit.product_id for hit in result.hits]


@dataclass(frozen=True, slots=True)
class Folded:
    """The system that never saw the query."""

    folds: tuple[Whole, ...]
    shipped: Whole
    fold_of: dict[str, int]

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        fold = self.fold_of.get(key(query))
        return (self.shipped if fold is None else self.folds[fold]).rank(query, among)


@dataclass(frozen=True, slots=True)
class Words:
    """BM25 over one view of a product, with the shop's own tokens."""

    state: State
    view: View

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        columns, lexical = self.state.snapshot.columns, self.state.snapshot.lexical
        scores = lexical.scores(self.view, read_wish(query, self.state.snapshot).searched)
        if among is not None:
            wanted = np.zeros(len(scores), np.bool_)
            wanted[[columns.row_of[each] for each in among if each in columns.row_of]] = True
            scores = np.where(wanted, scores, 0.0)
        order = np.argsort(-scores, kind="stable")[: DEPTH if among is None else len(among)]
        return [columns.items[row].product_id for row in order.tolist() if scores[row] > 0]


@dataclass(frozen=True, slots=True)
class OwnRrf:
    """This search's rankings, fused and not looked at any closer: what the scorer starts from."""

    shop: Shop
    state: State

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        columns = self.state.snapshot.columns
        allowed = np.full(len(columns), among is None)
        allowed[[columns.row_of[each] for each in among or () if each in columns.row_of]] = True
        wish = read_wish(query, self.state.snapshot)
        vector = self.shop.embedder.encode([wish.text])[0]
        found = candidates(wish, vector, allowed, self.state, self.shop.search.nearest)
        rows = found.rows[: DEPTH if among is None else len(among)]
        return [columns.items[row].product_id for row in rows.tolist()]


def our_systems(shop: Shop) -> dict[str, System]:
    """By the name of their row."""
    state = shop.search.state()
    systems: dict[str, System] = {f"words_{view}": Words(state, view) for view in VIEW_WEIGHTS}
    systems["own_rrf"] = OwnRrf(shop, state)
    systems["fusion"] = Whole(shop, state, None)
    systems["scorer"] = _folded(shop, state, ())
    written = json.loads((FOLDER / WEIGHTS).read_text(encoding="utf-8"))
    for group, names in GROUPS.items():
        if any(name in written["weights"] for name in names):
            systems[f"scorer_without_{group}"] = _folded(shop, state, names)
    return systems


def _folded(shop: Shop, state: State, without: Collection[str]) -> Folded:
    written = json.loads((FOLDER / WEIGHTS).read_text(encoding="utf-8"))

    def system(weights: dict[str, float]) -> Whole:
        kept = {name: weight for name, weight in weights.items() if name not in without}
        return Whole(shop, state, Scorer.of(kept))

    folds = tuple(system(weights) for weights in written["folds"])
    return Folded(folds, system(written["weights"]), written["fold_of"])
