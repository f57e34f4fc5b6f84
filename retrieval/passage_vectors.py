"""The vectors of policy passages and their sentences: kept in Chroma, searched in memory.

Chroma holds one vector for each text with its digest; a start embeds only what it does not
hold yet, and what no policy says any more is removed. The few hundred vectors of a shop are compared exactly
with a question, as those of products are (docs/decisions/0022).

Where Chroma does not work, or another process writes it, the vectors are made and kept in memory: the
answers are the same, and the next start makes them again. Errors: `EmbedderUnavailable`.
"""

import logging
from collections.abc import Mapping
from contextlib import ExitStack

from retrieval.chroma_index import ChromaIndex, IndexInUse, IndexMismatch, IndexUnavailable
from retrieval.documents import text_digest
from retrieval.embedding import Embedder
from retrieval.vectors import DocumentVectors, Matrix

logger = logging.getLogger(__name__)


class PassageVectors:
    """Vectors by the id of what they are of. Not for several threads at once: `PolicyIndex` has a lock."""

    def __init__(self, index: ChromaIndex, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder
        self._vectors: DocumentVectors | None = None
        self._held = ExitStack()
        self._may_write = False

    def follow(self, texts: Mapping[str, str]) -> None:
        """Brings the index to these texts by id; embeds what is new."""
        vectors = self._vectors if self._vectors is not None else self._stored()
        digests = {key: text_digest(text) for key, text in texts.items()}
        stored = vectors.stored()
        new = [key for key, digest in digests.items() if stored.get(key) != digest]
        gone = [key for key in stored if key not in texts]
        made = self._embedder.encode([texts[key] for key in new]) if new else None
        self._vectors = vectors.without(gone)
        if made is not None:
            self._vectors = self._vectors.put(new, [digests[key] for key in new], made)
        if new or gone:
            self._write(gone, [(key, digests[key]) for key in new], made)

    def cosines(self, vector: Matrix) -> dict[str, float]:
        """How near each text is, by id."""
        vectors = self._vectors
        if vectors is None or not len(vectors):
            return {}
        return dict(zip(vectors.ids, (vectors.matrix @ vector).tolist(), strict=True))

    def reset(self) -> None:
        """Throws away what is stored. Raises `IndexUnavailable`."""
        self._index.reset()
        self._vectors = DocumentVectors()

    def close(self) -> None:
        self._held.close()
        self._may_write = False
        self._index.close()

    def _stored(self) -> DocumentVectors:
        try:
            return self._index.load()
        except IndexMismatch:
            # Another embedding model's: a few hundred passages are made anew in seconds.
            return self._emptied()
        except IndexUnavailable as error:
            logger.warning("policies are found by vectors that are made anew: %s", error)
            return DocumentVectors()

    def _emptied(self) -> DocumentVectors:
        try:
            self._index.reset()
        except IndexUnavailable as error:
            logger.warning("another model's vectors of policies stay in the index: %s", error)
        return DocumentVectors()

    def _write(self, gone: list[str], new: list[tuple[str, str]], made: Matrix | None) -> None:
        """The index stays this process's to write until `close`; Chroma does not see another's changes."""
        try:
            if not self._may_write:
                self._held.enter_context(self._index.writing())
                self._may_write = True
            if gone:
                self._index.remove(gone)
            if made is not None:
                self._index.put([key for key, _ in new], [digest for _, digest in new], made)
        except IndexInUse:
            logger.info("another process keeps the vectors of policies; this one has them in memory")
        except IndexUnavailable as error:
            logger.warning("the vectors of policies are in memory alone: %s", error)
