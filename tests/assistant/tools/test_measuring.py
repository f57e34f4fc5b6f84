"""Measures in a wish: what search is asked for."""

import pytest

from assistant.tools.measuring import with_measures
from retrieval.values import Filters, Query

TENTS = Filters(categories=("Camping > Tents",))


def asked(message: str, text: str = "", filters: Filters = TENTS) -> Query:
    return with_measures(Query(text, filters), message, "en")


def test_a_range_stands_in_the_words_where_search_reads_it() -> None:
    assert asked("a rucksack with at least 40 litres", "rucksack").text == "rucksack at least 40 litres"
    assert asked("no heavier than 2 kg please", "rucksack").text == "rucksack no heavier than 2 kg"


def test_a_value_that_says_only_the_end_of_a_range_is_none() -> None:
    filters = Filters(attributes={"size": "40 L", "colour": "blue"})
    assert asked("a blue rucksack with at least 40 litres", "", filters).filters.attributes == {
        "colour": "blue"
    }
    assert asked("a mug bigger than 400 ml", "mug 400 ml").text == "mug bigger than 400 ml"


def test_a_value_that_no_range_names_stays() -> None:
    filters = Filters(attributes={"capacity": "40 litre"})
    assert asked("a blue 40 litre rucksack", "", filters).filters.attributes == {"capacity": "40 litre"}


def test_a_range_stays_with_a_wish_that_is_narrowed() -> None:
    assert asked("cheaper", "tent at least 40 litres").text == "tent at least 40 litres"


@pytest.mark.parametrize(
    ("message", "people"),
    [
        ("a tent for two people", 2),
        ("two person tent", 2),
        ("tent for four", 4),
        ("a tent for 6 under 200", 6),
        ("a tent for me and my two kids", 3),
        ("a tent for a family of five", 5),
    ],
)
def test_people_are_counted(message: str, people: int) -> None:
    found = asked(message, message)
    assert found.filters.people == people
    assert f"{people} person" in found.text or message == "two person tent"


@pytest.mark.parametrize("message", ["a tent for six nights", "a tent for 50", "a tent", "for 30 dollars"])
def test_a_number_of_something_else_counts_nobody(message: str) -> None:
    assert asked(message, "tent") == Query("tent", TENTS)


def test_people_do_not_count_where_no_kind_is_named() -> None:
    assert asked("a present for two", "present", Filters()) == Query("present")


def test_what_is_said_anew_takes_the_place_of_what_was_said_before() -> None:
    assert asked("longer than 50 feet", "25 foot garden hose").text == "garden hose longer than 50 feet"
    assert asked("at least 30 litres", "rucksack at least 20 litres").text == "rucksack at least 30 litres"
    assert asked("at most 30 litres", "rucksack at least 20 litres").text == (
        "rucksack at most 30 litres at least 20 litres"
    )
    smaller = asked("only for two then", "tent 4 person")
    assert (smaller.text, smaller.filters.people) == ("tent 2 person", 2)
