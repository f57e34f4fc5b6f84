"""Within a kind of goods a word is a wish for a property: what holds every word stands first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.scorer import load_scorer
from retrieval.search import SearchService
from retrieval.values import Filters, Query
from storage import Database
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import HashingEmbedder, product

NOTEBOOKS = "Computers > Notebooks"


@pytest.fixture
def shop(
    database: Database, tmp_path: Path, stock: Stock, embedder: HashingEmbedder
) -> Iterator[SearchService]:
    stock(
        product("named", "Dolby Notebook Dolby Notebook", category=NOTEBOOKS),
        product("both", "Thin Grey Computer", category=NOTEBOOKS, attributes={"sound": "Dolby Audio"}),
        *(product(f"n{at}", f"Notebook {at}", category=NOTEBOOKS) for at in range(12)),
    )
    service = SearchService(database, tmp_path / "scored", embedder, scorer=load_scorer())
    service.build()
    yield service
    service.close()


def found(shop: SearchService, filters: Filters) -> list[tuple[str, float]]:
    return [(hit.product_id, hit.score) for hit in shop.search(Query("dolby audio", filters)).hits]


def test_what_holds_every_word_stands_first_and_scores_stay_in_order(shop: SearchService) -> None:
    hits = found(shop, Filters(categories=(NOTEBOOKS,)))
    assert hits[0][0] == "both"
    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] >= 0.5 >= scores[1]


def test_without_a_category_the_scorer_decides(shop: SearchService) -> None:
    assert dict(found(shop, Filters()))["both"] < 1
    assert found(shop, Filters()) != found(shop, Filters(categories=(NOTEBOOKS,)))
