"""Pages for merchants over HTTP: drafts that say what the records say."""

from dataclasses import replace
from typing import Any

import pytest

from assistant.llm import ModelUnavailable
from assistant.writer import Writer
from shop.catalogue import Catalogue
from tests.scripted import ScriptedModel
from tests.web.world import PRODUCTS, World

GOOD = """Family tent by Northfell
- Colour: green
- Brand: Northfell
The Family tent is green. It is by Northfell."""


@pytest.fixture
def merchant(world: World) -> dict[str, str]:
    return world.key("catalogue")


def copy(world: World, who: dict[str, str], **body: Any) -> Any:
    return world.client.post("/v1/copy", json=body, headers=who)


def trained(world: World, *answers: str | Exception) -> ScriptedModel:
    """From now on pages are written by a model that says this."""
    model = ScriptedModel(list(answers))
    web = world.app.state.web
    writer = Writer(model, frozenset({"copy"}))
    world.app.state.web = replace(web, services=replace(web.services, writer=writer))
    return model


def test_without_a_trained_model_the_record_writes(world: World, merchant: dict[str, str]) -> None:
    page = copy(world, merchant, product_id="tent").json()

    assert page["title"] == "Family tent"
    assert page["bullets"] == ["Colour: green", "Brand: Northfell", "Kind: Tents"]
    assert page["description"] == "A family tent for the open air."
    assert page["sources"] == {"model": 0, "template": 5}


def test_a_trained_model_writes_in_the_tone_that_was_asked(world: World, merchant: dict[str, str]) -> None:
    model = trained(world, GOOD)
    page = copy(world, merchant, product_id="tent", tone="warm").json()

    assert page["title"] == "Family tent by Northfell"
    assert page["description"] == "The Family tent is green. It is by Northfell."
    assert page["bullets"][:2] == ["Colour: green", "Brand: Northfell"]
    assert len(page["bullets"]) == 3
    assert page["sources"]["model"] == 4
    assert model.asked[0].messages[-1].content.startswith("warm\ntitle: Family tent")


@pytest.mark.parametrize(
    "lie",
    [
        "The Family tent is waterproof. It is by Northfell.",
        "The Family tent weighs 4 kg. It is by Northfell.",
        "The Family tent costs $149.00. It is by Northfell.",
        "The Family tent is by Hilleberg. It is green.",
    ],
)
def test_a_description_that_says_more_than_the_record_is_replaced(
    world: World, merchant: dict[str, str], lie: str
) -> None:
    trained(world, f"Family tent\n- Colour: green\n- Brand: Northfell\n{lie}")
    page = copy(world, merchant, product_id="tent").json()

    assert page["description"] == "A family tent for the open air."


def test_a_bullet_and_a_title_that_the_record_does_not_hold_are_left_out(
    world: World, merchant: dict[str, str]
) -> None:
    trained(world, "Waterproof tent for 4\n- Colour: red\n- Colour: green\n- Sleeps 4\nThe Family tent.")
    page = copy(world, merchant, product_id="tent").json()

    assert page["title"] == "Family tent"
    assert page["bullets"] == ["Colour: green", "Brand: Northfell", "Kind: Tents"]


@pytest.mark.parametrize("answer", [ModelUnavailable("down"), "", "???", "- \n-\n-", "{" * 500])
def test_a_model_that_is_down_or_talks_nonsense_leaves_it_to_the_record(
    world: World, merchant: dict[str, str], answer: str | Exception
) -> None:
    trained(world, answer)
    page = copy(world, merchant, product_id="tent")

    assert page.status_code == 200
    assert page.json()["sources"] == {"model": 0, "template": 5}


def test_a_bundle_is_written_from_its_parts(world: World, merchant: dict[str, str]) -> None:
    slots = [{"name": "tent", "query": "family tent"}, {"name": "stove", "query": "gas stove"}]
    made = world.client.post("/v1/bundles", json={"slots": slots}, headers=merchant).json()["bundles"][0]
    page = copy(world, merchant, bundle_id=made["id"]).json()

    titles = [item["product"]["title"] for item in made["items"]]
    assert page["title"] == made["title"]
    assert page["bullets"] == titles
    assert page["description"].endswith(f"holds 2 parts: {'; '.join(titles)}.")


def test_somebody_elses_bundle_is_not_written(world: World, merchant: dict[str, str]) -> None:
    slots = [{"name": "tent", "query": "family tent"}]
    made = world.client.post("/v1/bundles", json={"slots": slots}, headers=world.session()).json()
    answer = copy(world, merchant, bundle_id=made["bundles"][0]["id"])

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_bundle")


def test_a_product_that_there_is_not_is_a_404(world: World, merchant: dict[str, str]) -> None:
    answer = copy(world, merchant, product_id="submarine")

    assert (answer.status_code, answer.json()["error"]["param"]) == (404, "product_id")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"product_id": "tent", "bundle_id": "b"},
        {"product_id": "tent", "tone": "loud"},
        {"product_id": " "},
        {"product_id": "tent", "length": 3},
    ],
)
def test_a_request_that_is_not_one_is_refused(
    world: World, merchant: dict[str, str], body: dict[str, Any]
) -> None:
    assert copy(world, merchant, **body).status_code == 422


def test_pages_are_for_keys_with_the_scope_and_never_for_shoppers(world: World) -> None:
    assert copy(world, world.session(), product_id="tent").status_code == 403
    assert copy(world, world.key("chat"), product_id="tent").status_code == 403
    assert world.client.post("/v1/copy", json={"product_id": "tent"}).status_code == 401


def test_a_record_of_markup_and_a_title_of_500_words_is_cut_to_a_page(
    world: World, merchant: dict[str, str]
) -> None:
    endless = replace(
        PRODUCTS[0], id="endless", title="word " * 500, description="<p>It is <b>green</b>.</p>" * 90
    )
    with world.database.begin() as work:
        Catalogue(work).put([endless])
    page = copy(world, merchant, product_id="endless").json()

    assert len(page["title"]) <= 80
    assert len(page["description"]) <= 500
    assert "<" not in page["description"]
