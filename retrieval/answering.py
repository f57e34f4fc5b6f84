"""One query, from words and facts to hits.

Words are read, facts become masks, rankings are fused, variants are chosen. Two roads are special: without
words the allowed products are listed by rating, and where what the facts allow hardly fits the words though
the shop has what does, the facts are softened as if nothing were left: "drill" under $10 is no hammer.

Where the vectors fail (Chroma or the model), or the model is still loading, words alone serve, and the
answer says `degraded`. Error:
`UnknownProduct` for a product to be like that does not exist.
"""

import logging
from dataclasses import dataclass, replace

import numpy as np

from retrieval.chroma_index import IndexUnavailable
from retrieval.columns import SEPARATOR, Item, Mask
from retrieval.cross_encoder import LOOKED_AT, CrossEncoderUnavailable, Reader
from retrieval.embedding import Embedder, EmbedderLoading, EmbedderUnavailable
from retrieval.features import NAMES
from retrieval.filters import Eligible, eligible
from retrieval.hits import RELEVANT_SHARE, Answer
from retrieval.hot_queries import HotQueries
from retrieval.ranking import Nearest, Ranked, State, rank
from retrieval.scorer import Scorer
from retrieval.snapshot import Snapshot
from retrieval.values import Filters, Query, SearchResult
from retrieval.vectors import Matrix
from retrieval.wish import Wish, read_wish

logger = logging.getLogger(__name__)

#: A best score below this hardly fits the words.
WEAK = 0.35

#: Facts are softened for the words' sake only where the shop has something this many times as fitting.
MUCH_BETTER = 2.0


#: A product that holds every word holds more than this share of them.
WHOLE = 0.999
_ALL_FIELDS = NAMES.index("all_fields")

#: What the best rated product scores where no product holds any of the words.
FAR_FETCHED = 0.05


class UnknownProduct(LookupError):
    """The product that hits are to be like does not exist."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers queries over a state. `nearest` asks the approximate index; a `reader` reads the best hits."""

    embedder: Embedder
    nearest: Nearest
    scorer: Scorer | None = None
    reader: Reader | None = None
    hot: HotQueries | None = None

    def answer(self, query: Query, state: State) -> SearchResult:
        """`took_ms` is the caller's to fill in."""
        snapshot = state.snapshot
        like = _like(query, snapshot)
        query, wish = read_query(query, snapshot)
        allowed = eligible(query.filters, snapshot)
        if wish.says_nothing and like is None:
            ranked, strategy, degraded = _listed(allowed, snapshot), "rating", False
        else:
            ranked, degraded = self.ranked(wish, allowed, state, like)
            strategy = "lexical" if degraded else "rrf" if self.scorer is None else "scorer"
            if like is None and _best(ranked) < WEAK:
                allowed, ranked = self._softened(query.filters, wish, allowed, ranked, state)
            if query.filters.categories and "category" not in allowed.given_up:
                ranked = _whole_first(ranked)
            ranked = self._read(wish, ranked, snapshot)
            if not len(ranked.rows):
                ranked = _listed(allowed, snapshot, FAR_FETCHED)
        title = None if like is None else snapshot.columns.items[like].title
        hits = Answer(query, wish, allowed, snapshot, title).hits(ranked)
        return SearchResult(hits, allowed.relaxed, strategy=strategy, degraded=degraded)

    def ranked(
        self, wish: Wish, allowed: Eligible, state: State, like: int | None = None
    ) -> tuple[Ranked, bool]:
        """The best of what is allowed, and whether the vectors did not work."""
        worded, others = (wish, allowed) if like is None else _alike(wish, like, allowed, state.snapshot)
        if len(state.vectors):
            try:
                return self._with_vectors(worded, like, others.products, state, wish), False
            except (IndexUnavailable, EmbedderUnavailable) as error:
                level = logging.INFO if isinstance(error, EmbedderLoading) else logging.WARNING
                logger.log(level, "search serves by words alone: %s", error)
        without_vectors = rank(worded, None, others.products, state, self.nearest, self.scorer)
        return without_vectors, len(state.places) > 0

    def _with_vectors(
        self, worded: Wish, like: int | None, allowed: Mask, state: State, wish: Wish
    ) -> Ranked:
        def make() -> Ranked:
            vector = self._vector(wish, like, state)
            return rank(worded, vector, allowed, state, self.nearest, self.scorer)

        if self.hot is None:
            return make()
        return self.hot.ranked(wish.text, like, allowed, state, make)

    def _read(self, wish: Wish, ranked: Ranked, snapshot: Snapshot) -> Ranked:
        """The best in the order of their score and what the cross-encoder thinks, half and half."""
        if self.reader is None or wish.says_nothing or not len(ranked.rows):
            return ranked
        items = [snapshot.columns.items[row] for row in ranked.rows[:LOOKED_AT].tolist()]
        try:
            fits = self.reader.fits(wish.text, [reading_text(item) for item in items])
        except CrossEncoderUnavailable as error:
            logger.warning("search serves without its cross-encoder: %s", error)
            return ranked
        scores = np.sqrt(ranked.scores[: len(items)] * fits)
        # What was not read stands behind what was.
        scores = np.concatenate((scores, np.minimum(ranked.scores[len(items) :], scores.min())))
        order = np.argsort(-scores, kind="stable")
        values = None if ranked.values is None else ranked.values[order]
        return Ranked(ranked.rows[order], scores[order], values)

    def _softened(
        self, filters: Filters, wish: Wish, allowed: Eligible, ranked: Ranked, state: State
    ) -> tuple[Eligible, Ranked]:
        """The same, or what fits the words with facts given up. Category, stock and exclusions stay."""
        firm = replace(
            filters,
            brand=None,
            min_price=None,
            max_price=None,
            min_rating=None,
            attributes={},
            measures=(),
            people=None,
        )
        if firm == filters:
            return allowed, ranked
        wider, _ = self.ranked(wish, eligible(firm, state.snapshot), state)
        if _best(wider) < max(WEAK, MUCH_BETTER * _best(ranked)):
            return allowed, ranked
        fitting = np.zeros(len(state.places), np.bool_)
        fitting[wider.rows[wider.scores >= RELEVANT_SHARE * _best(wider)]] = True
        softened = eligible(filters, state.snapshot, among=fitting)
        return softened, self.ranked(wish, softened, state)[0]

    def _vector(self, wish: Wish, like: int | None, state: State) -> Matrix:
        """Of the words; of the product to be like; of both, half-way between."""
        place = -1 if like is None else int(state.places[like])
        parts = [] if place < 0 else [state.vectors.matrix[place]]
        if not parts or not wish.says_nothing:
            parts.append(self.embedder.encode([wish.text])[0])
        between = np.sum(parts, axis=0)
        vector: Matrix = between / np.linalg.norm(between)
        return vector


