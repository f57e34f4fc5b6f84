"""A call keeps only what the message says."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.llm import ModelNonsense
from assistant.understanding import understand
from assistant.understanding.call import Call
from assistant.understanding.said import Said, only_said
from assistant.values import Shown
from tests.scripted import ScriptedModel
from tests.shown import NOTHING, PRODUCTS
from tests.vocabularies import CAMPING, OCCASIONS

ENGLISH = lexicon("en")


def kept(text: str, name: str = "find_product", history: str = "", **arguments: Any) -> dict[str, Any]:
    call = Call.model_validate({"name": name, "arguments": arguments})
    return only_said(call, text, history, ENGLISH).call.arguments.model_dump(exclude_defaults=True)


def understood(text: str, name: str, shown: Shown = NOTHING, **arguments: Any) -> Intent:
    model = ScriptedModel([json.dumps({"name": name, "arguments": arguments})])
    return understand(model, text, shown=shown, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")


def test_an_attribute_that_nobody_named_is_taken_out() -> None:
    assert kept("a tent for two", category="tent", attributes={"material": "nylon"}) == {"category": "tent"}


def test_a_maker_and_an_exclusion_that_nobody_named_are_taken_out() -> None:
    assert kept("boots, not brown", brand="Orsa", exclude={"colour": "brown, red", "material": "wool"}) == {
        "exclude": {"colour": "brown"}
    }


def test_the_kind_of_thing_is_no_attribute_once_more() -> None:
    assert kept("steel wool", category="steel wool", attributes={"material": "steel wool"}) == {
        "category": "steel wool"
    }


def test_of_a_phrase_the_words_that_were_said_stay() -> None:
    found = kept("sleeping bags and a stove", "find_bundle", slots=["2 warm sleeping bag", "stove?", "lamp"])
    assert found == {"slots": ["2 sleeping bag", "stove?"]}
    assert kept("a jacket", category="rain jacket") == {"category": "jacket"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("two red mugs", "mug"),
        ("a waterprof coat", "waterproof"),
        ("my sister who bakes", "baking"),
        ("i run a lot", "running"),
        ("a lightbulb", "light bulb"),
        ("tshirt please", "t-shirt"),
        ("for a bday party", "birthday party"),
        ("a two person tent", "2 person"),
        ('a 13" laptop', "13 inch"),
        ("65 watts", "65w"),
        ("grey or gray", "grey"),
        ("a bule rug", "blue"),
        ("two tvs", "tv"),
        ("a boad game", "board game"),
    ],
)
def test_other_ways_to_write_it_count_as_said(text: str, value: str) -> None:
    assert Said(text, ENGLISH).all(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("a wooden spoon", "wool"), ("covered chairs", "red"), ("a lead pencil", "leather"), ("size 42", "43")],
)
def test_another_word_does_not(text: str, value: str) -> None:
    assert not Said(text, ENGLISH).all(value)


def test_what_points_at_the_history_may_use_its_words() -> None:
    history = "shown: 1 Kestrel Trail Tent, blue $90.00"
    assert kept("does it come in size l?", "product_question", history, brand="Kestrel") == {
        "brand": "Kestrel"
    }
    assert kept("now a lamp", "find_product", history, category="lamp", brand="Kestrel") == {
        "category": "lamp"
    }


def test_numbers_of_orders_are_those_of_the_message() -> None:
    assert kept("where is PW-1182", "track_order", entities={"order_id": "PW-1182"}) != {}
    assert kept("where is PW-1182", "track_order", entities={"order_id": "PW-1183"}) == {}


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("sunscreen spf 50", {"query": "spf 50", "max_price": 50}),
        ("chocolate with 70% cocoa", {"category": "chocolate", "max_price": 70}),
        ("a 20 kg dumbbell", {"category": "dumbbell", "min_price": 20}),
        ("the 2016 wine", {"category": "wine", "max_price": 2016}),
        ("a tent for 4 people", {"category": "tent", "max_price": 4}),
        ("a tent with 4 stars", {"category": "tent", "max_price": 4}),
        ("4 mugs", {"category": "mug", "quantity": 4, "max_price": 4}),
    ],
)
def test_a_number_that_is_no_money_bounds_no_price(text: str, arguments: dict[str, Any]) -> None:
    intent = understood(text, "find_product", **arguments)
    assert (intent.constraints.min_price, intent.constraints.max_price) == (None, None)
    assert set(intent.unsaid) & {"min_price", "max_price"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("a tent, 150", 150),
        ("4 mugs under 4 dollars", 4),
        ("$2000 max tent", 2000),
        ("spend 1999 bucks", 1999),
    ],
)
def test_money_stays_money(text: str, amount: int) -> None:
    intent = understood(text, "find_product", query=text.split()[1], max_price=amount)
    assert intent.constraints.max_price is not None
    assert intent.constraints.max_price.major == amount


def test_what_was_taken_out_is_named() -> None:
    intent = understood("a tent", "find_product", category="tent", attributes={"colour": "green"}, quantity=3)
    assert intent.unsaid == ("attributes.colour", "quantity")


def test_a_search_of_which_nothing_was_said_is_nonsense() -> None:
    with pytest.raises(ModelNonsense):
        understood("300?", "find_product", category="tent")


def test_a_search_without_a_said_word_gets_the_words_of_the_message() -> None:
    intent = understood("something to put my canvas on, under 90", "find_product", category="tent")
    assert intent.constraints.category is None
    assert "canvas" in intent.query
    assert intent.constraints.max_price is not None


def test_a_message_in_another_language_is_left_to_the_model() -> None:
    intent = understood("我想买一个帐篷", "find_product", category="tents")
    assert intent.constraints.category == "Camping > Tents"


WORDS = st.sampled_from(
    ["tent", "green", "nylon", "Kestrel", "sleeping bag", "2 person", "camping", "stove", "", "?", "7", "ß"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).filter(lambda text: 0 < len(text) <= 120)
ARGUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "query": TEXTS,
        "category": TEXTS,
        "brand": TEXTS,
        "occasion": TEXTS,
        "recipient": TEXTS,
        "max_price": st.integers(0, 3000),
        "about": st.floats(0, 3000),
        "budget": st.integers(0, 3000),
        "min_rating": st.integers(1, 5),
        "quantity": st.integers(1, 99),
        "attributes": st.dictionaries(TEXTS, TEXTS, max_size=3),
        "exclude": st.dictionaries(TEXTS, TEXTS, max_size=3),
        "slots": st.lists(TEXTS, max_size=4),
        "references": st.lists(TEXTS, max_size=3),
        "edits": st.lists(
            st.fixed_dictionaries(
                {"op": st.sampled_from(["swap", "add", "lock", "set_budget"])},
                optional={"slot": TEXTS, "attributes": st.dictionaries(TEXTS, TEXTS, max_size=2)},
            ),
            max_size=3,
        ),
    },
)
NAMES = st.sampled_from(["find_product", "find_bundle", "refine", "edit_bundle", "cart", "track_order"])


@given(st.one_of(TEXTS, st.text(max_size=60)), NAMES, ARGUMENTS, st.sampled_from([NOTHING, PRODUCTS]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_model_writes_nothing_unsaid_is_kept(
    text: str, name: str, arguments: dict[str, Any], shown: Shown
) -> None:
    try:
        intent = understood(text, name, shown, **arguments)
    except ModelNonsense:
        return
    if intent.language != "en":
        return
    history = "" if shown is NOTHING else " ".join(card.title for card in shown.products)
    said = Said(f"{text} {history}", ENGLISH)
    before = shown.intent.constraints.attributes if shown.intent else {}
    for values in (intent.constraints.attributes, *(edit.attributes for edit in intent.edits)):
        for field, value in values.items():
            assert before.get(field) == value or said.all(value)
    for excluded in intent.constraints.exclude:
        assert said.all(excluded.value)
    if intent.constraints.brand:
        assert said.all(intent.constraints.brand)
