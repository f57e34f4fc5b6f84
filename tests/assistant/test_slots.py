"""Slots of a need for which nobody named any."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.bundle_sources import Prices, Records, Sources
from assistant.intent import Slot
from assistant.slots import beside, from_occasion, from_words, given, match_occasion, unique_name
from shop.catalogue import Catalogue
from shop.values import Occasion, OccasionSlot
from storage import UnitOfWork
from tests.assistant.bundling.corner_shop import (
    BOUGHT,
    CAMPING,
    NOW,
    CornerShop,
    CountedRelations,
    WordFinder,
)

PICNIC = Occasion("picnic", ("picnic", "picnic in the park"), (OccasionSlot("rug", "picnic rug"),))
PARK = Occasion("park run", ("park",), (OccasionSlot("shoes", "running shoes"),))


@pytest.fixture
def work(tmp_path: Path) -> Iterator[UnitOfWork]:
    shop = CornerShop(tmp_path)
    with shop.database.read() as reading:
        yield reading
    shop.database.dispose()


@pytest.fixture
def sources(tmp_path: Path, work: UnitOfWork) -> Iterator[Sources]:
    shop = CornerShop(tmp_path)
    relations = CountedRelations(shop.database, BOUGHT)
    yield Sources(WordFinder(shop.database), relations, Records(work), Prices(work, NOW))
    shop.database.dispose()


def test_the_longest_phrase_in_the_need_names_the_occasion() -> None:
    assert match_occasion("A picnic in the Park, for four", [PARK, PICNIC]) is PICNIC
    assert match_occasion("a run in the park", [PICNIC, PARK]) is PARK


def test_an_occasion_is_matched_by_whole_words() -> None:
    assert match_occasion("parking sensors", [PARK]) is None
    assert match_occasion("", [PARK]) is None


def test_an_occasion_in_a_script_without_spaces_is_found_inside() -> None:
    trip = Occasion("露营", ("露营", "野营"), ())
    assert match_occasion("周末带两个孩子去露营", [trip]) is trip


def test_what_each_person_needs_is_counted() -> None:
    slots = {each.slot.name: each.slot for each in from_occasion(CAMPING, {"kids": 2, "adults": 1})}
    assert (slots["tent"].quantity, slots["sleeping_bag"].quantity, slots["mug"].quantity) == (1, 3, 2)
    assert not slots["lantern"].required


def test_what_is_for_somebody_who_does_not_come_is_left_out() -> None:
    slots = {each.slot.name: each.slot for each in from_occasion(CAMPING, {"adults": 2})}
    assert "mug" not in slots
    assert slots["sleeping_bag"].quantity == 2


def test_where_nobody_said_who_comes_it_is_one_adult() -> None:
    part = OccasionSlot("bag", "bag", per_person=True, recipient="adults")
    assert [each.slot.quantity for each in from_occasion(Occasion("x", (), (part,)), {})] == [1]


def test_slot_names_are_unique() -> None:
    assert unique_name("Sleeping bag", ()) == "sleeping_bag"
    assert unique_name("Sleeping bag", ("sleeping_bag", "sleeping_bag_2")) == "sleeping_bag_3"
    assert unique_name("...", ()) == "item"
    named = given([Slot("Tent!", "a"), Slot("Tent!", "b"), Slot("lamp", "c")])
    assert [each.slot.name for each in named] == ["Tent!", "tent", "lamp"]


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


def test_beside_a_product_stands_first_what_it_requires(sources: Sources, work: UnitOfWork) -> None:
    stove = Catalogue(work).product("stove-a")
    assert stove is not None
    found = beside([stove], sources)
    assert [each.category for each in found] == ["Camping > Gas", "Camping > Tents"]
    assert not any(each.slot.required for each in found)


def test_what_is_there_already_is_no_slot(sources: Sources, work: UnitOfWork) -> None:
    there = list(Catalogue(work).products(["tent-m", "bag-a"]).values())
    categories = {each.category for each in beside(there, sources)}
    assert categories
    assert not categories & {"Camping > Tents", "Camping > Sleeping bags"}
