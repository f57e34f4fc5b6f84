"""Search and products over HTTP."""

from dataclasses import replace
from typing import Any

import pytest

from shop.catalogue import Catalogue
from shop.events import Rankings
from shop.money import Money
from tests.web.world import PRODUCTS, World, card


def search(world: World, who: dict[str, str] | None = None, **body: Any) -> Any:
    return world.client.post("/v1/search", json=body, headers=who or world.session())


def test_a_search_shows_cards_best_first_with_scores(world: World) -> None:
    answer = search(world, query="tent")

    assert answer.status_code == 200
    shown = answer.json()["products"]
    assert [each["product_id"] for each in shown] == ["small-tent", "tent"]
    assert shown[1] == card("tent") | {"reasons": ["title fits"], "score": shown[1]["score"]}
    assert shown[0]["score"] >= shown[1]["score"]
    assert answer.json()["took_ms"] >= 0
    assert "relaxed" not in answer.json()


def test_a_search_that_finds_nothing_is_an_empty_list(world: World) -> None:
    assert search(world, query="submarine").json()["products"] == []


def test_every_list_that_is_shown_writes_one_ranking_of_its_caller(world: World) -> None:
    who = world.session()
    ranking_id = search(world, who, query="tent").json()["ranking_id"]

    with world.database.read() as work:
        ranking = Rankings(work).get(ranking_id)

    assert ranking is not None
    assert [item.product_id for item in ranking.items] == ["small-tent", "tent"]
    assert {item.strategy for item in ranking.items} == {"words"}
    assert {item.propensity for item in ranking.items} == {1.0}
    assert ranking.query == "tent"


def test_a_price_that_changed_is_shown_as_it_is_now(world: World) -> None:
    with world.database.begin() as work:
        Catalogue(work).set_price("tent-v", Money(9_999, "USD"))

    shown = search(world, query="family").json()["products"]

    assert shown[0]["price"] == {"amount": 9_999, "currency": "USD"}


def test_a_product_that_left_the_catalogue_is_not_shown(world: World) -> None:
    with world.database.begin() as work:
        Catalogue(work).remove(["tent"])

    assert [each["product_id"] for each in search(world, query="tent").json()["products"]] == ["small-tent"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"price": {"max": {"amount": 10_000, "currency": "USD"}}}, ["small-tent"]),
        ({"price": {"min": {"amount": 10_000, "currency": "USD"}}}, ["tent"]),
        ({"categories": ["Camping > Stoves"]}, []),
        ({"available": True}, ["small-tent", "tent"]),
        ({}, ["small-tent", "tent"]),
    ],
)
def test_filters_are_passed_on(world: World, filters: Any, found: list[str]) -> None:
    shown = search(world, query="tent", filters=filters).json()["products"]

    assert [each["product_id"] for each in shown] == found


def test_a_limit_counts_products(world: World) -> None:
    assert len(search(world, query="tent", limit=1).json()["products"]) == 1


def test_an_amount_in_another_currency_is_422(world: World) -> None:
    answer = search(world, query="tent", filters={"price": {"max": {"amount": 1, "currency": "EUR"}}})

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "wrong_currency"
    assert answer.json()["error"]["param"] == "filters.price.max.currency"


@pytest.mark.parametrize(
    "filters",
    [
        {"price": 5},
        {"price": {"max": 5}},
        {"price": {"max": {"amount": -1, "currency": "USD"}}},
        {"price": {"max": {"amount": 1.5, "currency": "USD"}}},
        {"price": {"max": {"amount": 1, "currency": "usd"}}},
        {"min_rating": 6},
        {"categories": "tents"},
        {"attributes": {"colour": 5}},
        {"exclude": [{"field": "colour"}]},
        {"colour": "blue"},
    ],
)
def test_a_filter_that_is_none_is_422(world: World, filters: Any) -> None:
    answer = search(world, query="tent", filters=filters)

    assert answer.status_code == 422
    assert answer.json()["error"]["param"].startswith("filters.")


def test_a_product_is_shown_with_its_whole_record(world: World) -> None:
    shown = world.client.get("/v1/products/stove", headers=world.session()).json()

    assert shown["requires"] == {"gas_thread": "EN417"}
    assert shown["variants"][0]["availability"] == {"available": True, "status": "in_stock", "quantity": 5}
    assert "url" not in shown


def test_a_product_id_may_hold_slashes(world: World) -> None:
    odd = "gid://shop/Product/1 ü"
    tent = PRODUCTS[0]
    with world.database.begin() as work:
        Catalogue(work).put([replace(tent, id=odd, variants=(replace(tent.variants[0], id="odd-v"),))])

    answer = world.client.get("/v1/products/gid:%2F%2Fshop%2FProduct%2F1%20%C3%BC", headers=world.session())

    assert answer.status_code == 200
    assert answer.json()["id"] == odd


def test_a_product_that_does_not_exist_is_404(world: World) -> None:
    answer = world.client.get("/v1/products/none", headers=world.session())

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_product"
