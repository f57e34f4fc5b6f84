"""A small shop made large: copies that differ, and figures of every filter."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from evals.search_shop import Shop
from evals.speed_search_scale import measure_scale, scaled
from retrieval.embedding import MiniLmEmbedder
from retrieval.scorer import load_scorer
from retrieval.search import SearchService
from shop.catalogue import Catalogue
from storage import Database
from tests.retrieval.goods import HashingEmbedder, product

GOODS = tuple(
    product(f"p{at}", f"Lamp number {at}", category="Home > Lamps", price=1000 + 100 * at) for at in range(5)
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Iterator[Shop]:
    with database.begin() as work:
        Catalogue(work).put(GOODS)
    search = SearchService(database, tmp_path / "index", HashingEmbedder())
    search.build()
    yield Shop(tmp_path, database, search, MiniLmEmbedder(), GOODS)
    search.close()


def test_copies_are_products_of_their_own(shop: Shop) -> None:
    state = scaled(shop, 13, seed=1)
    columns = state.snapshot.columns
    assert len({item.product_id for item in columns.items}) == 13
    assert len({item.title for item in columns.items}) == 13
    np.testing.assert_allclose(np.linalg.norm(state.vectors.matrix, axis=1), 1, atol=1e-5)
    assert len({row.tobytes() for row in state.vectors.matrix}) == 13


def test_every_filter_has_its_latencies(shop: Shop) -> None:
    state = scaled(shop, 40, seed=1)
    rows = measure_scale(state, HashingEmbedder(), load_scorer(), ["lamp", "number 3"], seed=1)
    assert {row.system for row in rows} == {"pairwell_40"}
    metrics = {row.metric for row in rows}
    assert {"latency_p50_ms_no_filter", "latency_p95_ms_price_stock_category"} <= metrics
    assert {"queries_per_s_1_clients", "queries_per_s_8_clients"} <= metrics
    assert all(row.value > 0 for row in rows)
