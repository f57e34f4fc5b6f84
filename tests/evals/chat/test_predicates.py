"""A condition on a product is read from its record, in the variant that was shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.chat.predicates import holds, values_of

RECORD: dict[str, Any] = {
    "id": "kite-1",
    "title": "Stormy Delta Kite",
    "brand": "Aerolo",
    "categories": ["Outdoor > Kites", "Gifts"],
    "tags": ["wind", "beach"],
    "rating": {"value": 4.4, "count": 12},
    "attributes": {"Wing Span": "160 cm", "waterproof": "yes"},
    "variants": [
        {
            "id": "red",
            "price": {"amount": 2500, "currency": "USD"},
            "availability": {"status": "in_stock", "quantity": 3},
            "options": {"Colour": "Red"},
        },
        {
            "id": "blue",
            "price": {"amount": 3100, "currency": "USD"},
            "list_price": {"amount": 4000, "currency": "USD"},
            "availability": {"status": "out_of_stock", "quantity": 0},
            "options": {"Colour": "Blue"},
        },
    ],
}


@pytest.mark.parametrize(
    ("predicate", "red", "blue"),
    [
        ({"brand": " aerolo"}, True, True),
        ({"price": {"op": "le", "value": {"amount": 2500, "currency": "USD"}}}, True, False),
        ({"price": {"op": "gt", "value": 2500}}, False, True),
        ({"list_price": {"op": "ge", "value": 1}}, False, True),
        ({"availability.available": True}, True, False),
        ({"availability.status": "out_of_stock"}, False, True),
        ({"availability.quantity": {"op": "lt", "value": 1}}, False, True),
        ({"options.colour": "blue"}, False, True),
        ({"attributes.colour": "red"}, True, False),
        ({"attributes.wing span": {"op": "ge", "value": 150}}, True, True),
        ({"attributes.waterproof": {"op": "ne", "value": "no"}}, True, True),
        ({"attributes.material": {"op": "ne", "value": "silk"}}, True, True),
        ({"attributes.material": "silk"}, False, False),
        ({"category": "Outdoor"}, True, True),
        ({"category": "kites"}, True, True),
        ({"category": "Outdoor > Kites"}, True, True),
        ({"category": {"op": "in", "value": ["Boats", "Gifts"]}}, True, True),
        ({"category": {"op": "ne", "value": "kites"}}, False, False),
        ({"title": {"op": "contains", "value": "delta"}}, True, True),
        ({"tags": "beach"}, True, True),
        ({"rating.value": {"op": "ge", "value": 4.4}}, True, True),
        ({"product_id": "kite-1", "variant_id": "red"}, True, False),
        ({"brand": "aerolo", "options.colour": "red"}, True, False),
        ({}, True, True),
    ],
)
def test_a_predicate_holds_of_the_shown_variant(predicate: dict[str, Any], red: bool, blue: bool) -> None:
    assert (holds(predicate, RECORD, "red"), holds(predicate, RECORD, "blue")) == (red, blue)


def test_a_product_without_a_record_meets_nothing_that_is_asked_of_it() -> None:
    assert not holds({"price": {"op": "le", "value": 10**9}}, {}, "red")
    assert not holds({"brand": "aerolo"}, {}, "red")


def test_a_variant_that_is_not_there_has_no_price() -> None:
    assert values_of("price", RECORD, "green") == []


@given(st.integers(0, 10_000))
def test_an_order_and_its_opposite_never_both_hold(amount: int) -> None:
    under = holds({"price": {"op": "lt", "value": amount}}, RECORD, "red")
    over = holds({"price": {"op": "ge", "value": amount}}, RECORD, "red")
    assert under != over
