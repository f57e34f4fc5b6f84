"""Edits that a message's clauses tell, where the model heard some of them or mixed them up."""

import json
from typing import Any

import pytest

from assistant.intent import Edit
from assistant.understanding import understand
from assistant.values import Shown
from tests.scripted import ScriptedModel
from tests.shown import BUNDLES, NOTHING, PRODUCTS
from tests.vocabularies import CAMPING, OCCASIONS


def edited(text: str, *edits: dict[str, Any], shown: Shown = BUNDLES) -> tuple[Edit, ...]:
    model = ScriptedModel([json.dumps({"name": "edit_bundle", "arguments": {"edits": list(edits)}})])
    asked = {"vocabulary": CAMPING, "occasions": OCCASIONS, "currency": "USD"}
    return understand(model, text, shown=shown, **asked).edits  # type: ignore[arg-type]


def ops(*args: Any, **named: Any) -> list[tuple[str, str | None]]:
    return [(edit.op, edit.slot) for edit in edited(*args, **named)]


def test_an_edit_that_the_call_left_out_is_added_where_the_message_has_it() -> None:
    text = "keep the tent, drop the stove"
    assert ops(text, {"op": "remove", "slot": "stove"}) == [("lock", "tent"), ("remove", "stove")]
    assert ops(text, {"op": "lock", "slot": "tent"}) == [("lock", "tent"), ("remove", "stove")]


def test_one_verb_is_for_all_the_parts_that_it_lists() -> None:
    expected = [("remove", "stove"), ("remove", "lantern")]
    assert ops("get rid of the stove and the lantern", {"op": "remove", "slot": "stove"}) == expected


def test_a_part_that_is_not_to_change_is_kept() -> None:
    assert ops("don't change the stove", {"op": "swap", "slot": "stove"}) == [("lock", "stove")]


def test_a_part_that_is_wanted_in_another_parts_place_is_put_right() -> None:
    assert ops(
        "don't change the stove but give me another tent",
        {"op": "swap", "slot": "stove", "query": "another tent"},
    )[0] == ("lock", "stove")


def test_what_the_model_heard_beyond_the_clauses_stays() -> None:
    (edit,) = edited("keep the stove but a quieter one", {"op": "swap", "slot": "stove", "query": "quieter"})
    assert (edit.op, edit.query) == ("swap", "quieter")


def test_a_budget_and_an_addition_are_not_told_twice() -> None:
    told = ops(
        "add a mug and make it $200",
        {"op": "add", "slot": "mug"},
        {"op": "set_budget", "budget": 200},
    )
    assert [op for op, _ in told] == ["add", "set_budget"]


@pytest.mark.parametrize("shown", [NOTHING, PRODUCTS])
def test_nothing_is_edited_where_no_bundle_was_shown(shown: Shown) -> None:
    assert edited("drop the stove", {"op": "remove", "slot": "stove"}, shown=shown) == ()


def test_an_edit_of_a_part_that_nobody_named_is_of_the_one_that_was() -> None:
    (edit,) = edited(
        "the stove needs to be black", {"op": "swap", "slot": "tent", "attributes": {"colour": "black"}}
    )
    assert (edit.slot, edit.attributes) == ("stove", {"colour": "black"})


def test_leaving_out_is_no_leaving_in() -> None:
    assert ops("leave out the stove and the lantern", {"op": "remove", "slot": "stove"}) == [
        ("remove", "stove"),
        ("remove", "lantern"),
    ]


def test_what_must_stay_is_kept() -> None:
    assert ops("the stove must stay. drop the lantern", {"op": "remove", "slot": "lantern"}) == [
        ("lock", "stove"),
        ("remove", "lantern"),
    ]


def test_two_parts_are_kept_and_all_others_swapped() -> None:
    told = ops("keep tent and stove, everything else cheaper", {"op": "lock", "slot": "tent"})
    assert told[:2] == [("lock", "tent"), ("lock", "stove")]


def test_one_thing_in_place_of_a_part_is_one_swap() -> None:
    (edit,) = edited(
        "a headlamp in place of the lantern",
        {"op": "add", "query": "headlamp"},
        {"op": "remove", "slot": "lantern"},
    )
    assert (edit.op, edit.slot, edit.query) == ("swap", "lantern", "headlamp")


def test_to_have_one_is_no_budget() -> None:
    assert ops("get rid of the stove, i have one", {"op": "remove", "slot": "stove"}) == [("remove", "stove")]


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("only one stove please", 1),
        ("make it three stoves", 3),
        ("change the stoves to 2", 2),
        ("i need 3 stoves", 3),
    ],
)
def test_another_number_of_a_part_that_is_there_is_no_addition(text: str, many: int) -> None:
    for written in ({"op": "add", "query": "stove"}, {"op": "swap", "slot": "stove"}):
        assert edited(text, written) == (Edit("swap", slot="stove", quantity=many),)


@pytest.mark.parametrize("text", ["add one stove", "one more stove please"])
def test_one_more_of_a_part_is_added(text: str) -> None:
    assert edited(text, {"op": "add", "query": "stove", "quantity": 1})[0].op == "add"


def test_a_number_of_people_is_no_number_of_parts() -> None:
    (edit,) = edited("a stove for 3", {"op": "swap", "slot": "stove", "query": "for 3"})
    assert edit.quantity is None
