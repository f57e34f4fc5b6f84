"""What is closed-class in a message is read from its own words, whatever the model's call says of it."""

from typing import Any

import pytest

from assistant.lexicon import lexicon
from assistant.reading.catalogue import catalogue_index
from assistant.understanding.call import Call
from assistant.understanding.holding import held
from retrieval.values import Vocabulary

EMPTY = catalogue_index(Vocabulary((), (), {}, {}, "USD", {}), lexicon("en"))


def read(text: str, name: str = "find_product", **arguments: Any) -> dict[str, Any]:
    call = Call.model_validate({"name": name, "arguments": arguments})
    found = held(call, text, "", index=EMPTY, currency="USD", asked=False)
    return found.call.arguments.model_dump(exclude_defaults=True)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("a kettle, not above 30", {"max_price": 30}),
        ("a kettle for less than 40", {"max_price": 40}),
        ("a kettle, nothing over $40", {"max_price": 40}),
        ("a kettle, at least 40", {"min_price": 40}),
        ("a kettle, no less than 40", {"min_price": 40}),
        ("a kettle, nothing under 40", {"min_price": 40}),
        ("a kettle, 40+", {"min_price": 40}),
        ("a kettle between 40 and 60", {"min_price": 40, "max_price": 60}),
        ("a kettle, over 40 but under 60", {"min_price": 40, "max_price": 60}),
        ("a kettle around 40", {"about": 40}),
        ("a kettle, I have 40 pounds", {"max_price": 40, "currency": "GBP"}),
        ("a kettle, 40 a piece at most", {"max_price": 40}),
    ],
)
def test_the_message_says_which_way_an_amount_bounds(text: str, bounds: dict[str, Any]) -> None:
    wrongs: list[dict[str, Any]] = [{"min_price": 40}, {"max_price": 40}, {"about": 40}, {}]
    for wrong in wrongs:
        assert read(text, category="kettle", **wrong) == {"category": "kettle", **bounds}


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("a kettle and a mug, 60.", {"budget": 60}),
        ("a kettle and a mug, under 60 each", {"max_price": 60}),
        ("a kettle and a mug, 50 to 60 bucks", {"budget": 60}),
        ("a kettle and a mug, about 60 all in", {"budget": 60}),
    ],
)
def test_in_a_bundle_an_amount_is_for_all_of_it_unless_each_is_said(
    text: str, bounds: dict[str, Any]
) -> None:
    parts = ["kettle", "mug"]
    assert read(text, "find_bundle", slots=parts) == {"slots": parts, **bounds}
    assert read(text, "find_bundle", slots=parts, budget=60) == {"slots": parts, **bounds}


@pytest.mark.parametrize(
    "text", ["a kettle rated above 4", "a 4+ stars kettle", "a kettle in size 4+", "a kettle that serves 4"]
)
def test_a_rating_a_size_and_guests_are_no_money(text: str) -> None:
    found = read(text, category="kettle", max_price=4)
    assert "max_price" not in found
    assert "min_price" not in found


def test_a_rating_and_stock_are_read_from_the_message() -> None:
    assert read("a kettle in stock with 4.5+ stars", category="kettle", min_rating=4) == {
        "category": "kettle",
        "min_rating": 4.5,
        "available": True,
    }
    assert read("a kettle", category="kettle", available=True) == {"category": "kettle"}


@pytest.mark.parametrize(
    ("text", "written", "excluded"),
    [
        ("a kettle, not by orsa", {"brand": "orsa"}, {"brand": "orsa"}),
        ("a kettle, nothing from orsa", {}, {"brand": "orsa"}),
        ("a kettle without plastic", {}, {"material": "plastic"}),
        ("a kettle in anything but red", {"attributes": {"colour": "red"}}, {"colour": "red"}),
        ("a kettle, not red or pink", {"attributes": {"colour": "pink"}}, {"colour": "pink, red"}),
        ("a kettle, not size m", {"attributes": {"size": "m"}}, {"size": "m"}),
    ],
)
def test_what_stands_behind_a_negation_is_ruled_out(
    text: str, written: dict[str, Any], excluded: dict[str, str]
) -> None:
    assert read(text, category="kettle", **written) == {"category": "kettle", "exclude": excluded}


def test_what_stands_behind_none_is_wanted() -> None:
    assert read("a kettle in red", category="kettle", exclude={"colour": "red"}) == {
        "category": "kettle",
        "attributes": {"colour": "red"},
    }
    assert read("no red, pink instead", "refine", exclude={"colour": "pink"}) == {
        "attributes": {"colour": "pink"},
        "exclude": {"colour": "red"},
    }


def test_a_bound_is_no_negation_of_what_follows() -> None:
    assert read("no more than 40, red kettle", category="kettle") == {
        "category": "kettle",
        "max_price": 40,
        "attributes": {"colour": "red"},
    }


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("a kettle in light blue", {"colour": "light blue"}),
        ("a glass kettle", {"material": "glass"}),
        ("a kettle, 2 litres", {"capacity": "2 litres"}),
        ("a kettle, pack of 6", {"pack size": "pack of 6"}),
        ("a kettle in size xl", {"size": "xl"}),
    ],
)
def test_a_value_that_the_call_forgot_is_read(text: str, attributes: dict[str, str]) -> None:
    assert read(text, category="kettle") == {"category": "kettle", "attributes": attributes}


