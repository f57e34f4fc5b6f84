"""Numbers with units: the same in another unit, and ranges of them."""

import pytest

from retrieval.locale import load_locale
from retrieval.measures import MeasureIndex, read_ranges
from retrieval.search import SearchService
from retrieval.values import Filters, Measure, Query
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import product

ENGLISH = load_locale("en")
HELD = ["61cm", "24inch", "60cm", "454g", "473ml", "500ml", "1024gb", "0.5kg", "16oz", "2.5kg", "600w", "3m"]


@pytest.mark.parametrize(
    ("said", "alike"),
    [
        ("24inch", {"61cm"}),
        ("60.96cm", {"24inch"}),
        ("1lb", {"454g", "16oz"}),
        ("16oz", {"454g", "473ml"}),
        ("1tb", {"1024gb"}),
        ("500g", {"0.5kg"}),
        ("0.6kw", {"600w"}),
        ("300cm", {"3m"}),
        ("27inch", set()),
        ("red", set()),
        ("tn2110", set()),
    ],
)
def test_a_measure_is_the_same_in_another_unit(said: str, alike: set[str]) -> None:
    assert set(MeasureIndex(HELD, ENGLISH).alike(said)) == alike


def test_two_sizes_in_one_unit_are_not_the_same() -> None:
    assert MeasureIndex(["500ml", "505ml"], ENGLISH).alike("500ml") == ()


@pytest.mark.parametrize(
    ("text", "measure", "rest"),
    [
        ("a monitor between 24 and 27 inch", Measure("inch", 24, 27), "a monitor"),
        ('24" to 27" monitor', Measure("inch", 24, 27), "monitor"),
        ("24-27in monitor", Measure("inch", 24, 27), "monitor"),
        ("2-4 person tent", Measure("person", 2, 4), "tent"),
        ("cable from 2 m to 5 m", Measure("m", 2, 5), "cable"),
        ("backpack of at least 20 litres", Measure("litre", 20), "backpack of"),
        ("laptop under 1.5 kg", Measure("kg", None, 1.5), "laptop"),
        ("bottle, 500 ml or more", Measure("ml", 500), "bottle,"),
        ("heater up to 1,500 watts", Measure("w", None, 1500), "heater"),
        ("hose about 10 m", Measure("m", 9, 11), "hose"),
        ("kettle of no more than two litres", Measure("litre", None, 2), "kettle of"),
        ("rope, no less than 30 m", Measure("m", 30), "rope,"),
        ("backpack not heavier than 1.5 kg", Measure("kg", None, 1.5), "backpack"),
        ("lamp, 20+ hours", Measure("hour", 20), "lamp,"),
        ("bag, minimum of 20 l", Measure("litre", 20), "bag,"),
    ],
)
def test_a_range_is_read_and_leaves_the_words(text: str, measure: Measure, rest: str) -> None:
    found = read_ranges(text, ENGLISH)
    assert found.ranges == (measure,)
    assert found.rest.split() == rest.split()


@pytest.mark.parametrize(
    "text",
    ["2-person tent", "iphone 7 to 8", "under 50", "at least 4 stars", "wh-1000xm4", "gloves 7-9", "over it"],
)
def test_what_is_no_range_of_a_measure_is_left_as_it_is(text: str) -> None:
    assert read_ranges(text, ENGLISH).ranges == ()
    assert read_ranges(text, ENGLISH).rest == text


def test_a_range_is_told_in_its_words() -> None:
    assert read_ranges("a desk at least 120 cm wide", ENGLISH).words == ("at least 120 cm",)


def test_two_ranges_in_one_text() -> None:
    found = read_ranges("a desk at least 120 cm wide, under 30 kg", ENGLISH)
    assert set(found.ranges) == {Measure("cm", 120), Measure("kg", None, 30)}


@pytest.fixture
def monitors(stock: Stock, search: SearchService) -> SearchService:
    kind = "Monitors"
    stock(
        product("small", "Slim Monitor", category=kind, attributes={"diagonal": "22 inch", "cable": "65 cm"}),
        product("middle", "Wide Monitor", category=kind, attributes={"diagonal": "61 cm"}),
        product("large", "Grand Monitor", category=kind, attributes={"diagonal": "27 inch"}),
        product("named", "Plain Monitor 25 inch", category=kind),
        product("rope", "Rope", category="Ropes", attributes={"length": "10 m"}),
    )
    search.build()
    return search


def found(search: SearchService, text: str, filters: Filters | None = None) -> list[str]:
    return [hit.product_id for hit in search.search(Query(text, filters or Filters())).hits]


def test_a_range_shows_what_is_in_it_in_whatever_unit(monitors: SearchService) -> None:
    assert set(found(monitors, "monitor between 24 and 27 inch")) == {"middle", "large", "named"}


def test_a_hit_says_the_fact_that_is_in_the_range(monitors: SearchService) -> None:
    hits = monitors.search(Query("monitor between 26 and 28 inch")).hits
    assert [hit.product_id for hit in hits] == ["large"]
    assert "diagonal: 27 inch" in hits[0].reasons


def test_a_range_that_nothing_meets_is_given_up_and_said(monitors: SearchService) -> None:
    result = monitors.search(Query("monitor at least 40 inch"))
    assert {hit.product_id for hit in result.hits} >= {"small", "middle", "large"}
    assert result.relaxed == ("nothing of 40 inch or more",)


def test_a_measure_in_another_unit_is_found_by_its_words(monitors: SearchService) -> None:
    assert found(monitors, "24 inch monitor")[0] == "middle"
    assert found(monitors, "rope 1000 cm")[0] == "rope"


@pytest.mark.parametrize("value", ["24 inch", "60 to 62 cm"])
def test_an_attribute_is_met_in_another_unit_and_in_a_range(monitors: SearchService, value: str) -> None:
    assert found(monitors, "monitor", Filters(attributes={"diagonal": value})) == ["middle"]


@pytest.fixture
def tents(stock: Stock, search: SearchService) -> SearchService:
    stock(
        product("solo", "Solo Tent", category="Tents", attributes={"capacity": "1 person"}),
        product("pair", "Pair Tent", category="Tents", attributes={"sleeps": "2 man"}),
        product("clan", "Clan Tent", category="Tents", attributes={"capacity": "4 person"}),
        product("rope", "Rope", category="Ropes", attributes={"length": "10 m"}),
    )
    search.build()
    return search


def for_people(many: int, category: str) -> Filters:
    return Filters(categories=(category,), people=many)


def test_what_holds_fewer_people_is_left_out(tents: SearchService) -> None:
    assert found(tents, "tent", for_people(3, "Tents")) == ["clan"]
    assert found(tents, "tent 2 person", for_people(2, "Tents")) == ["pair", "clan"]


def test_more_people_than_anything_holds_are_told(tents: SearchService) -> None:
    result = tents.search(Query("tent", for_people(9, "Tents")))
    assert len(result.hits) == 3
    assert result.relaxed == ("nothing of 9 person or more",)


def test_people_do_not_count_where_things_are_not_measured_in_them(tents: SearchService) -> None:
    result = tents.search(Query("rope", for_people(3, "Ropes")))
    assert ([hit.product_id for hit in result.hits], result.relaxed) == (["rope"], ())
