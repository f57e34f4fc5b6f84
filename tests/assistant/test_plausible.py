"""A value stands only where a value of its kind can stand."""

from typing import Any

import pytest

from tests.assistant.test_holding import read


@pytest.mark.parametrize(
    ("text", "written", "kept"),
    [
        ("a piano with 88 keys", {"weight": "88 keys"}, {"query": "88 keys"}),
        ("pads for a 2014 hatchback", {"year": "2014 hatchback"}, {"query": "2014 hatchback"}),
        ("a filter, cabin", {"pack size": "cabin"}, {"query": "cabin"}),
        ("a stock book, black", {"pack size": "black"}, {"attributes": {"colour": "black"}}),
        ("a blanket, grey, 7 kg", {"weight": "grey"}, {"attributes": {"colour": "grey", "weight": "7 kg"}}),
        ("a rope, 3 metres", {"length": "3 metres"}, {"attributes": {"length": "3 metres"}}),
        ("some glasses, blue light filter", {"colour": "blue light filter"}, {"query": "blue light filter"}),
        ("a bow, carbon fibre", {"material": "carbon fibre"}, {"attributes": {"material": "carbon fibre"}}),
        ("a diary with a lock on it", {"lock": "on it"}, {}),
    ],
)
def test_a_value_in_a_wrong_drawer_is_put_right(
    text: str, written: dict[str, str], kept: dict[str, Any]
) -> None:
    found = read(text, "find_product", category=text.split(",")[0].split()[1], attributes=written)
    found.pop("category")
    assert found == kept


@pytest.mark.parametrize(
    ("text", "ruled_out"),
    [
        ("peanut butter without added sugar", "added sugar"),
        ("a puzzle but no landscapes", "landscapes"),
        ("dark chocolate, no nuts in it", "nuts"),
        ("a first aid box, i'm allergic to latex", None),
        ("a puzzle, no idea which", None),
        ("a puzzle, no rush", None),
    ],
)
def test_a_strong_no_rules_out_what_no_list_knows(text: str, ruled_out: str | None) -> None:
    exclude = read(text, category="puzzle").get("exclude", {})
    assert exclude.get("text") == ruled_out


def test_somebody_who_hates_a_colour_does_not_want_it() -> None:
    found = read("a mug for my aunt, she hates pink", category="mug", exclude={"colour": "pink"})
    assert found["exclude"] == {"colour": "pink"}


def test_a_no_that_answers_rules_out_nothing() -> None:
    assert "exclude" not in read("no, wet food", "refine", category="wet food")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("dark chocolate, 85 percent or so", {"min_price": 85}),
        ("reeds strength 2.5", {"min_price": 2.5}),
        ("reading glasses, i meant +2.5", {"min_price": 2.5}),
        ("skates adjustable from 36 to 39", {"min_price": 36, "max_price": 39}),
        ("brushes for a class of 20 pupils", {"budget": 20}),
    ],
)
def test_a_share_a_strength_and_a_size_are_no_money(text: str, wrong: dict[str, Any]) -> None:
    found = read(text, category="thing", **wrong)
    assert not {"min_price", "max_price", "budget"} & found.keys()


def test_a_bare_range_at_the_end_is_what_it_may_cost() -> None:
    found = read("hamster cage, a big one, 50 to 90", category="hamster cage", max_price=50)
    assert (found["min_price"], found["max_price"]) == (50, 90)


def test_a_limit_that_is_lowered_is_the_most() -> None:
    assert read("lower the limit to 500 please", "refine", min_price=500) == {"max_price": 500}


@pytest.mark.parametrize(
    ("text", "occasion", "kept"),
    [
        ("jumper cables for a truck", "truck", {"query": "truck"}),
        ("cufflinks for a wedding", "wedding", {"occasion": "wedding"}),
    ],
)
def test_what_one_thing_is_for_is_searched_for_unless_it_is_an_occasion(
    text: str, occasion: str, kept: dict[str, Any]
) -> None:
    found = read(text, category=text.split(" for ")[0], occasion=occasion)
    found.pop("category")
    assert found == kept
