"""A small shop made large: copies that differ, and figures of every filter."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from evals import speed_search_scale
from evals.search_shop import Shop
from evals.speed_search_recall import indexed, measure_recall, recall_of
from evals.speed_search_scale import measure_memory, measure_scale, scaled
from retrieval import ranking
from retrieval.answering import Answering
from retrieval.embedding import MiniLmEmbedder
from retrieval.scorer import load_scorer
from retrieval.search import SearchService
from retrieval.vectors import Matrix
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
    assert {row.system for row in rows} == {"pairwell_40", "vecdot", "blas"}
    metrics = {row.metric for row in rows}
    assert {"latency_p50_ms_no_filter", "latency_p95_ms_price_stock_category"} <= metrics
    assert {"queries_per_s_1_clients", "queries_per_s_8_clients"} <= metrics
    assert {"share_of_cores_8_clients", "processor_ms_a_query", "processor_p50_ms_10_percent"} <= metrics
    assert all(row.value > 0 for row in rows if row.system == "pairwell_40")


def test_a_catalogue_too_large_to_compare_whole_asks_its_index(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "EXACT_PRODUCTS", 10)
    asked: list[int] = []

    def nearest(vector: Matrix, count: int) -> list[tuple[str, float]]:
        asked.append(count)
        return []

    measure_scale(scaled(shop, 40, seed=1), HashingEmbedder(), load_scorer(), ["lamp"], 1, nearest)

    assert asked


def test_memory_is_watched_without_the_first_thousands(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed_search_scale, "MEMORY_EVERY", 5)
    answering = Answering(HashingEmbedder(), shop.search.nearest)
    [row] = measure_memory(answering, shop.search.state(), ["lamp", "number 3"], 20, seed=1)
    assert (row.metric, row.n) == ("resident_mb_per_5_of_20_queries", 3)


def test_trying_all_finds_all_and_the_approximate_index_of_a_small_shop_too(shop: Shop) -> None:
    small = replace(shop, embedder=cast(MiniLmEmbedder, HashingEmbedder()))
    rows = measure_recall(small, ["lamp", "number 3"], seed=1)
    assert {row.system for row in rows} == {"shipped", "approximate"}
    assert all(row.value == 1 for row in rows)


def test_a_large_catalogue_is_compared_with_an_index_of_its_own(shop: Shop, tmp_path: Path) -> None:
    state = scaled(shop, 300, seed=1)
    index = indexed(state, shop, tmp_path / "large")
    rows = recall_of(state, HashingEmbedder().encode(["lamp", "number 3"]), index.nearest, seed=1)
    index.close()
    assert {(row.system, row.size) for row in rows} == {("shipped", "300"), ("approximate", "300")}
    assert all(row.value >= 0.9 for row in rows)
