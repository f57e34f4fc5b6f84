"""The cart over HTTP: one's own, with today's prices."""

from typing import Any

import pytest

from tests.web.world import World


def add(world: World, who: dict[str, str], **body: Any) -> Any:
    return world.client.post("/v1/cart/items", json=body, headers=who)


def test_a_new_cart_is_empty(world: World) -> None:
    cart = world.client.get("/v1/cart", headers=world.session()).json()

    nothing = {"amount": 0, "currency": "USD"}
    assert cart == {"lines": [], "subtotal": nothing, "total": nothing, "discounts": []}


def test_what_is_added_stands_there_with_its_total(world: World) -> None:
    answer = add(world, world.session(), product_id="tent", variant_id="tent-v", quantity=2)

    assert answer.status_code == 201
    line = answer.json()["lines"][0]
    assert (line["quantity"], line["product"]["product_id"]) == (2, "tent")
    assert line["total"] == answer.json()["total"] == {"amount": 29_800, "currency": "USD"}


def test_a_product_without_a_variant_is_its_cheapest_that_can_be_bought(world: World) -> None:
    line = add(world, world.session(), product_id="stove").json()["lines"][0]

    assert line["product"]["variant_id"] == "stove-v"


def test_a_line_is_changed_and_taken_out(world: World) -> None:
    who = world.session()
    line = add(world, who, variant_id="tent-v").json()["lines"][0]["id"]

    changed = world.client.patch(f"/v1/cart/items/{line}", json={"quantity": 3}, headers=who)
    removed = world.client.delete(f"/v1/cart/items/{line}", headers=who)

    assert changed.json()["lines"][0]["quantity"] == 3
    assert removed.json()["lines"] == []


def test_more_than_there_is_in_stock_is_409_with_what_is_left(world: World) -> None:
    who = world.session()
    add(world, who, variant_id="tent-v", quantity=3)

    answer = add(world, who, variant_id="tent-v", quantity=3)

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "out_of_stock"
    assert answer.json()["available"] == 5
    assert world.client.get("/v1/cart", headers=who).json()["lines"][0]["quantity"] == 3


def test_a_sold_out_variant_cannot_be_added(world: World) -> None:
    assert add(world, world.session(), variant_id="lantern-v").status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({}, 422, None),
        ({"variant_id": None}, 422, None),
        ({"variant_id": "none"}, 404, "variant_id"),
        ({"product_id": "none"}, 404, "product_id"),
        ({"product_id": "stove", "variant_id": "tent-v"}, 404, "variant_id"),
        ({"variant_id": "tent-v", "quantity": 0}, 422, "quantity"),
        ({"variant_id": "tent-v", "quantity": -1}, 422, "quantity"),
        ({"variant_id": "tent-v", "quantity": 1001}, 422, "quantity"),
        ({"variant_id": "tent-v", "price": 1}, 422, "price"),
    ],
)
def test_what_cannot_be_added_says_why(world: World, body: Any, status: int, param: str | None) -> None:
    answer = add(world, world.session(), **body)

    assert answer.status_code == status
    assert answer.json()["error"].get("param") == param


def test_a_line_of_somebody_elses_cart_is_404(world: World) -> None:
    line = add(world, world.session(), variant_id="tent-v").json()["lines"][0]["id"]
    who = world.session()

    assert world.client.patch(f"/v1/cart/items/{line}", json={"quantity": 2}, headers=who).status_code == 404
    assert world.client.delete(f"/v1/cart/items/{line}", headers=who).status_code == 404
