"""The vectors of documents in Chroma: durable, and searched approximately. The only file with chromadb.

One collection, of products or of policy passages, in a folder of its own; each vector carries the digest of
the text that it was made of, the collection the digest of the model. What is stored is the truth: whoever
builds compares with `load`. Chroma does not notice what another process writes to an open index, so writing
takes a lock.

Errors, all for the operator: `IndexMismatch` (another embedding model built it), `IndexUnavailable`
(missing permissions, a broken file, Chroma itself failing), `IndexInUse` (another process writes).
Reading an index that was never built finds nothing.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from retrieval.embedding import Embedder
from retrieval.vectors import DocumentVectors, Matrix

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration as HNSWConfiguration
    from chromadb.api.models.Collection import Collection

PRODUCTS = "products"
POLICIES = "policies"
PAGE = 5_000
#: Chroma's own choice (16, 100, 100) finds .92 of the hundred nearest of 100,000 products that are much
#: alike, this .99 (`python -m evals speed recall`). It matters where a catalogue is too large to be compared
#: whole.
HNSW: "HNSWConfiguration" = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 1200,
}
REPAIR = "run `python app.py doctor --repair`"


class IndexUnavailable(Exception):
    """The index cannot be read or written; search by words still works."""


class IndexMismatch(IndexUnavailable):
    """The index was built with another embedding model than the one in use."""


class IndexInUse(IndexUnavailable):
    """Another process writes the index."""


class ChromaIndex:
    """Vectors by product or passage id, in one collection. Safe from any thread."""

    def __init__(self, folder: Path, embedder: Embedder, *, collection: str = PRODUCTS) -> None:
        self._folder = folder
        self._name = collection
        self._embedder = embedder
        self._opening = RLock()
        self._lock = FileLock(folder.with_name(f"{folder.name}.lock"), thread_local=False)
        self._client: Client | None = None
        self._collection: Collection | None = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the right to write, against every other process. Raises `IndexInUse`."""
        with _translated():
            self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(blocking=False)
        except Timeout as error:
            raise IndexInUse(
                f"another process writes {self._folder}; a running server follows the records by itself"
            ) from error
        try:
            yield
        finally:
            self._lock.release()

    def load(self) -> DocumentVectors:
        """All that is stored; a few seconds for 100,000."""
        with _translated():
            collection = self._open(create=False)
            count = collection.count() if collection is not None else 0
            if collection is None or not count:
                return DocumentVectors()
            return _read_all(collection, count)

    def put(self, ids: Sequence[str], digests: Sequence[str], vectors: Matrix) -> None:
        """Adds or replaces; durable when it returns."""
        with _translated(), self.writing():
            collection = self._open(create=True)
            assert collection is not None
            collection.upsert(
                ids=list(ids), embeddings=vectors, metadatas=[{"digest": digest} for digest in digests]
            )

    def remove(self, ids: Sequence[str]) -> None:
        with _translated(), self.writing():
            collection = self._open(create=False)
            for start in range(0, len(ids), PAGE):
                if collection is not None:
                    collection.delete(ids=list(ids[start : start + PAGE]))

    def nearest(self, vector: Matrix, count: int) -> list[tuple[str, float]]:
        """Ids with their cosine to `vector`, about the best `count` of all, best first."""
        with _translated():
            collection = self._open(create=False)
            if collection is None:
                return []
            answer = collection.query(
                query_embeddings=vector[np.newaxis], n_results=count, include=["distances"]
            )
            distances = answer["distances"]
            assert distances is not None
            return [(key, 1.0 - away) for key, away in zip(answer["ids"][0], distances[0], strict=True)]

    def reset(self) -> None:
        """Throws everything stored away, whatever state it is in."""
        with _translated(), self.writing(), self._opening:
            self.close()
            shutil.rmtree(self._folder)

    def close(self) -> None:
        with self._opening:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None

    def _open(self, *, create: bool) -> "Collection | None":
        """The collection; None where there is none and none is to be made."""
        with self._opening:
            if self._collection is None and (create or (self._folder / "chroma.sqlite3").exists()):
                self._client = self._client or _client(self._folder)
                self._collection = self._find(self._client, create=create)
            return self._collection

    def _find(self, client: "Client", *, create: bool) -> "Collection | None":
        if not create and self._name not in {each.name for each in client.list_collections()}:
            return None
        collection = client.get_or_create_collection(
            self._name,
            embedding_function=None,
            configuration={"hnsw": HNSW},
            metadata={"embedder": self._embedder.name, "digest": self._embedder.digest},
        )
        built = collection.metadata or {}
        if built.get("digest") != self._embedder.digest:
            raise IndexMismatch(
                f"the search index was built with {built.get('embedder', 'an unknown model')}, "
                f"not with this {self._embedder.name}: {REPAIR}"
            )
        return collection


def _read_all(collection: "Collection", count: int) -> DocumentVectors:
    ids: list[str] = []
    digests: list[str] = []
    pages: list[Matrix] = []
    for offset in range(0, count, PAGE):
        page = collection.get(limit=PAGE, offset=offset, include=["embeddings", "metadatas"])
        ids.extend(page["ids"])
        digests.extend(str(metadata["digest"]) for metadata in page["metadatas"] or [])
        pages.append(np.asarray(page["embeddings"], np.float32))
    return DocumentVectors(tuple(ids), tuple(digests), np.concatenate(pages))


def _client(folder: Path) -> "Client":
    import chromadb
    from chromadb.api.client import Client
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    try:
        client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    except Exception:
        # Chroma keeps a client that failed to start, and would hand it out again after a repair.
        SharedSystemClient.clear_system_cache()
        raise
    assert isinstance(client, Client)
    return client


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever Chroma and the disk raise, as `IndexUnavailable`."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError) as error:
        raise IndexUnavailable(f"the search index does not work ({error}): {REPAIR}") from error