@pytest.mark.parametrize(
    ("text", "written", "kept"),
    [
        ("a kettle model 2210", {"size": "2210"}, {"query": "model 2210"}),
        ("a kettle, 15 or more", {"size": "15 or more"}, {"min_price": 15}),
        ("a leather kettle", {"colour": "leather"}, {"attributes": {"material": "leather"}}),
        (
            "a carbon red kettle",
            {"colour": "carbon red"},
            {"attributes": {"material": "carbon", "colour": "red"}},
        ),
        (
            "a red leather kettle",
            {"colour": "red leather"},
            {"attributes": {"material": "leather", "colour": "red"}},
        ),
        ("a kettle, 1kg", {"pack size": "1kg"}, {"attributes": {"weight": "1kg"}}),
        ('a 9" kettle', {"size": "9"}, {"attributes": {"size": "9 inch"}}),
        ("a kettle 20 cm tall", {"length": "20 cm"}, {"attributes": {"height": "20 cm"}}),
    ],
)
def test_a_value_stands_where_it_belongs(text: str, written: dict[str, str], kept: dict[str, Any]) -> None:
    assert read(text, category="kettle", attributes=written) == {"category": "kettle", **kept}


@pytest.mark.parametrize("written", ["kettle 750ml", "750ml kettle"])
def test_a_measure_is_no_part_of_the_kind_of_thing(written: str) -> None:
    assert read(written, category=written) == {"category": "kettle", "attributes": {"capacity": "750ml"}}


def test_a_number_that_names_the_kind_stays_with_it() -> None:
    assert read("a 2 person tent", category="2 person tent")["category"] == "2 person tent"


def test_what_a_pack_holds_is_not_how_many_are_wanted() -> None:
    assert "quantity" not in read("kettles, pack of 6", category="kettle", quantity=6)
    assert read("6 kettles, pack of 6", category="kettle", quantity=6)["quantity"] == 6


def test_one_thing_has_no_parts_whose_words_would_hide_its_values() -> None:
    assert read("two linen cloths", category="cloth", quantity=2, slots=["linen cloth"]) == {
        "category": "cloth",
        "quantity": 2,
        "attributes": {"material": "linen"},
    }


def test_a_garbled_word_that_is_ruled_out_is_the_messages_own() -> None:
    assert read("a kettle but not norda", category="kettle", exclude={"brand": "nordel"}) == {
        "category": "kettle",
        "exclude": {"brand": "norda"},
    }


def test_somebodys_occasion_is_somebody_and_an_occasion() -> None:
    found = read("a kettle for my dad's retirement", category="kettle", recipient="dad's retirement")
    assert (found["recipient"], found["occasion"]) == ("dad", "retirement")


def test_the_colour_of_a_things_own_name_is_no_attribute() -> None:
    assert read("green tea", category="green tea", attributes={"colour": "green"}) == {
        "category": "green tea"
    }


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("three kettles", 3),
        ("kettles x4", 4),
        ("a kettle of 3x4 inch", None),
        ("two dozen red kettles", 24),
        ("kettle model 3", None),
        ("a kettle", None),
    ],
)
def test_the_number_before_a_thing_is_how_many(text: str, quantity: int | None) -> None:
    assert read(text, category="kettle").get("quantity") == quantity


def parts(text: str, *written: str, **arguments: Any) -> list[str]:
    return list(read(text, "find_bundle", slots=list(written), **arguments).get("slots", []))


@pytest.mark.parametrize(
    ("text", "written", "slots"),
    [
        ("a kettle, mugs x4 and a tray", ["kettle", "mugs", "tray"], ["kettle", "4 mugs", "tray"]),
        ("two kettles and a tray", ["kettle", "tray"], ["2 kettle", "tray"]),
        ("a kettle, a tray and maybe a vase", ["kettle", "tray", "vase"], ["kettle", "tray", "vase?"]),
        (
            "kettle, tray, something shiny?",
            ["kettle", "tray", "shiny"],
            ["kettle", "tray", "something shiny?"],
        ),
        ("a kettle, a tray and a vase", ["kettle", "vase"], ["kettle", "tray", "vase"]),
        ("a kettle and a tray; a vase would be nice too", ["vase"], ["kettle", "tray", "vase?"]),
        ("for the office: kettle, tray, vase", ["tray", "vase"], ["kettle", "tray", "vase"]),
        ("a kettle and a small tray", ["kettle", "tray"], ["kettle", "small tray"]),
        ("kettle, tray, 20 to 30 bucks", ["kettle", "tray", "20 to 30"], ["kettle", "tray"]),
        ("a kettle and edible glitter", ["kettle", "eatable glitter"], ["kettle", "edible glitter"]),
    ],
)
def test_the_parts_are_those_of_the_list(text: str, written: list[str], slots: list[str]) -> None:
    assert parts(text, *written) == slots


