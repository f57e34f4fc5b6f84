"""Explanations: the same hits as the query's, and numbers that make up their scores."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.scorer import load_scorer
from retrieval.search import SearchService
from retrieval.values import Filters, Query
from storage import Database
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import HashingEmbedder, product


@pytest.fixture
def shop(
    database: Database, tmp_path: Path, stock: Stock, embedder: HashingEmbedder
) -> Iterator[SearchService]:
    stock(
        product("lamp", "Red Desk Lamp", brand="Acme"),
        product("bulb", "Bulb for a desk lamp"),
        product("rope", "Climbing Rope"),
    )
    service = SearchService(database, tmp_path / "scored", embedder, scorer=load_scorer())
    service.build()
    yield service
    service.close()


def test_an_explanation_is_of_the_hits_that_search_gives(shop: SearchService) -> None:
    query = Query("desk lamp")
    explanation = shop.explain(query)
    assert explanation.result.strategy == "scorer"
    assert [each.hit for each in explanation.hits] == list(shop.search(query).hits)
    assert explanation.wish.tokens == ("desk", "lamp")
    assert (explanation.allowed, explanation.products) == (3, 3)


def test_what_each_feature_leaves_makes_up_the_score(shop: SearchService) -> None:
    for each in shop.explain(Query("desk lamp")).hits:
        assert np.prod(list(each.parts.values())) == pytest.approx(each.hit.score, abs=1e-3)
        assert set(each.parts) <= set(each.features)


def test_what_sets_a_hit_above_the_next_is_what_their_scores_differ_by(shop: SearchService) -> None:
    first, second, last = shop.explain(Query("desk lamp")).hits
    assert np.prod(list(first.above.values())) == pytest.approx(first.hit.score / second.hit.score, rel=0.05)
    assert last.above == {}


def test_slips_of_typing_and_other_units_are_told(shop: SearchService, stock: Stock) -> None:
    stock(product("rope", "Climbing Rope", attributes={"length": "10 m"}))
    wish = shop.explain(Query("climbng rope 1000 cm")).wish
    assert wish.corrected == {"climbng": "climbing"}
    assert wish.alike["1000cm"] == ("10m",)


def test_a_sold_out_product_is_told_to_count_half(shop: SearchService, stock: Stock) -> None:
    stock(product("bulb", "Bulb for a desk lamp", status="out_of_stock"))
    hits = {each.hit.product_id: each for each in shop.explain(Query("desk lamp")).hits}
    assert hits["bulb"].afterwards == pytest.approx(0.5, abs=0.01)
    assert hits["lamp"].afterwards == pytest.approx(1, abs=0.01)


def test_places_are_those_of_each_ranking(shop: SearchService) -> None:
    hits = {each.hit.product_id: each for each in shop.explain(Query("desk lamp")).hits}
    assert {hits["lamp"].places["words"], hits["bulb"].places["words"]} == {1, 2}
    assert "words" not in hits["rope"].places
    assert hits["rope"].places["dense"] == 3


def test_filters_are_counted(shop: SearchService) -> None:
    assert shop.explain(Query("lamp", Filters(brand="Acme"))).allowed == 1


def test_a_query_without_words_is_listed_and_has_no_features(shop: SearchService) -> None:
    explanation = shop.explain(Query(""))
    assert explanation.result.strategy == "rating"
    assert explanation.wish.tokens == ()


def test_the_words_that_a_hit_lacks_are_told_as_they_were_typed(shop: SearchService) -> None:
    hits = {each.hit.product_id: each for each in shop.explain(Query("red desk lamps")).hits}
    assert hits["lamp"].missing == ()
    assert hits["bulb"].missing == ("red",)
    slip = {each.hit.product_id: each for each in shop.explain(Query("climbng rope")).hits}
    assert slip["rope"].missing == ()
