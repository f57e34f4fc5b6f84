"""Slips of typing, and words that are left alone."""

import pytest

from retrieval.search import SearchService
from retrieval.spelling import corrected
from retrieval.values import Query
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import product

HELD = {"headphone": 9, "lantern": 4, "kettle": 3, "settle": 1, "lamp": 5}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("headfone", None),
        ("headphnoe", "headphone"),
        ("heaphone", "headphone"),
        ("headphonee", "headphone"),
        ("lantarn", "lantern"),
        ("ketle", "kettle"),
        ("lamq", None),
        ("k3ttle", None),
        ("antern", None),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str | None) -> None:
    assert corrected(typed, lambda word: HELD.get(word, 0)) == meant


def test_search_finds_what_was_meant(search: SearchService, stock: Stock) -> None:
    stock(product("a", "Camp Lantern"), product("b", "Steel Kettle"))
    assert [hit.product_id for hit in search.search(Query("lantren")).hits][:1] == ["a"]


def test_a_word_that_some_product_holds_is_never_changed(search: SearchService, stock: Stock) -> None:
    stock(product("a", "Lanterm 3000"), product("b", "Camp Lantern"), product("c", "Lantern, large"))
    assert search.search(Query("lanterm")).hits[0].product_id == "a"


def test_what_looks_like_a_plural_may_be_a_slip_too(search: SearchService, stock: Stock) -> None:
    stock(product("a", "Cordless Drill"), product("b", "Steel Kettle"))
    assert search.explain(Query("cordles")).wish.corrected == {"cordle": "cordless"}
