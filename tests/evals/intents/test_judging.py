"""An answer is held against what a case names: exactly there, and nowhere else."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evals.intents.judging import MEASURES, judged, nearest, wrong_constraints


def money(amount: int, currency: str = "USD") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


CONSTRAINTS = st.fixed_dictionaries(
    {},
    optional={
        "category": st.sampled_from(["Fishing > Reels", "ring", "violin string"]),
        "brand": st.sampled_from(["Aurelle", "Kolben"]),
        "max_price": st.integers(1, 10**6).map(money),
        "min_rating": st.sampled_from([3, 4, 4.5]),
        "available": st.just(True),
        "quantity": st.integers(2, 40),
        "attributes": st.dictionaries(
            st.sampled_from(["colour", "Size"]), st.sampled_from(["red", "XL", "65 W"]), max_size=2
        ),
        "exclude": st.lists(
            st.sampled_from([{"field": "colour", "value": "pink"}, {"field": "text", "value": "nuts"}]),
            max_size=2,
            unique_by=str,
        ),
        "occasion": st.sampled_from(["prom", "Easter hunt"]),
    },
)


@given(CONSTRAINTS)
def test_the_expected_answer_is_right(constraints: dict[str, Any]) -> None:
    assert wrong_constraints(constraints, constraints) == frozenset()


@given(CONSTRAINTS, CONSTRAINTS)
def test_what_is_wrong_one_way_is_wrong_the_other_way(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert wrong_constraints(one, other) == wrong_constraints(other, one)


@given(CONSTRAINTS, CONSTRAINTS)
def test_what_an_earlier_turn_asked_for_is_no_error(new: dict[str, Any], before: dict[str, Any]) -> None:
    merged = {**before, **new}
    if "attributes" in before and "attributes" in new:
        merged["attributes"] = {**before["attributes"], **new["attributes"]}
    assert wrong_constraints(new, merged, [before]) == frozenset()


def test_a_constraint_nobody_asked_for_is_an_error() -> None:
    given_ = {"category": "ring", "attributes": {"colour": "gold"}}
    assert wrong_constraints({"category": "rings"}, given_) == {"attributes.colour"}
    assert wrong_constraints({"category": "rings"}, given_, [{"attributes": {"colour": "silver"}}])


def test_one_of_a_thing_is_what_nobody_needs_to_say() -> None:
    assert wrong_constraints({}, {"quantity": 1}) == frozenset()
    assert wrong_constraints({}, {"quantity": 2}) == {"quantity"}


def test_a_measure_abstains_where_nothing_is_expected() -> None:
    verdicts = judged({"intent": "greet"}, {"intent": "greet", "constraints": {"brand": "x"}})
    assert verdicts == {**dict.fromkeys(MEASURES), "intent": True}


def test_only_the_expected_constraints_of_a_partial_case_are_judged() -> None:
    expected = {"intent": "find_product", "constraints": {"min_price": money(100)}}
    answer = {"intent": "find_product", "constraints": {"min_price": money(100), "category": "soap"}}
    assert judged(expected, answer, partial=True)["constraints"]
    assert not judged(expected, answer)["constraints"]


def slots(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"intent": "find_bundle", "slots": list(listed)}


def test_slots_are_a_set_of_words_counts_and_needs() -> None:
    wanted = slots({"query": "lab coat in M", "quantity": 2, "required": True}, {"query": "goggles"})
    right = slots(
        {"name": "g", "query": "Goggles", "quantity": 1, "required": False},
        {"name": "coat", "query": "M lab coat", "quantity": 2, "required": True},
    )
    assert judged(wanted, right)["slots"]
    right["slots"][1]["quantity"] = 1
    assert not judged(wanted, right)["slots"]


def test_a_part_nobody_named_is_an_error() -> None:
    assert not judged(slots(), slots({"query": "tank"}))["slots"]
    assert judged(slots(), {"intent": "find_bundle"})["slots"]


def test_two_slots_of_one_kind_need_two_partners() -> None:
    assert not judged(slots({"query": "wig"}, {"query": "wig"}), slots({"query": "wig"}))["slots"]


def test_a_slot_without_words_only_counts() -> None:
    assert judged(slots({}, {}), slots({"query": "a"}, {"query": "b"}))["slots"]
    assert not judged(slots({}, {}), slots({"query": "a"}))["slots"]


def pointing(*references: dict[str, Any]) -> dict[str, Any]:
    return {"intent": "cart", "references": list(references)}


def test_a_reference_is_the_thing_where_the_case_names_it() -> None:
    wanted = pointing({"text": "the halo ring", "product_id": "p2"})
    assert judged(wanted, pointing({"text": "halo", "product_id": "p2"}))["references"]
    assert not judged(wanted, pointing({"text": "the halo ring", "product_id": "p1"}))["references"]


def test_a_reference_is_its_words_where_the_case_names_no_thing() -> None:
    wanted = pointing({"text": "the second one"})
    assert judged(wanted, pointing({"text": "that second one", "product_id": "p9"}))["references"]
    assert not judged(wanted, pointing())["references"]


def test_one_thing_pointed_at_twice_is_one() -> None:
    twice = pointing({"text": "it", "product_id": "p1"}, {"text": "the ring", "product_id": "p1"})
    assert judged(pointing({"text": "it", "product_id": "p1"}), twice)["references"]


def test_entities_are_all_of_them_and_no_more() -> None:
    wanted = {"intent": "track_order", "entities": {"order_id": "GH-7720"}}
    assert judged(wanted, {"intent": "track_order", "entities": {"order_id": "gh-7720"}})["entities"]
    more = {"order_id": "gh-7720", "person_name": "Ben"}
    assert not judged(wanted, {"intent": "track_order", "entities": more})["entities"]
    assert not judged({"intent": "review", "entities": {}}, {"intent": "review", "entities": more})[
        "entities"
    ]


def test_edits_are_in_order_and_name_what_the_case_names() -> None:
    wanted = {
        "intent": "edit_bundle",
        "edits": [{"op": "lock", "slot": "tank"}, {"op": "set_budget", "budget": money(15000)}],
    }
    right = {
        "edits": [
            {"op": "lock", "slot": "tank", "cheaper": False},
            {"op": "set_budget", "budget": money(15000)},
        ]
    }
    assert judged(wanted, right)["edits"]
    assert not judged(wanted, {"edits": right["edits"][::-1]})["edits"]
    assert not judged(wanted, {"edits": right["edits"][:1]})["edits"]


def test_an_edit_of_everything_is_not_one_of_a_part() -> None:
    wanted = {"intent": "edit_bundle", "edits": [{"op": "swap", "cheaper": True}]}
    assert not judged(wanted, {"edits": [{"op": "swap", "slot": "tank", "cheaper": True}]})["edits"]


def test_of_two_right_answers_the_nearer_one_judges() -> None:
    one = {"intent": "find_product", "constraints": {"category": "guitar"}}
    other = {"intent": "find_product", "constraints": {"category": "left handed guitar"}}
    expected, verdicts = nearest([one, other], other)
    assert expected is other
    assert all(verdict is not False for verdict in verdicts.values())
