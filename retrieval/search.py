"""Search: the shop's products for words, facts, or a product to be like.

`SearchService` is the `Finder`. It holds one immutable state that follows the records: each query first
compares revisions, so that a changed price or stock is seen by the next query, and then reads its state from
beginning to end (`retrieval.answering`).

Where the vectors do not work (no index yet, another model's, Chroma or the model failing) words alone
serve and the result says `degraded`. Errors: `UnknownProduct` from a query, `StorageUnavailable` from the
records, and those that `build` names.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock

import numpy as np

from retrieval.answering import Answering
from retrieval.categories import matched_categories
from retrieval.chroma_index import ChromaIndex, IndexUnavailable
from retrieval.columns import Books
from retrieval.cross_encoder import Reader
from retrieval.embedding import Embedder, EmbedderUnavailable
from retrieval.explaining import Explanation, explain
from retrieval.filters import eligible
from retrieval.follower import Follower
from retrieval.hot_queries import HotQueries
from retrieval.indexing import Progress, VectorIndex
from retrieval.locale import load_locale
from retrieval.ranking import State
from retrieval.scorer import Scorer
from retrieval.snapshot import Snapshot, follow, read_snapshot
from retrieval.values import CategoryMatch, Filters, Query, SearchResult, Vocabulary
from retrieval.vectors import DocumentVectors, Matrix
from retrieval.vocabulary import read_vocabulary
from retrieval.wish import read_wish
from shop.catalogue import Catalogue
from shop.errors import UnknownRevision
from shop.profile import Profile
from storage import Database, StorageUnavailable

logger = logging.getLogger(__name__)


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
        self,
        database: Database,
        index_dir: Path,
        embedder: Embedder,
        *,
        language: str = "en",
        scorer: Scorer | None = None,
        reader: Reader | None = None,
    ) -> None:
        """Without a scorer the fusion ranks; without a reader (a cross-encoder) that is the order."""
        self._database = database
        self._embedder = embedder
        self._books = Books(load_locale(language))
        self._index = ChromaIndex(index_dir / "products", embedder)
        self._indexed = VectorIndex(database, self._index, embedder)
        self._hot = HotQueries()
        self._answering = Answering(embedder, self._indexed.nearest, scorer, reader, self._hot)
        self._changing = RLock()
        self._state: State | None = None
        self._broken: str | None = None
        self._vocabulary: tuple[int, Vocabulary] | None = None
        self._follower: Follower | None = None
        self._held = ExitStack()

    def search(self, query: Query) -> SearchResult:
        started = time.perf_counter()
        result = self._answering.answer(query, self._current())
        return replace(result, took_ms=(time.perf_counter() - started) * 1000)

    def explain(self, query: Query) -> Explanation:
        """The same as `search`, with what each stage made of it."""
        return explain(self._answering, query, self._current())

    @property
    def hot(self) -> HotQueries:
        """Rankings of queries that come again."""
        return self._hot

    def state(self) -> State:
        """What queries read now, for whoever trains on it or explains it."""
        return self._current()

    def nearest(self, vector: Matrix, count: int) -> Sequence[tuple[str, float]]:
        """What the approximate index finds: product ids with their cosines, best first."""
        return self._indexed.nearest(vector, count)

    def vocabulary(self) -> Vocabulary:
        snapshot = self._current().snapshot
        known = self._vocabulary
        if known is None or known[0] != snapshot.revision:
            known = (snapshot.revision, read_vocabulary(snapshot, self._currency(snapshot)))
            self._vocabulary = known
        return known[1]

    def categories_for(self, text: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        state = self._current()
        wish = read_wish(text, state.snapshot)
        if wish.says_nothing:
            return ()
        ranked, _ = self._answering.ranked(wish, eligible(Filters(), state.snapshot), state)
        return matched_categories(ranked, state.snapshot.columns, limit)

    def refresh(self) -> None:
        """Follows the records now; each query does so by itself."""
        self._current()

    def build(self, progress: Progress | None = None) -> int:
        """Embeds what has no vector yet; returns how many. Killed, it goes on where it was.

        Raises `IndexMismatch`, `IndexInUse`, `IndexUnavailable` or `EmbedderUnavailable`.
        """
        # Whoever may not write is told at once, before the catalogue is read for nothing.
        with self._index.writing():
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
        # A batch: a query alone may be told not to load the model.
        self._embedder.encode(["warm", "up"])
        self._held.enter_context(self._index.writing())
        self.build()
        expected = (IndexUnavailable, EmbedderUnavailable, StorageUnavailable)
        self._follower = Follower(self.build, expected, "embedding new products")
        self._follower.start()

    def vectors(self) -> DocumentVectors:
        """Of the products, as far as they are indexed now."""
        return self._current().vectors

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

    def _currency(self, snapshot: Snapshot) -> str:
        """The shop's own; until it has said so, its prices'."""
        with self._database.read() as work:
            profile = Profile(work).get()
        if profile is not None:
            return profile.currency
        numbers = np.bincount(snapshot.offers.currency, minlength=1)
        return snapshot.offers.currencies[int(numbers.argmax())] if snapshot.offers.currencies else "USD"
