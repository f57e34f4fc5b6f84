"""The API's description: complete, true to the values that are shown, and held to by every route."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.openapi import from_asgi
from schemathesis.schemas import BaseSchema

from assistant import values
from assistant.bundling.values import Infeasible, PairFact
from assistant.handoffs import QueueEntry
from assistant.intent import Constraints, Excluded, Reference, Slot
from shop.values import Media, Product, Rating, Variant
from tests.web.conftest import GENEROUS
from tests.web.world import SECRET, World, open_world
from web.api import ROUTERS
from web.config import WebConfig
from web.schemas import cards, reply, search, support

ROUTES = sorted(
    (method, route.path.replace(":path", ""))
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
)

SHOWN: list[tuple[type[Any], type[BaseModel]]] = [
    (values.ProductCard, cards.ProductCard),
    (values.CardAvailability, cards.Availability),
    (values.CardRating, cards.Rating),
    (values.BundleItemView, cards.BundleItem),
    (values.BundleView, cards.Bundle),
    (PairFact, cards.PairFact),
    (Infeasible, cards.Infeasible),
    (values.CartLineView, cards.CartLine),
    (values.DiscountView, cards.Discount),
    (values.CartView, cards.Cart),
    (values.Citation, reply.Citation),
    (values.ComparisonRow, reply.ComparisonRow),
    (values.Comparison, reply.Comparison),
    (values.Question, reply.Question),
    (values.OrderLineView, reply.OrderLine),
    (values.OrderView, reply.Order),
    (values.ConfirmationView, reply.Confirmation),
    (values.Handoff, reply.Handoff),
    (values.ToolCall, reply.ToolCall),
    (values.IntentView, reply.Intent),
    (values.TextSources, reply.TextSources),
    (values.Sources, reply.Sources),
    (values.Timings, reply.Timings),
    (Constraints, reply.Constraints),
    (Excluded, reply.Exclusion),
    (Slot, reply.Slot),
    (Reference, reply.Reference),
    (Product, search.Product),
    (Variant, search.Variant),
    (Media, search.Media),
    (Rating, cards.Rating),
    (QueueEntry, support.QueueEntry),
]


@pytest.fixture(scope="module")
def standing(shop_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all made-up requests."""
    path = tmp_path_factory.mktemp("described") / "shop.db"
    shutil.copy(shop_file, path)
    world = open_world(path, WebConfig(customer_secrets=(SECRET,), limits=GENEROUS))
    with world.client:
        yield world
    world.database.dispose()


@pytest.fixture(scope="module")
def document(standing: World) -> dict[str, Any]:
    described: dict[str, Any] = standing.client.get("/openapi.json").json()
    return described


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


@pytest.mark.parametrize(("value", "model"), SHOWN, ids=lambda kind: kind.__name__)
def test_the_description_names_every_field_that_is_shown(value: type[Any], model: type[BaseModel]) -> None:
    assert {field.name for field in fields(value)} == set(model.model_fields)


@pytest.mark.parametrize(("value", "model"), SHOWN, ids=lambda kind: kind.__name__)
def test_what_may_be_left_out_is_described_as_optional(value: type[Any], model: type[BaseModel]) -> None:
    hints = get_type_hints(value)
    may_be_none = {name for name, hint in hints.items() if NoneType in get_args(hint)}
    optional = {name for name, field in model.model_fields.items() if not field.is_required()}

    # Of an intent, what is empty is left out too.
    empty = {values.IntentView: {"constraints"}, Constraints: {"attributes", "exclude"}}
    assert may_be_none == optional - empty.get(value, set())


def test_a_reply_has_the_fields_of_the_api_and_no_others() -> None:
    assert {field.name for field in fields(values.Reply)} == set(reply.Reply.model_fields)


def test_every_route_says_what_it_does_and_what_may_go_wrong(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["description"], name
        assert operation["tags"], name
        if not name.endswith("/healthz"):
            assert {"401", "429", "500", "503"} <= set(operation["responses"]), name
        if name.split()[0] in ("POST", "PATCH"):
            assert {"409", "413", "415"} <= set(operation["responses"]), name
        if not name.startswith("GET") and name != "DELETE /v1/sessions":
            assert "Idempotency-Key" in operation["description"], name


def test_every_response_is_described_with_its_content_and_its_id(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            assert response["description"], (name, status)
            assert "X-Request-Id" in response["headers"], (name, status)
            assert status == "204" or response["content"], (name, status)
            if status in ("429", "503"):
                assert "Retry-After" in response["headers"] or name.endswith("/readyz"), (name, status)


def test_nothing_that_is_left_out_is_described_as_null(document: dict[str, Any]) -> None:
    card = document["components"]["schemas"]["ProductCard"]

    assert card["properties"]["brand"]["type"] == "string"
    assert "brand" not in card["required"]


def test_the_shops_currency_is_described(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["MoneyIn"]["properties"]["currency"]["enum"] == ["USD"]


@pytest.fixture(scope="module")
def api(standing: World) -> BaseSchema:
    return from_asgi("/openapi.json", standing.app, headers={"Host": "localhost"})


@pytest.fixture(scope="module")
def everybody(standing: World) -> dict[str, str]:
    """The headers of a caller who may do everything."""
    return standing.key("chat", "catalogue", "support", "admin") | {"Host": "localhost"}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize(("method", "path"), ROUTES, ids=str)
def test_no_made_up_request_gets_what_is_not_described(
    api: BaseSchema, everybody: dict[str, str], method: str, path: str, mode: GenerationMode
) -> None:
    """Schemathesis, with all its checks: statuses, schemas, content types, right and wrong requests."""

    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(api[path][method].as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        case.call_and_validate(headers=everybody)

    with suppress(Unsatisfiable):  # nothing about this request can be wrong
        holds()
