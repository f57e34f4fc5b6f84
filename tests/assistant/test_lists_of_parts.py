"""The parts of a bundle are what the message lists, wherever it lists them, whatever the call has of them."""

from typing import Any

import pytest

from tests.assistant.test_holding import read


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("a set for a tea drinker (teapot, infuser, a few mugs)", ["teapot", "infuser", "mugs"]),
        ("poker night for 8: chips, cards, green cloth", ["chips", "cards", "green cloth"]),
        ("a breakfast box - granola, jam, good bread", ["granola", "jam", "good bread"]),
        (
            "microphone, pop filter, boom arm: i'm starting a podcast",
            ["microphone", "pop filter", "boom arm"],
        ),
        ("gear (rope, two hooks), she hates pink", ["rope", "2 hooks"]),
    ],
)
def test_a_list_that_is_announced_is_read_where_the_call_has_none_of_it(text: str, slots: list[str]) -> None:
    assert read(text, "find_bundle")["slots"] == slots


def test_what_is_announced_and_no_list_of_things_is_none() -> None:
    assert "slots" not in read("a hamper: it is for my boss and should be nice", "find_bundle")


def test_the_head_of_a_list_is_no_part_of_it() -> None:
    found = read("a grooming kit: curry comb, hoof pick", "find_bundle", slots=["grooming kit", "hoof pick"])
    assert found["slots"] == ["curry comb", "hoof pick"]


def test_parts_that_were_run_together_are_parted() -> None:
    assert read("granola, jam and bread", "find_bundle", slots=["granola jam", "bread"])["slots"] == [
        "granola",
        "jam",
        "bread",
    ]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("gravel, moss and a pot. 75 the lot.", {"budget": 75}),
        ("gravel, moss and a pot. 75 incl everything", {"budget": 75}),
        ("gravel, moss and a pot, peat free all of them", {"exclude": {"text": "peat free"}}),
        ("gravel, moss and a pot, dark grey", {"attributes": {"colour": "dark grey"}}),
    ],
)
def test_what_the_call_has_as_something_else_is_no_part(text: str, arguments: dict[str, Any]) -> None:
    found = read(text, "find_bundle", slots=["gravel", "moss", "pot"], **arguments)
    assert found["slots"] == ["gravel", "moss", "pot"]


def test_a_part_that_nobody_said_is_the_thing_that_stands_in_its_place() -> None:
    found = read("a halter, brushes and a bucket", "find_bundle", slots=["harness", "brushes", "bucket"])
    assert found["slots"] == ["halter", "brushes", "bucket"]


def test_what_led_to_an_amount_is_no_part_of_a_thing() -> None:
    found = read("a table: cloth and candles for 50 altogether", "find_bundle", slots=["cloth", "candles"])
    assert found["slots"] == ["cloth", "candles"]


def test_what_stands_behind_an_amount_is_an_entry_without_its_joint() -> None:
    text = "a table, two chairs for the yard, 150 tops, and a vase"
    assert read(text, "find_bundle", slots=["table", "2 chairs"])["slots"] == ["table", "2 chairs", "vase"]


def test_a_sentence_before_the_list_is_none_of_it() -> None:
    found = read("my mum's diabetic. a nice tea and a card", "find_bundle", slots=["tea", "card"])
    assert found["slots"] == ["nice tea", "card"]
