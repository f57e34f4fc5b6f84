"""Queries that come again: answered from what is kept, and never with a price or stock level of then."""

import pytest

from retrieval.hot_queries import HotQueries
from retrieval.search import SearchService
from retrieval.values import Filters, Query
from shop.money import Money
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import product


@pytest.fixture
def shop(stock: Stock, search: SearchService) -> SearchService:
    stock(
        product("red", "Red Lamp", price=2000),
        product("blue", "Blue Lamp", price=3000),
        *(product(f"p{n}", f"Pan {n}") for n in range(5)),
    )
    search.build()
    return search


def ids(search: SearchService, text: str = "lamp", filters: Filters | None = None) -> list[str]:
    """Of what was found, the first three."""
    return [hit.product_id for hit in search.search(Query(text, filters or Filters())).hits][:3]


def test_the_same_query_is_ranked_once(shop: SearchService) -> None:
    first = ids(shop)
    assert ids(shop) == first
    assert shop.hot.counts == (2, 1)


def test_a_new_price_is_seen_through_a_filter(shop: SearchService, stock: Stock) -> None:
    cheap = Filters(max_price=Money(2500, "USD"))
    assert ids(shop, filters=cheap)[0] == "red"
    stock(product("red", "Red Lamp", price=9000))
    stock(product("blue", "Blue Lamp", price=1000))
    assert ids(shop, filters=cheap)[0] == "blue"


def test_what_is_sold_out_falls_though_the_ranking_is_kept(shop: SearchService, stock: Stock) -> None:
    first, second = ids(shop)[:2]
    stock(product(first, f"{first.capitalize()} Lamp", price=2000, status="out_of_stock"))
    assert ids(shop)[:2] == [second, first]
    assert shop.hot.counts == (2, 1)


def test_a_new_product_empties_it(shop: SearchService, stock: Stock) -> None:
    ids(shop)
    stock(product("new", "Lamp"))
    assert "new" in ids(shop)
    assert shop.hot.counts == (2, 0)


def test_a_new_vector_empties_it(shop: SearchService, stock: Stock) -> None:
    stock(product("new", "Lamp"))
    ids(shop)
    shop.build()
    ids(shop)
    assert shop.hot.counts == (2, 0)


def test_it_keeps_the_last_ones_only(shop: SearchService) -> None:
    hot, state = HotQueries(kept=2), shop.state()
    made: list[str] = []

    def ask(words: str) -> None:
        allowed = state.places >= 0

        def make():  # type: ignore[no-untyped-def]  # a ranking of nothing
            from retrieval.ranking import Ranked

            made.append(words)
            return Ranked(state.places[:0], allowed[:0].astype(float))

        hot.ranked(words, None, allowed, state, make)

    for words in ("a", "b", "a", "c", "b"):
        ask(words)
    assert made == ["a", "b", "c", "b"]