def reading_text(item: Item) -> str:
    """What a cross-encoder reads of a product: what it is called, by whom, and what kind of thing it is."""
    kinds = [path.split(SEPARATOR)[-1] for path in item.categories[:1]]
    return ". ".join(part for part in (item.title, item.brand, *kinds) if part)


def read_query(query: Query, snapshot: Snapshot) -> tuple[Query, Wish]:
    """The query with the facts that its words say, and the words that are left."""
    wish = read_wish(query.text, snapshot)
    if not wish.ranges:
        return query, wish
    measures = (*query.filters.measures, *wish.ranges)
    return replace(query, filters=replace(query.filters, measures=measures)), wish


def _like(query: Query, snapshot: Snapshot) -> int | None:
    if query.like_product_id is None:
        return None
    row = snapshot.columns.row_of.get(query.like_product_id)
    if row is None:
        raise UnknownProduct(f"no product {query.like_product_id!r} to be like")
    return row


def _alike(wish: Wish, like: int, allowed: Eligible, snapshot: Snapshot) -> tuple[Wish, Eligible]:
    """Everything but the product itself; without words, the words of its title."""
    others = allowed.products.copy()
    others[like] = False
    if wish.says_nothing:
        title = snapshot.columns.items[like].title
        wish = read_wish(title, snapshot)
    return wish, replace(allowed, products=others)


def _whole_first(ranked: Ranked) -> Ranked:
    """What holds every word before what lacks one: of one kind of goods, a word is a wish for a property."""
    if ranked.values is None:
        return ranked
    whole = ranked.values[:, _ALL_FIELDS] > WHOLE
    if whole.all() or not whole.any():
        return ranked
    scores = np.where(whole, (1 + ranked.scores) / 2, ranked.scores / 2)
    order = np.argsort(-scores, kind="stable")
    return Ranked(ranked.rows[order], scores[order], ranked.values[order])


def _listed(allowed: Eligible, snapshot: Snapshot, worth: float = 1.0) -> Ranked:
    """What is allowed, the best rated first."""
    rows = np.flatnonzero(allowed.products)
    quality = snapshot.offers.quality()[rows] * worth
    order = np.argsort(-quality, kind="stable")
    return Ranked(rows[order], quality[order])


def _best(ranked: Ranked) -> float:
    return float(ranked.scores[0]) if len(ranked.scores) else 0.0
