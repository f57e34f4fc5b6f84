"""Bundles over HTTP: composed, shown, edited, each by its owner."""

from typing import Any

import pytest

from shop.events import Rankings
from tests.web.world import World

CAMP = [
    {"name": "tent", "query": "tent"},
    {"name": "stove", "query": "stove"},
    {"name": "gas", "query": "canister"},
]


def money(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "USD"}


def compose(world: World, who: dict[str, str], **body: Any) -> Any:
    return world.client.post("/v1/bundles", json={"slots": CAMP, **body}, headers=who)


def edit(world: World, who: dict[str, str], bundle: Any, op: str, **body: Any) -> Any:
    asked = {"revision": bundle["revision"], "op": op, **body}
    return world.client.post(f"/v1/bundles/{bundle['id']}/edit", json=asked, headers=who)


@pytest.fixture
def who(world: World) -> dict[str, str]:
    return world.session()


@pytest.fixture
def bundle(world: World, who: dict[str, str]) -> Any:
    return compose(world, who, budget=money(30_000)).json()["bundles"][0]


def products(bundle: Any) -> dict[str, str]:
    return {item["slot"]: item["product"]["product_id"] for item in bundle["items"]}


def test_a_bundle_is_in_stock_fits_together_and_fits_the_budget(bundle: Any) -> None:
    assert products(bundle)["gas"] == "canister"
    assert bundle["total"]["amount"] <= 30_000
    assert bundle["compatibility"] == "compatible"
    assert bundle["total"]["amount"] == sum(
        item["quantity"] * item["product"]["price"]["amount"] for item in bundle["items"]
    )


def test_a_bundle_that_is_read_again_writes_a_ranking_of_its_own(
    world: World, who: dict[str, str], bundle: Any
) -> None:
    read = world.client.get(f"/v1/bundles/{bundle['id']}", headers=who)
    with world.database.read() as work:
        ranking = Rankings(work).get(read.headers["X-Ranking-Id"])
    assert ranking is not None
    assert [each.product_id for each in ranking.items] == list(products(read.json()).values())


def test_bundles_that_are_shown_write_one_ranking(world: World, who: dict[str, str]) -> None:
    answer = compose(world, who).json()

    with world.database.read() as work:
        ranking = Rankings(work).get(answer["ranking_id"])
    assert ranking is not None
    shown = [item["product"]["product_id"] for each in answer["bundles"] for item in each["items"]]
    assert [item.product_id for item in ranking.items] == shown


def test_where_nothing_is_feasible_it_says_why_and_what_the_cheapest_costs(
    world: World, who: dict[str, str]
) -> None:
    answer = compose(world, who, budget=money(100))

    assert answer.status_code == 200
    assert answer.json()["bundles"] == []
    assert answer.json()["infeasible"]["reason"]
    assert answer.json()["infeasible"]["cheapest_total"] == money(9_900 + 4_900 + 900)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, None),
        ({"slots": []}, "slots"),
        ({"need": "camping", "count": 6}, "count"),
        ({"need": "camping", "count": 0}, "count"),
        ({"slots": [{"name": "tent"}]}, "slots[0].query"),
        ({"slots": [{"name": "tent", "query": "tent", "quantity": 0}]}, "slots[0].quantity"),
        ({"need": "camping", "budget": {"amount": 1, "currency": "EUR"}}, "budget.currency"),
    ],
)
def test_a_wish_that_is_none_is_422(world: World, who: dict[str, str], body: Any, param: str | None) -> None:
    answer = world.client.post("/v1/bundles", json=body, headers=who)

    assert answer.status_code == 422
    assert answer.json()["error"].get("param") == param


def test_an_anchor_that_does_not_exist_is_404(world: World, who: dict[str, str]) -> None:
    answer = world.client.post("/v1/bundles", json={"anchor_product_ids": ["none"]}, headers=who)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_product"


