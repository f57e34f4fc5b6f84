"""Brings the vectors in step with the records, and keeps them in memory.

What is stored is the truth: a vector whose text has another digest than the product's is made anew, one
whose product is gone is removed. Every batch is durable when it is written, so a build that is killed goes
on where it was.
"""

import logging
from collections.abc import Callable, Sequence
from threading import Lock

from retrieval.chroma_index import ChromaIndex
from retrieval.columns import Item
from retrieval.documents import embedding_text, text_digest
from retrieval.embedding import Embedder
from retrieval.vectors import DocumentVectors, Matrix
from shop.catalogue import Catalogue
from storage import Database
from storage.batches import batches

logger = logging.getLogger(__name__)

#: Products embedded and written at once.
BATCH = 256

#: Called with what is done and how much there is.
Progress = Callable[[int, int | None], None]


class VectorIndex:
    """Chroma's vectors and their copy in memory. Errors are those of `ChromaIndex` and of the embedder."""

    def __init__(self, database: Database, index: ChromaIndex, embedder: Embedder) -> None:
        self._database = database
        self._index = index
        self._embedder = embedder
        self._building = Lock()
        self._vectors: DocumentVectors | None = None

    @property
    def vectors(self) -> DocumentVectors:
        """What is stored, read once."""
        if self._vectors is None:
            self._vectors = self._index.load()
        return self._vectors

    def nearest(self, vector: Matrix, count: int) -> Sequence[tuple[str, float]]:
        return self._index.nearest(vector, count)

    def stale(self, items: Sequence[Item]) -> list[str]:
        """Products without a vector of what they say now."""
        stored = self.vectors.stored()
        return [item.product_id for item in items if stored.get(item.product_id) != item.document.digest]

    def catch_up(self, items: Sequence[Item], progress: Progress | None = None) -> int:
        """Embeds what is new or changed and removes what is gone; returns how many were embedded."""
        with self._building, self._index.writing():
            kept = {item.product_id for item in items}
            gone = [product_id for product_id in self.vectors.ids if product_id not in kept]
            if gone:
                self._index.remove(gone)
                self._vectors = self.vectors.without(gone)
            stale = self.stale(items)
            done = 0
            for batch in batches(stale, BATCH):
                self._embed(batch)
                done += len(batch)
                if progress is not None:
                    progress(done, len(stale))
            return done

    def reset(self) -> None:
        """Throws away what is stored."""
        with self._building:
            self._index.reset()
            self._vectors = DocumentVectors()

    def _embed(self, product_ids: Sequence[str]) -> None:
        # Texts are read again, not kept: a large catalogue's descriptions would fill the memory.
        with self._database.read() as work:
            texts = {key: embedding_text(each) for key, each in Catalogue(work).products(product_ids).items()}
        if not texts:
            return
        vectors = self._embedder.encode(list(texts.values()))
        digests = [text_digest(text) for text in texts.values()]
        self._index.put(list(texts), digests, vectors)
        self._vectors = self.vectors.put(list(texts), digests, vectors)
