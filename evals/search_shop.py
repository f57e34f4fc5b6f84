"""A shop for a measurement of search: a products file brought into records and index by the real importers.

Embedding takes minutes, so the shop is kept in a folder by the digest of its file and is used again; the
index notices by itself where the embedding model or the text that is embedded has changed since.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rich.console import Console

from retrieval.embedding import MiniLmEmbedder
from retrieval.scorer import Scorer
from retrieval.search import SearchService
from shop.catalogue import Catalogue
from shop.feeds import import_feed
from shop.values import Product
from storage import Database

#: Where shops are kept between runs.
KEPT = Path(tempfile.gettempdir()) / "pairwell-evals"


@dataclass(frozen=True, slots=True)
class Shop:
    """`products` are the records, by id in order."""

    folder: Path
    database: Database
    search: SearchService
    embedder: MiniLmEmbedder
    products: tuple[Product, ...]


@contextmanager
def open_shop(products: Path, keep: Path = KEPT, scorer: Scorer | None = None) -> Iterator[Shop]:
    """Raises `shop.feeds.FeedError` for a file that no importer reads."""
    folder = keep / sha256(products.read_bytes()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(f"sqlite:///{folder / 'shop.db'}")
    database.upgrade()
    done = folder / "imported"
    if not done.is_file():
        report = import_feed(database, products)
        Console(stderr=True).print(f"{products.name}: {report.added} products, {len(report.errors)} bad rows")
        done.touch()
    embedder = MiniLmEmbedder(kept=keep / "encoders")
    search = SearchService(database, folder / "index", embedder, scorer=scorer)
    try:
        search.build()
        with database.read() as work:
            kept = tuple(Catalogue(work).all())
        yield Shop(folder, database, search, embedder, kept)
    finally:
        search.close()
        database.dispose()
