"""Where the vectors do not work, words alone serve and the result says so."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from retrieval import indexing, ranking
from retrieval.chroma_index import IndexMismatch
from retrieval.embedding import EmbedderLoading, EmbedderUnavailable, Vectors
from retrieval.filters import eligible
from retrieval.search import SearchService
from retrieval.values import Filters, Query
from shop.values import Product
from storage import Database
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import HashingEmbedder, product


@pytest.fixture
def tents(stock: Stock) -> None:
    stock(product("dome", "Dome Tent", category="Tents"), *(product(f"p{n}", f"Pan {n}") for n in range(9)))


@pytest.fixture
def shop(tents: None, search: SearchService) -> SearchService:
    search.build()
    return search


def first(search: SearchService, text: str = "tent") -> tuple[str, bool]:
    result = search.search(Query(text))
    return result.hits[0].product_id, result.degraded


def break_files(folder: Path) -> None:
    for file in (each for each in folder.rglob("*") if each.is_file() and each.suffix != ".lock"):
        file.write_bytes(b"garbage" * 500)


@pytest.mark.usefixtures("tents")
def test_without_an_index_words_serve(search: SearchService) -> None:
    result = search.search(Query("tent"))
    assert (result.hits[0].product_id, result.degraded, result.strategy) == ("dome", True, "lexical")


def test_with_an_index_nothing_is_degraded(shop: SearchService) -> None:
    result = shop.search(Query("tent"))
    assert (result.hits[0].product_id, result.degraded, result.strategy) == ("dome", False, "rrf")


def test_an_embedder_that_fails_in_mid_query_leaves_the_words(
    shop: SearchService, embedder: HashingEmbedder
) -> None:
    embedder.error = EmbedderUnavailable("the model is gone")
    assert first(shop) == ("dome", True)
    embedder.error = None
    assert first(shop) == ("dome", False)


def test_while_the_embedder_loads_words_serve_and_nobody_waits(
    shop: SearchService, embedder: HashingEmbedder
) -> None:
    embedder.error = EmbedderLoading("not loaded yet")
    result = shop.search(Query("tent"))
    assert (result.hits[0].product_id, result.degraded, result.strategy) == ("dome", True, "lexical")


def test_chroma_that_fails_in_mid_query_leaves_the_words(
    shop: SearchService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a catalogue that is too large to be scored exactly.
    monkeypatch.setattr(ranking, "EXACT_PRODUCTS", 0)
    assert first(shop) == ("dome", False)
    break_files(tmp_path / "index")
    # In words of its own: a query that was answered before is kept.
    assert first(shop, "a tent") == ("dome", True)


def test_words_for_one_kind_and_a_filter_for_another_find_what_the_filter_leaves(
    search: SearchService, stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a catalogue too large to be scored exactly: none of the nearest is allowed."""
    monkeypatch.setattr(ranking, "EXACT_PRODUCTS", 0)
    monkeypatch.setattr(ranking, "DEPTH", 5)
    stock(
        *(product(f"t{n}", f"Tent {n}", category="Tents") for n in range(60)),
        *(product(f"p{n}", f"Pan {n}", category="Pans") for n in range(60)),
    )
    search.build()
    pans = eligible(Filters(categories=("Pans",)), search.state().snapshot).products
    [vector] = HashingEmbedder().encode(["tent"])
    found = ranking.nearest_rows(vector, pans, search.state(), search.nearest)
    assert len(found) == 5
    assert pans[found].all()


def test_a_filter_that_leaves_few_needs_no_chroma(shop: SearchService, tmp_path: Path) -> None:
    shop.refresh()
    break_files(tmp_path / "index")
    result = shop.search(Query("tent", Filters(categories=("Tents",))))
    assert (result.hits[0].product_id, result.degraded) == ("dome", False)


def test_a_list_by_rating_needs_no_vectors(shop: SearchService, embedder: HashingEmbedder) -> None:
    embedder.error = EmbedderUnavailable("the model is gone")
    assert not shop.search(Query("")).degraded


