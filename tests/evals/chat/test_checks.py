"""Each expectation of a turn is one check, and no expectation is none."""

from typing import Any

import pytest

from evals.chat.checks import Seen, checks, clashes, subset


def product(key: str, title: str, cents: int, **more: Any) -> dict[str, Any]:
    variant = {
        "id": "v",
        "price": {"amount": cents, "currency": "USD"},
        "availability": {"status": "in_stock"},
        "options": {},
    }
    return {"id": key, "title": title, "categories": [], "variants": [variant], **more}


RECORDS = {
    "pump": product("pump", "Foot Pump", 1900, requires={"valve": "schrader"}),
    "tube": product("tube", "Wide Tube", 700, provides={"valve": ["presta"]}),
    "ring": product("ring", "Sealing Ring", 200, provides={"valve": ["presta", "schrader"]}),
}


def card(key: str) -> dict[str, Any]:
    return {"product_id": key, "variant_id": "v", "title": RECORDS[key]["title"]}


def bundle(*keys: str, total: int = 2600) -> dict[str, Any]:
    items = [{"slot": key, "quantity": 1, "product": card(key)} for key in keys]
    return {"id": "b", "items": items, "total": {"amount": total, "currency": "USD"}}


def seen(**reply: Any) -> Seen:
    return Seen(200, {"content": "Here you are.", **reply}, RECORDS, "pending")


def held(expect: dict[str, Any], turn: Seen) -> dict[str, bool]:
    return {check.name: check.held for check in checks(expect, turn)}


def test_where_nothing_is_expected_only_an_answer_is() -> None:
    assert held({}, seen()) == {"answered": True}
    assert held({}, Seen(503, {})) == {"answered": False}


def test_a_number_is_the_http_status_and_a_word_the_conversations() -> None:
    assert held({"status": 409}, Seen(409, {})) == {"status": True}
    assert held({"status": "open"}, seen()) == {"answered": True, "status": False}


@pytest.mark.parametrize(
    ("expect", "right", "wrong"),
    [
        ({"intent": "cart"}, {"intent": {"name": "cart"}}, {"intent": {"name": "greet"}}),
        ({"question": True}, {"question": {"text": "What for?"}}, {}),
        ({"question": False}, {}, {"question": {"text": "What for?"}}),
        ({"citation": "returns.md"}, {"citations": [{"source": "returns.md"}]}, {"citations": []}),
        ({"infeasible": True}, {}, {"bundles": [bundle("pump")]}),
        ({"required": ["YOU are"]}, {}, {"content": "There."}),
        ({"forbidden": ["there"]}, {}, {"content": "There."}),
        ({"products": {"min": 1}}, {"products": [card("pump")]}, {"products": []}),
        ({"products": {"all": {"price": {"op": "lt", "value": 2000}}}}, {"products": [card("pump")]}, {}),
        ({"products": {"any": {"product_id": "tube"}}}, {"products": [card("tube"), card("pump")]}, {}),
        ({"products": {"none": {"product_id": "tube"}}}, {}, {"products": [card("tube")]}),
        ({"bundle": {"min": 1}}, {"bundles": [bundle("pump")]}, {}),
        (
            {"bundle": {"total_max": 2600}},
            {"bundles": [bundle("pump")]},
            {"bundles": [bundle("pump", total=2601)]},
        ),
        ({"bundle": {"slots": ["Pumps"]}}, {"bundles": [bundle("pump")]}, {"bundles": [bundle("tube")]}),
        (
            {"bundle": {"compatible": True}},
            {"bundles": [bundle("pump", "ring")]},
            {"bundles": [bundle("pump", "tube")]},
        ),
        (
            {"tools": [{"name": "search_products", "arguments": {"filters": {"brand": "aerolo"}}}]},
            {
                "tool_calls": [
                    {"name": "search_products", "arguments": {"filters": {"brand": "Aerolo", "x": 1}}}
                ]
            },
            {"tool_calls": [{"name": "search_products", "arguments": {}}]},
        ),
    ],
)
def test_an_expectation_holds_of_the_right_turn_only(
    expect: dict[str, Any], right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    assert all(held(expect, seen(**right)).values())
    assert not all(held(expect, seen(**wrong)).values())


def test_nothing_shown_meets_no_condition_on_all() -> None:
    assert not held({"products": {"all": {}}}, seen())["products all"]


def test_a_clash_is_between_a_requirement_and_another_value_of_its_fact() -> None:
    assert list(clashes(bundle("pump", "tube"), RECORDS)) != []
    assert list(clashes(bundle("pump", "ring"), RECORDS)) == []
    assert list(clashes(bundle("ring", "tube"), RECORDS)) == []


def test_a_subset_may_leave_out_fields_and_order() -> None:
    assert subset({"a": [{"b": "X"}]}, {"a": [{"c": 1}, {"b": "x", "d": 2}], "e": 3})
    assert not subset({"a": 1}, {"a": 2})
    assert not subset({"a": 1}, {})
    assert not subset({"a": {}}, {"a": 5})
