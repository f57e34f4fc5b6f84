"""Kinds of things for a need for which nobody named any."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.bundle_sources import Prices, Records, Sources
from assistant.kinds import beside, from_words
from shop.catalogue import Catalogue
from storage import Database
from tests.assistant.bundling.corner_shop import (
    BOUGHT,
    NOW,
    CornerShop,
    CountedRelations,
    WordFinder,
    product,
)

#: A shop without orders: one shelf for all kinds of things, and two shelves beside each other.
UNSOLD = (
    product("rake-a", "Garden rake", "Outside > Gardening", 20),
    product("rake-b", "Wide garden rake", "Outside > Gardening", 30),
    product("spade-a", "Garden spade", "Outside > Gardening", 25),
    product("spade-b", "Small garden spade", "Outside > Gardening", 15),
    product("glove-a", "Garden glove", "Outside > Gardening", 5),
    product("glove-b", "Warm garden glove", "Outside > Gardening", 8),
    product("gate-a", "Hinge for a gate", "Iron > Hinges", 8),
    product("gate-b", "Gate latch", "Iron > Latches", 9),
    product("gate-c", "Gate hinge, brass", "Iron > Brass hinges", 19),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    shop = CornerShop(tmp_path)
    with shop.database.begin() as work:
        Catalogue(work).put(UNSOLD)
    yield shop.database
    shop.database.dispose()


@pytest.fixture
def sources(database: Database) -> Iterator[Sources]:
    with database.read() as work:
        relations = CountedRelations(database, BOUGHT)
        yield Sources(WordFinder(database), relations, Records(work), Prices(work, NOW))


def test_words_find_categories_and_the_first_is_required(sources: Sources) -> None:
    found = from_words("lantern and mug", sources)
    assert {each.category for each in found} >= {"Camping > Lights", "Kitchen > Mugs"}
    assert [each.slot.required for each in found] == [True] + [False] * (len(found) - 1)


def test_a_need_of_one_category_is_filled_up_with_what_is_bought_along(sources: Sources) -> None:
    found = from_words("tent", sources)
    assert found[0].category == "Camping > Tents"
    assert {each.category for each in found[1:]} == {"Camping > Sleeping bags", "Camping > Lights"}


def test_words_that_mean_nothing_here_find_no_slot(sources: Sources) -> None:
    assert from_words("zzz qqq", sources) == ()


def test_beside_a_product_stands_first_what_it_requires(sources: Sources) -> None:
    found = beside([sources.records(["stove-a"])["stove-a"]], sources)
    assert [each.category for each in found] == ["Camping > Gas", "Camping > Tents"]
    assert not any(each.slot.required for each in found)


def test_what_is_there_already_is_no_slot(sources: Sources) -> None:
    there = list(sources.records(["tent-m", "bag-a"]).values())
    categories = {each.category for each in beside(there, sources)}
    assert categories
    assert not categories & {"Camping > Tents", "Camping > Sleeping bags"}


def test_a_shelf_of_many_kinds_of_things_is_told_apart_by_what_they_are(sources: Sources) -> None:
    found = from_words("garden", sources)
    assert {each.slot.query for each in found} == {"rake", "spade", "glove"}
    assert {each.category for each in found} == {"Outside > Gardening"}


def test_without_orders_neighbouring_shelves_fill_up_but_not_with_the_same_again(
    sources: Sources,
) -> None:
    found = from_words("gate hinge", sources)
    categories = {each.category for each in found}
    assert "Iron > Latches" in categories
    assert len(categories & {"Iron > Hinges", "Iron > Brass hinges"}) == 1


def test_beside_one_of_a_shelf_of_many_kinds_stand_the_others(sources: Sources) -> None:
    found = beside([sources.records(["rake-a"])["rake-a"]], sources)
    assert {each.slot.query for each in found} == {"spade", "glove"}
