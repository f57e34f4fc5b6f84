"""Search: the shop's products for words, facts, or a product to be like.

`SearchService` is the `Finder`. It holds one immutable state that follows the records: each query first
compares revisions, so that a changed price or stock is seen by the next query, and then reads its state from
beginning to end. A query: words are read, facts become masks (softened where nothing is left), rankings
are fused, variants are chosen, reasons are given.

Where the vectors do not work (no index yet, another model's, Chroma or the model failing) words alone
serve and the result says `degraded`. Errors: `UnknownProduct` for a product to be like that does not
exist; `StorageUnavailable` from the records.
"""

import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock

import numpy as np

from retrieval.categories import matched_categories
from retrieval.chroma_index import ChromaIndex, IndexUnavailable
from retrieval.columns import Books
from retrieval.embedding import Embedder, EmbedderUnavailable
from retrieval.filters import Eligible, eligible
from retrieval.follower import Follower
from retrieval.hits import Answer
from retrieval.indexing import Progress, VectorIndex
from retrieval.locale import load_locale
from retrieval.ranking import Ranked, State, rank
from retrieval.snapshot import Snapshot, follow, read_snapshot
from retrieval.values import CategoryMatch, Query, SearchResult, Vocabulary
from retrieval.vectors import DocumentVectors, Matrix
from retrieval.vocabulary import read_vocabulary
from retrieval.wish import Wish, read_wish
from shop.catalogue import Catalogue
from shop.errors import UnknownRevision
from shop.profile import Profile
from storage import Database, StorageUnavailable

logger = logging.getLogger(__name__)


class UnknownProduct(LookupError):
    """The product that hits are to be like does not exist."""


@dataclass(frozen=True, slots=True)
class SearchStatus:
    """Whether vectors serve. `missing` products are found by their words until they are embedded."""

    ready: bool
    detail: str
    products: int
    missing: int


