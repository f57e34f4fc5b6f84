import json
import math
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.intent import SERVICE_INTENTS, SHOPPING_INTENTS, Constraints, Edit, Excluded, Intent, Slot
from assistant.llm import ModelNonsense, ModelUnavailable, Piece, Written
from assistant.understanding import CALL_SCHEMA, Call, brief, parse_call, understand, understanding_messages
from assistant.values import IntentView, Shown
from tests.scripted import ScriptedModel
from tests.shown import BUNDLES, NOTHING, PRODUCTS, usd
from tests.vocabularies import CAMPING, OCCASIONS


def leaves(value: object) -> list[str]:
    """Every text and number of a value, and the names within it, each in quotes."""
    if isinstance(value, dict):
        return [each for pair in value.items() for part in pair for each in leaves(part)]
    if isinstance(value, list | tuple):
        return [each for part in value for each in leaves(part)]
    return [f'"{value}"']


def understood(name: str, shown: Shown = NOTHING, **arguments: object) -> Intent:
    """What becomes of a call, written for a message that says all of the call."""
    raw = json.dumps({"name": name, "arguments": arguments})
    text = ". ".join(["hello", *re.findall(r'[^"?]{2,}|\d+', " ".join(leaves(list(arguments.values()))))])
    model = ScriptedModel([raw])
    return understand(model, text, shown=shown, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")


def test_a_call_becomes_an_intent() -> None:
    intent = understood(
        "find_bundle",
        budget=300,
        occasion="camping",
        party={"kids": 2, "adults": 1},
        slots=["tent", "2 sleeping bag", "tent"],
    )
    assert intent.name == "find_bundle"
    assert intent.constraints.budget == usd(30000)
    assert intent.constraints.occasion == "camping trip"
    assert intent.party == {"kids": 2, "adults": 1}
    assert [(slot.name, slot.query, slot.quantity) for slot in intent.slots] == [
        ("tent", "tent", 1),
        ("sleeping_bag", "sleeping bag", 2),
        ("tent_2", "tent", 1),
    ]


@pytest.mark.parametrize(
    ("text", "kids", "party"),
    [
        ("I'm taking two kids camping", 2, {"kids": 2, "adults": 1}),
        ("camping things for two kids", 2, {"kids": 2}),
        ("I'm taking two kids camping", 3, {"kids": 3}),
    ],
)
def test_whoever_takes_others_along_comes_too(text: str, kids: int, party: dict[str, int]) -> None:
    model = ScriptedModel([json.dumps({"name": "find_bundle", "arguments": {"party": {"kids": kids}}})])
    intent = understand(model, text, shown=NOTHING, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")
    assert intent.party == party


def test_a_category_is_found_by_its_last_part() -> None:
    assert understood("find_product", category="tents").constraints.category == "Camping > Tents"


def test_what_belongs_to_a_kind_of_thing_is_not_that_thing() -> None:
    pole = understood("find_product", category="tent pole")
    assert (pole.constraints.category, pole.query) == (None, "tent pole")
    assert understood("find_product", category="tents for two").constraints.category == "Camping > Tents"
    assert understood("find_product", category="family tent").constraints.category == "Camping > Tents"


def test_what_the_shop_does_not_have_goes_into_the_words_to_search_for() -> None:
    intent = understood(
        "find_product", query="warm", category="submarines", brand="Nobody", attributes={"colour": "octarine"}
    )
    assert intent.constraints.category is None
    assert intent.constraints.brand is None
    assert intent.constraints.attributes == {}
    assert intent.query == "warm submarines Nobody octarine"


def test_a_brand_that_stands_in_the_kind_of_thing_is_one() -> None:
    constraints = understood("find_product", category="northfell tents").constraints
    assert (constraints.category, constraints.brand) == ("Camping > Tents", "Northfell")


def test_a_value_is_written_as_the_catalogue_writes_it() -> None:
    attributes = understood(
        "find_product", attributes={"Color": "SKY BLUE", "power": "65w"}
    ).constraints.attributes
    assert attributes == {"colour": "sky blue", "power": "65 W"}


def test_a_value_may_be_a_part_of_the_catalogues_value() -> None:
    assert understood("find_product", attributes={"colour": "green"}).constraints.attributes == {
        "colour": "green"
    }


def read_as(text: str, **arguments: object) -> tuple[Excluded, ...]:
    """What a message rules out, where the model writes these arguments."""
    model = ScriptedModel([json.dumps({"name": "find_product", "arguments": arguments})])
    intent = understand(model, text, shown=NOTHING, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")
    return intent.constraints.exclude


def test_an_exclusion_without_an_attribute_is_one_of_words() -> None:
    excluded = read_as("no nylon, no lavender", exclude={"material": "nylon", "smell": "lavender"})
    assert excluded == (Excluded("material", "nylon"), Excluded("text", "lavender"))


def test_references_are_resolved_by_code() -> None:
    intent = understood("compare", PRODUCTS, references=["the second one", "the Kestrel", "the ninth one"])
    assert [(each.text, each.product_id) for each in intent.references] == [
        ("the second one", "p2"),
        ("the Kestrel", "p3"),
        ("the ninth one", None),
    ]


@pytest.mark.parametrize(
    "text", ["add it all to my cart", "put all of it in the cart please", "i'll take the whole set"]
)
@pytest.mark.parametrize("after", [BUNDLES, replace(BUNDLES, products=PRODUCTS.products[:1])])
def test_all_of_it_is_the_set_though_the_model_writes_it_alone(text: str, after: Shown) -> None:
    pointed = "the whole set" if "set" in text else "it"
    call = Call.model_validate({"name": "cart", "arguments": {"references": [pointed], "cart": "add"}})
    intent = understand(
        ScriptedModel([call.model_dump_json(exclude_defaults=True)]),
        text,
        shown=after,
        vocabulary=CAMPING,
        occasions=OCCASIONS,
        currency="USD",
    )
    [reference] = intent.references
    assert (reference.bundle_id, reference.product_id) == (BUNDLES.bundles[0].id, None)


def test_an_edit_is_held_against_the_bundle_shown() -> None:
    edits = [{"op": "swap", "slot": "stove", "cheaper": True}, {"op": "remove", "slot": "piano"}]
    assert understood("edit_bundle", BUNDLES, edits=edits).edits == (
        Edit("swap", slot="stove", cheaper=True),
    )


def test_an_edit_of_a_part_that_is_not_there_stays_as_it_was_said() -> None:
    edits = [{"op": "remove", "slot": "piano"}]
    assert understood("edit_bundle", BUNDLES, edits=edits).edits == (Edit("remove", slot="piano"),)


def test_the_rest_is_a_swap_without_a_part() -> None:
    edits = [{"op": "lock", "slot": "tent"}, {"op": "swap", "cheaper": True}]
    assert understood("edit_bundle", BUNDLES, edits=edits).edits == (
        Edit("lock", slot="tent"),
        Edit("swap", cheaper=True),
    )


def test_an_edit_where_no_bundle_was_shown_changes_the_wish() -> None:
    edits = [{"op": "swap", "attributes": {"colour": "green"}}, {"op": "set_budget", "budget": 90}]
    intent = understood("edit_bundle", PRODUCTS, edits=edits)
    assert (intent.name, intent.edits) == ("refine", ())
    assert intent.constraints.attributes["colour"] == "green"
    assert intent.constraints.max_price == usd(9000)


def test_an_amount_named_loosely_bounds_to_both_sides() -> None:
    constraints = understood("find_product", category="tents", about=80).constraints
    assert (constraints.min_price, constraints.max_price) == (usd(6400), usd(9600))


def test_several_values_are_excluded_one_by_one() -> None:
    excluded = read_as("not red or blue", exclude={"colour": "red, blue"})
    assert [each.value for each in excluded] == ["red", "blue"]


def test_a_part_with_a_question_mark_may_be_missing() -> None:
    slots = understood("find_bundle", slots=["tent", "2 lantern?", "?"]).slots
    assert [(slot.name, slot.quantity, slot.required) for slot in slots] == [
        ("tent", 1, True),
        ("lantern", 2, False),
    ]


def before(name: str, query: str = "", **constraints: Any) -> IntentView:
    return IntentView(name, 0.9, "en", Constraints(**constraints))


def test_a_refined_search_keeps_what_was_asked() -> None:
    asked = before("find_product", category="Camping > Tents", attributes={"colour": "green"})
    shown = replace(PRODUCTS, intent=asked, query="light")
    intent = understood("refine", shown, max_price=150, query="bigger")
    assert intent.query == "bigger light"
    assert intent.constraints.category == "Camping > Tents"
    assert intent.constraints.attributes == {"colour": "green"}
    assert intent.constraints.max_price == usd(15000)


def test_another_kind_of_thing_takes_the_place_of_the_words_before() -> None:
    shown = replace(PRODUCTS, intent=before("find_product"), query="light rucksack")
    assert understood("refine", shown, category="submarine").query == "submarine"


def test_a_budget_that_was_asked_for_completes_the_bundle() -> None:
    shown = replace(NOTHING, intent=before("find_bundle", occasion="camping trip"), query="camping trip")
    intent = understood("find_bundle", shown, budget=300)
    assert intent.constraints.occasion == "camping trip"
    assert intent.constraints.budget == usd(30000)
    assert intent.query == "camping trip"


def test_the_same_need_for_others_keeps_its_parts() -> None:
    asked = replace(before("find_bundle", budget=usd(30000)), slots=(Slot("tent", "tent"),))
    intent = understood("find_bundle", replace(BUNDLES, intent=asked), party={"people": 6})
    assert [slot.name for slot in intent.slots] == ["tent"]
    assert (intent.party, intent.constraints.budget) == ({"people": 6}, usd(30000))


def test_a_new_need_takes_nothing_from_the_one_before() -> None:
    shown = replace(BUNDLES, intent=before("find_bundle", occasion="camping trip"), query="camping trip")
    intent = understood("find_bundle", shown, occasion="wedding")
    assert (intent.constraints.occasion, intent.query) == ("wedding", "")


def test_a_thing_that_was_named_and_never_shown_is_looked_for() -> None:
    intent = understood("product_question", query="weight", references=["the blue tent"])
    assert (intent.query, intent.references) == ("the blue tent", ())


def test_a_message_in_capitals_is_asked_in_small_letters() -> None:
    model = ScriptedModel(['{"name": "greet", "arguments": {}}'])
    understand(model, "HELLO THERE", shown=NOTHING, vocabulary=CAMPING, occasions=(), currency="USD")
    assert model.asked[0].messages[1].content == "message: hello there"


def test_how_sure_the_model_was_is_told() -> None:
    raw = '{"name": "greet", "arguments": {}}'
    pieces = [Piece('{"name": "greet"', math.log(0.6)), Piece(', "arguments": {}}', math.log(0.5))]
    model = ScriptedModel([Written(raw, pieces)])
    intent = understand(model, "hi", shown=NOTHING, vocabulary=CAMPING, occasions=(), currency="USD")
    assert intent.confidence == pytest.approx(0.6)


def test_a_cart_operation_counts_only_in_a_call_about_the_cart() -> None:
    assert understood("find_product", query="tent", cart="clear").cart is None
    assert understood("cart", cart="clear").cart == "clear"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "I would look for a tent.",
        '{"name": "find_product", "arguments": {',
        '{"name": "launch_rocket", "arguments": {}}',
        '{"arguments": {}}',
        '{"name": "find_product", "arguments": {"max_price": -5}}',
        '{"name": "find_product", "arguments": {"max_price": 1e300}}',
        '{"name": "find_product", "arguments": {"max_price": NaN}}',
        '{"name": "find_product", "arguments": {"colour": "blue"}}',
        '{"name": "find_bundle", "arguments": {"slots": ["a","b","c","d","e","f","g","h","i"]}}',
        '["find_product"]',
        "[" * 5000,
    ],
)
def test_anything_but_a_call_is_nonsense(raw: str) -> None:
    with pytest.raises(ModelNonsense):
        parse_call(raw)


def test_a_call_in_hermes_tags_is_read_too() -> None:
    assert parse_call('<tool_call>\n{"name": "greet", "arguments": {}}\n</tool_call>').name == "greet"


def test_a_model_that_is_down_is_said_to_be_so() -> None:
    model = ScriptedModel([ModelUnavailable("gone")])
    with pytest.raises(ModelUnavailable):
        understand(model, "hi", shown=NOTHING, vocabulary=CAMPING, occasions=(), currency="USD")


def test_what_is_taught_is_what_is_read() -> None:
    call = Call.model_validate(
        {"name": "find_bundle", "arguments": {"budget": 300, "slots": ["tent", "2 mug"]}}
    )
    assert (
        call.compact() == '{"name": "find_bundle", "arguments": {"budget": 300, "slots": ["tent", "2 mug"]}}'
    )
    assert parse_call(call.compact()) == call


def test_the_schema_offers_every_intent_once() -> None:
    properties = CALL_SCHEMA["properties"]
    assert isinstance(properties, dict)
    name = properties["name"]
    assert isinstance(name, dict)
    names = name["enum"]
    assert isinstance(names, list)
    assert len(names) == len(set(map(str, names)))
    assert set(names) == {*SHOPPING_INTENTS, *SERVICE_INTENTS}


def test_the_schema_uses_nothing_that_servers_disagree_on() -> None:
    text = json.dumps(CALL_SCHEMA)
    for word in ("$ref", "anyOf", "null", "title", "default"):
        assert f'"{word}"' not in text


def test_the_prompt_is_a_fixed_instruction_and_then_history_and_message() -> None:
    first = understanding_messages("a tent", brief(PRODUCTS))
    second = understanding_messages("cheaper", "")
    assert first[0] == second[0]
    assert first[1].content.endswith("message: a tent")
    assert "2 Harbour 4 Family Tent $189.00" in first[1].content
    assert second[1].content == "message: cheaper"


def test_the_prompt_stays_short() -> None:
    messages = understanding_messages("swap the stove for something lighter and make it $200", brief(BUNDLES))
    words = sum(len(message.content.split()) for message in messages)
    assert words < 100


def test_a_very_long_message_is_cut_for_the_model() -> None:
    assert len(understanding_messages("tent " * 2000, "")[1].content) < 1000


@given(st.text(max_size=200))
def test_any_answer_is_a_call_or_nonsense(raw: str) -> None:
    try:
        assert parse_call(raw).name
    except ModelNonsense:
        return


@pytest.mark.parametrize(
    ("text", "product"),
    [("the sand tent", "p2"), ("the trekking tent in red", "p3"), ("harbour one", "p2"), ("2", "p2")],
)
def test_a_description_that_fits_one_of_those_shown_means_it(text: str, product: str) -> None:
    (reference,) = understood("product_question", PRODUCTS, references=[text]).references
    assert reference.product_id == product


@pytest.mark.parametrize("text", ["the red tent", "the tent 4", "7"])
def test_a_description_that_fits_none_or_several_points_nowhere(text: str) -> None:
    references = understood("product_question", PRODUCTS, references=[text]).references
    assert not any(each.product_id for each in references)