@pytest.mark.parametrize(
    "text",
    [
        "I need a kettle and a tray for my new flat, and we move next week",
        "hi, kettle and tray please, thanks",
        "a kettle and a tray, delivery by friday",
        "a kettle and a tray for my mum, under 40",
    ],
)
def test_what_is_no_thing_is_no_part(text: str) -> None:
    assert parts(text, "kettle", "tray") == ["kettle", "tray"]


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("my mum's coming over, a kettle", "mum"),
        ("my boss loves tea: a kettle", "boss"),
        ("a kettle for my sister", "sister"),
        ("my kettle is broken", None),
    ],
)
def test_the_message_says_for_whom(text: str, recipient: str | None) -> None:
    assert read(text, category="kettle").get("recipient") == recipient


@pytest.mark.parametrize(
    ("text", "written", "occasion"),
    [
        ("birthday present: kettle, tray", "tray", "birthday"),
        ("girls night in: kettle, tray", "night in", "girls night in"),
        ("kettle and tray for a wedding", None, "wedding"),
        ("kettle and tray", "tray", None),
        ("kettle and tray for a picnic", "picnic", "picnic"),
    ],
)
def test_the_message_says_what_for(text: str, written: str | None, occasion: str | None) -> None:
    found = read(text, "find_bundle", slots=["kettle", "tray"], occasion=written)
    assert found.get("occasion") == occasion


@pytest.mark.parametrize(
    ("text", "written", "recipient"),
    [
        ("a gift set for a coffee lover", "coffee lover", "coffee lover"),
        ("things for a puppy", "puppy", "puppy"),
        ("mugs for my 4 kids", "for 4 kids", None),
    ],
)
def test_somebody_is_no_occasion(text: str, written: str, recipient: str | None) -> None:
    found = read(text, "find_bundle", occasion=written)
    assert (found.get("occasion"), found.get("recipient")) == (None, recipient)


def test_an_occasion_in_the_things_name_is_none() -> None:
    assert read("a birthday card", category="birthday card") == {"category": "birthday card"}


def test_a_garbled_word_is_the_messages_own() -> None:
    assert read("an edible cake topper", category="eatable cake topper") == {"category": "edible cake topper"}
    assert read("a kettle that whistles", category="kettle", query="whirls")["query"] == "whistles"


def test_better_and_cheaper_are_only_where_they_are_said() -> None:
    assert read("a kettle", category="kettle", sort="better") == {"category": "kettle"}
    assert read("a good kettle", category="kettle", sort="better")["sort"] == "better"


def test_edits_have_the_messages_counts_and_no_lower_price_that_nobody_asked_for() -> None:
    added = read("add three mugs", "edit_bundle", edits=[{"op": "add", "query": "mugs"}])
    assert added == {"edits": [{"op": "add", "query": "mugs", "quantity": 3}]}
    swap = {"op": "swap", "slot": "stove", "cheaper": True}
    assert read("a sturdier stove", "edit_bundle", edits=[swap]) == {
        "edits": [{"op": "swap", "slot": "stove", "query": "sturdier"}]
    }
    assert read("a cheaper stove", "edit_bundle", edits=[swap]) == {"edits": [swap]}


def test_what_is_told_of_the_parts_is_no_part() -> None:
    text = (
        "a kettle in steel, cordless, quick to boil, and delivered free of charge. also a tray, oval, "
        "hand painted, safe in the dishwasher, with two handles and rubber feet, paid on delivery"
    )
    assert parts(text, "kettle", "tray") == ["kettle", "tray"]


@pytest.mark.parametrize("text", ["a rucksack with at least 40 litres", "a lamp for 20 hours or more"])
def test_a_measure_is_no_amount_of_money(text: str) -> None:
    bound: dict[str, Any] = {"max_price": 40} if "40" in text else {"min_price": 20}
    assert bound.keys().isdisjoint(read(text, query="thing", **bound))


@pytest.mark.parametrize(
    ("text", "loved"),
    [
        ("a present for my brother who likes coffee, up to 50", "coffee"),
        ("gift for my uncle who really loves fly fishing under 40", "fly fishing"),
        ("something for a friend, she's into tea and baking", "tea and baking"),
    ],
)
def test_what_somebody_is_fond_of_is_looked_for_where_else_only_a_present_is(text: str, loved: str) -> None:
    for query in (None, "present", f"present who likes {loved}"):
        assert read(text, query=query, occasion=loved.split()[0])["query"] == loved
        assert "occasion" not in read(text, query=query, occasion=loved.split()[0])


def test_a_thing_that_is_named_stays_what_is_looked_for() -> None:
    text = "a blanket for my aunt who loves cats"
    assert read(text, query="blanket")["query"] == "blanket"
    assert read(text, category="blanket")["category"] == "blanket"
