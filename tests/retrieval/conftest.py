"""A way to fill the database, and the search over it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retrieval.embedding import MiniLmEmbedder
from retrieval.search import SearchService
from shop.catalogue import Catalogue
from shop.values import Product
from storage import Database
from tests.retrieval.goods import HashingEmbedder

Stock = Callable[..., None]


@pytest.fixture
def stock(database: Database) -> Stock:
    """`stock(product(...), ...)`: puts products into the records."""

    def put(*products: Product) -> None:
        with database.begin() as work:
            Catalogue(work).put(products)

    return put


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def search(database: Database, tmp_path: Path, embedder: HashingEmbedder) -> Iterator[SearchService]:
    service = SearchService(database, tmp_path / "index", embedder)
    yield service
    service.close()


@pytest.fixture(scope="session")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where converted models are kept."""
    return tmp_path_factory.mktemp("encoders")


@pytest.fixture(scope="session")
def minilm(encoders: Path) -> MiniLmEmbedder:
    """The real model, loaded once."""
    return MiniLmEmbedder(kept=encoders)