class TestAnotherModel:
    @pytest.fixture
    def other(self, shop: SearchService, database: Database, tmp_path: Path) -> SearchService:
        shop.close()
        return SearchService(database, tmp_path / "index", HashingEmbedder("another"))

    def test_words_serve(self, other: SearchService) -> None:
        assert first(other) == ("dome", True)

    def test_the_status_says_the_command_that_mends_it(self, other: SearchService) -> None:
        status = other.status()
        assert not status.ready
        assert "python app.py doctor --repair" in status.detail

    def test_it_is_said_at_start_with_the_command_that_mends_it(
        self, other: SearchService, caplog: pytest.LogCaptureFixture
    ) -> None:
        other.refresh()
        assert "was built with hashing, not with this another" in caplog.text
        assert "python app.py doctor --repair" in caplog.text

    def test_building_is_refused(self, other: SearchService) -> None:
        with pytest.raises(IndexMismatch):
            other.build()

    def test_rebuilding_mends_it(self, other: SearchService) -> None:
        assert other.rebuild() == 10
        assert first(other) == ("dome", False)
        assert other.status().ready


def test_a_broken_index_serves_words_and_is_mended_by_rebuilding(
    shop: SearchService, database: Database, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    shop.close()
    break_files(tmp_path / "index")
    again = SearchService(database, tmp_path / "index", embedder)
    assert first(again) == ("dome", True)
    assert not again.status().ready
    assert again.rebuild() == 10
    assert first(again) == ("dome", False)


class TestBuilding:
    def goods(self, count: int) -> list[Product]:
        return [product(f"p{n:03}", f"Thing number {n}") for n in range(count)]

    def test_progress_counts_to_the_end(self, stock: Stock, search: SearchService) -> None:
        stock(*self.goods(indexing.BATCH + 10))
        seen: list[tuple[int, int | None]] = []
        search.build(lambda done, total: seen.append((done, total)))
        assert seen == [(indexing.BATCH, indexing.BATCH + 10), (indexing.BATCH + 10, indexing.BATCH + 10)]

    def test_status_counts_what_is_missing(self, stock: Stock, search: SearchService) -> None:
        stock(*self.goods(3))
        search.build()
        stock(product("new", "New Thing"))
        status = search.status()
        assert (status.ready, status.products, status.missing) == (True, 4, 1)
        assert status.detail == "3 of 4 products indexed"

    def test_warming_embeds_new_products_in_the_background(
        self, stock: Stock, database: Database, tmp_path: Path
    ) -> None:
        embedded = Event()

        class Signalling(HashingEmbedder):
            def encode(self, texts: Sequence[str]) -> Vectors:
                if "Copper Pot" in texts:
                    embedded.set()
                return super().encode(texts)

        stock(*self.goods(3))
        search = SearchService(database, tmp_path / "index", Signalling())
        search.warm()
        stock(product("pot", "Copper Pot"))
        search.refresh()
        assert embedded.wait(timeout=60)
        search.close()
        assert search.status().missing == 0

    @pytest.mark.slow
    def test_a_build_that_is_killed_goes_on_where_it_was(
        self, stock: Stock, search: SearchService, tmp_path: Path, embedder: HashingEmbedder
    ) -> None:
        stock(*self.goods(3 * indexing.BATCH))
        kill_in_the_third_batch = f"""
import os
from pathlib import Path
from retrieval.search import SearchService
from storage import Database
from tests.retrieval.goods import HashingEmbedder

class Killed(HashingEmbedder):
    def encode(self, texts):
        if len(self.encoded) >= {2 * indexing.BATCH}:
            os._exit(9)
        return super().encode(texts)

SearchService(Database("sqlite:///{tmp_path}/shop.db"), Path("{tmp_path}/index"), Killed()).build()
"""
        killed = subprocess.run([sys.executable, "-c", kill_in_the_third_batch], check=False)
        assert killed.returncode == 9
        assert search.status().missing == indexing.BATCH
        assert search.build() == indexing.BATCH
        assert len(embedder.encoded) == indexing.BATCH