def test_a_bundle_is_its_owners_only(world: World, who: dict[str, str], bundle: Any) -> None:
    path = f"/v1/bundles/{bundle['id']}"

    assert world.client.get(path, headers=who).json()["items"] == bundle["items"]
    assert world.client.get(path, headers=world.session()).status_code == 404
    assert edit(world, world.session(), bundle, "lock", slot="tent").status_code == 404


def test_an_item_is_locked_and_the_revision_counts(world: World, who: dict[str, str], bundle: Any) -> None:
    edited = edit(world, who, bundle, "lock", slot="tent").json()["bundle"]

    assert edited["revision"] == bundle["revision"] + 1
    assert [item["locked"] for item in edited["items"] if item["slot"] == "tent"] == [True]


def test_a_named_product_is_swapped_in_and_undone_and_redone(
    world: World, who: dict[str, str], bundle: Any
) -> None:
    other = "small-tent" if products(bundle)["tent"] == "tent" else "tent"

    swapped = edit(world, who, bundle, "swap", slot="tent", product_id=other).json()["bundle"]
    undone = edit(world, who, swapped, "undo").json()["bundle"]
    redone = edit(world, who, undone, "redo").json()["bundle"]

    assert products(swapped)["tent"] == products(redone)["tent"] == other
    assert products(undone) == products(bundle)


def test_a_slot_is_removed_and_another_added(world: World, who: dict[str, str], bundle: Any) -> None:
    smaller = edit(world, who, bundle, "remove", slot="stove").json()["bundle"]
    larger = edit(world, who, smaller, "add", product_id="stove").json()["bundle"]

    assert "stove" not in products(smaller).values()
    assert "stove" in products(larger).values()


def test_a_stale_revision_is_409_with_the_current_bundle(
    world: World, who: dict[str, str], bundle: Any
) -> None:
    edit(world, who, bundle, "lock", slot="tent")

    stale = edit(world, who, bundle, "lock", slot="stove")

    assert stale.status_code == 409
    assert stale.json()["error"]["code"] == "bundle_changed"
    assert stale.json()["bundle"]["revision"] == bundle["revision"] + 1


def test_an_edit_that_is_not_feasible_leaves_the_bundle_and_says_why(
    world: World, who: dict[str, str], bundle: Any
) -> None:
    answer = edit(world, who, bundle, "set_budget", budget=money(100))

    assert answer.status_code == 200
    assert answer.json()["infeasible"]["reason"]
    assert answer.json()["bundle"]["revision"] == bundle["revision"]
    assert answer.json()["bundle"]["budget"] == money(30_000)


def test_a_choice_that_does_not_go_with_the_rest_is_422_with_the_fact(
    world: World, who: dict[str, str], bundle: Any
) -> None:
    answer = edit(world, who, bundle, "swap", slot="gas", product_id="clip-canister")

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "incompatible"
    assert answer.json()["fact"]["status"] == "incompatible"
    assert "gas_thread" in answer.json()["fact"]["fact"].replace(" ", "_")


@pytest.mark.parametrize(
    ("op", "body", "status"),
    [
        ("lock", {}, 422),
        ("lock", {"slot": "none"}, 422),
        ("lock", {"slot": "tent", "query": "x"}, 422),
        ("add", {}, 422),
        ("undo", {}, 422),
        ("explode", {}, 422),
        ("swap", {"slot": "tent", "product_id": "none"}, 404),
        ("set_budget", {"budget": {"amount": 1, "currency": "EUR"}}, 422),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(
    world: World, who: dict[str, str], bundle: Any, op: str, body: Any, status: int
) -> None:
    answer = edit(world, who, bundle, op, **body)

    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_an_edit_under_one_key_is_done_once(world: World, who: dict[str, str], bundle: Any) -> None:
    keyed = who | {"Idempotency-Key": "edit-1"}

    first, again = (edit(world, keyed, bundle, "lock", slot="tent") for _ in range(2))

    assert again.status_code == 200
    assert again.json() == first.json()