class SearchService:
    """Finds products of one shop. Safe from any thread."""

    def __init__(
        self, database: Database, index_dir: Path, embedder: Embedder, *, language: str = "en"
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._books = Books(load_locale(language))
        self._index = ChromaIndex(index_dir / "products", embedder)
        self._indexed = VectorIndex(database, self._index, embedder)
        self._changing = RLock()
        self._state: State | None = None
        self._broken: str | None = None
        self._vocabulary: tuple[int, Vocabulary] | None = None
        self._follower: Follower | None = None
        self._held = ExitStack()

    def search(self, query: Query) -> SearchResult:
        started = time.perf_counter()
        state = self._current()
        allowed = eligible(query.filters, state.snapshot)
        like = self._like(query, state)
        wish = read_wish(query.text, self._books.locale, state.snapshot.lexical)
        if wish.says_nothing and like is None:
            ranked, strategy, degraded = _listed(allowed, state.snapshot), "rating", False
        else:
            ranked, degraded = self._ranked(wish, like, allowed, state)
            strategy = "lexical" if degraded else "rrf"
        title = None if like is None else state.snapshot.columns.items[like].title
        hits = Answer(query, wish, allowed, state.snapshot, title).hits(ranked)
        return SearchResult(hits, allowed.relaxed, (time.perf_counter() - started) * 1000, strategy, degraded)

    def vocabulary(self) -> Vocabulary:
        snapshot = self._current().snapshot
        known = self._vocabulary
        if known is None or known[0] != snapshot.revision:
            known = (snapshot.revision, read_vocabulary(snapshot, self._currency(snapshot)))
            self._vocabulary = known
        return known[1]

    def categories_for(self, text: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        state = self._current()
        wish = read_wish(text, self._books.locale, state.snapshot.lexical)
        if wish.says_nothing:
            return ()
        everything = Eligible(
            np.ones(state.snapshot.columns.variants, np.bool_), np.ones(len(state.places), np.bool_)
        )
        ranked, _ = self._ranked(wish, None, everything, state)
        return matched_categories(ranked, state.snapshot.columns, limit)

    def refresh(self) -> None:
        """Follows the records now; each query does so by itself."""
        self._current()

    def build(self, progress: Progress | None = None) -> int:
        """Embeds what has no vector yet; returns how many. Killed, it goes on where it was.

        Raises `IndexMismatch`, `IndexInUse`, `IndexUnavailable` or `EmbedderUnavailable`.
        """
        embedded = self._indexed.catch_up(self._current().snapshot.columns.items, progress)
        self._publish()
        return embedded

    def rebuild(self, progress: Progress | None = None) -> int:
        """Throws the index away, whatever state it is in, and builds it."""
        self._indexed.reset()
        self._publish()
        return self.build(progress)

    def warm(self) -> None:
        """Loads all that is loaded lazily, builds what is missing, and from then on embeds new products
        in the background. The index stays this process's to write until `close`."""
        self._embedder.encode(["warm"])
        self._held.enter_context(self._index.writing())
        self.build()
        expected = (IndexUnavailable, EmbedderUnavailable, StorageUnavailable)
        self._follower = Follower(self.build, expected, "embedding new products")
        self._follower.start()

    def status(self) -> SearchStatus:
        state = self._current()
        products = len(state.places)
        if self._broken is not None:
            return SearchStatus(False, self._broken, products, products)
        missing = len(self._indexed.stale(state.snapshot.columns.items))
        detail = f"{products - missing} of {products} products indexed"
        return SearchStatus(missing < products or not products, detail, products, missing)

    def close(self) -> None:
        if self._follower is not None:
            self._follower.close()
        self._held.close()
        self._index.close()

    def _current(self) -> State:
        """The state of now. Only one thread follows a change; the others wait for it."""
        with self._database.read() as work:
            state = self._state
            if state is not None and Catalogue(work).revision() == state.snapshot.revision:
                return state
        with self._changing, self._database.read() as work:
            before = self._state
            if before is None:
                state = State.of(read_snapshot(work, self._books), self._load())
            else:
                try:
                    state = before.follows(follow(before.snapshot, work))
                except UnknownRevision:
                    state = before.follows(read_snapshot(work, self._books))
            self._state = state
        if self._follower is not None and (
            before is None or before.snapshot.columns is not state.snapshot.columns
        ):
            self._follower.wake()
        return state

    def _load(self) -> DocumentVectors:
        try:
            return self._indexed.vectors
        except (IndexUnavailable, EmbedderUnavailable) as error:
            self._broken = str(error)
            logger.warning("search serves by words alone: %s", error)
            return DocumentVectors()

    def _publish(self) -> None:
        """Makes what was written to the index what queries read."""
        with self._changing:
            self._broken = None
            if self._state is not None:
                self._state = State.of(self._state.snapshot, self._indexed.vectors)

    def _ranked(self, wish: Wish, like: int | None, allowed: Eligible, state: State) -> tuple[Ranked, bool]:
        """The best of what is allowed, and whether the vectors did not work."""
        worded, others = (wish, allowed) if like is None else _alike(wish, like, allowed, state)
        if len(state.vectors):
            try:
                vector = self._vector(wish, like, state)
                return rank(worded, vector, others.products, state, self._indexed.nearest), False
            except (IndexUnavailable, EmbedderUnavailable) as error:
                logger.warning("search serves by words alone: %s", error)
        without_vectors = rank(worded, None, others.products, state, self._indexed.nearest)
        return without_vectors, len(state.places) > 0

    def _vector(self, wish: Wish, like: int | None, state: State) -> Matrix:
        """Of the words; of the product to be like; of both, half-way between."""
        place = -1 if like is None else int(state.places[like])
        parts = [] if place < 0 else [state.vectors.matrix[place]]
        if not parts or not wish.says_nothing:
            parts.append(self._embedder.encode([wish.text])[0])
        between = np.sum(parts, axis=0)
        vector: Matrix = between / np.linalg.norm(between)
        return vector

    def _like(self, query: Query, state: State) -> int | None:
        if query.like_product_id is None:
            return None
        row = state.snapshot.columns.row_of.get(query.like_product_id)
        if row is None:
            raise UnknownProduct(f"no product {query.like_product_id!r} to be like")
        return row

    def _currency(self, snapshot: Snapshot) -> str:
        """The shop's own; until it has said so, its prices'."""
        with self._database.read() as work:
            profile = Profile(work).get()
        if profile is not None:
            return profile.currency
        numbers = np.bincount(snapshot.offers.currency, minlength=1)
        return snapshot.offers.currencies[int(numbers.argmax())] if snapshot.offers.currencies else "USD"


def _listed(allowed: Eligible, snapshot: Snapshot) -> Ranked:
    """What is allowed, the best rated first."""
    rows = np.flatnonzero(allowed.products)
    quality = snapshot.offers.quality()[rows]
    order = np.argsort(-quality, kind="stable")
    return Ranked(rows[order], quality[order])


def _alike(wish: Wish, like: int, allowed: Eligible, state: State) -> tuple[Wish, Eligible]:
    """Everything but the product itself; without words, the words of its title."""
    snapshot = state.snapshot
    others = allowed.products.copy()
    others[like] = False
    if wish.says_nothing:
        title = snapshot.columns.items[like].title
        wish = read_wish(title, snapshot.columns.books.locale, snapshot.lexical)
    return wish, replace(allowed, products=others)
