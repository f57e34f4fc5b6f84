import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.intent import SERVICE_INTENTS, SHOPPING_INTENTS, Edit, Excluded, Intent
from assistant.llm import ModelNonsense, ModelUnavailable
from assistant.understanding import CALL_SCHEMA, Call, brief, parse_call, understand, understanding_messages
from assistant.values import Shown
from tests.scripted import ScriptedModel
from tests.shown import BUNDLES, NOTHING, PRODUCTS, usd
from tests.vocabularies import CAMPING, OCCASIONS


def understood(name: str, shown: Shown = NOTHING, text: str = "a message", **arguments: object) -> Intent:
    model = ScriptedModel([json.dumps({"name": name, "arguments": arguments})])
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


def test_a_category_is_found_by_its_last_part() -> None:
    assert understood("find_product", category="tents").constraints.category == "Camping > Tents"


def test_what_the_shop_does_not_have_goes_into_the_words_to_search_for() -> None:
    intent = understood(
        "find_product", query="warm", category="submarines", brand="Nobody", attributes={"colour": "octarine"}
    )
    assert intent.constraints.category is None
    assert intent.constraints.brand is None
    assert intent.constraints.attributes == {}
    assert intent.query == "warm submarines Nobody octarine"


def test_a_value_is_written_as_the_catalogue_writes_it() -> None:
    attributes = understood(
        "find_product", attributes={"Color": "SKY BLUE", "power": "65w"}
    ).constraints.attributes
    assert attributes == {"colour": "sky blue", "power": "65 W"}


def test_a_value_may_be_a_part_of_the_catalogues_value() -> None:
    assert understood("find_product", attributes={"colour": "green"}).constraints.attributes == {
        "colour": "green"
    }


def test_an_exclusion_without_an_attribute_is_one_of_words() -> None:
    excluded = understood(
        "find_product", exclude={"material": "nylon", "smell": "lavender"}
    ).constraints.exclude
    assert excluded == (Excluded("material", "nylon"), Excluded("text", "lavender"))


def test_references_are_resolved_by_code() -> None:
    intent = understood("compare", PRODUCTS, references=["the second one", "the Kestrel", "the ninth one"])
    assert [(each.text, each.product_id) for each in intent.references] == [
        ("the second one", "p2"),
        ("the Kestrel", "p3"),
        ("the ninth one", None),
    ]


def test_an_edit_is_held_against_the_bundle_shown() -> None:
    edits = [{"op": "swap", "slot": "stove", "cheaper": True}, {"op": "remove", "slot": "piano"}]
    assert understood("edit_bundle", BUNDLES, edits=edits).edits == (
        Edit("swap", slot="stove", cheaper=True),
    )


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
