"""The demo's key: for this process, on this machine, by its own name."""

import pytest
from starlette.testclient import TestClient

from tests.web.world import LOOPBACK, World
from web.config import Limits, WebConfig

KEY = "pw_key_of_this_very_start"
WHO = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def config(limits: Limits) -> WebConfig:
    return WebConfig(limits=limits, demo_key=KEY, allowed_hosts=("localhost", "127.0.0.1", "shop.example"))


def test_on_this_machine_it_may_do_everything(world: World) -> None:
    assert world.client.post("/v1/conversations", headers=WHO).status_code == 201
    assert world.client.get("/v1/support/queue", headers=WHO).status_code == 200
    assert world.client.get("/v1/products/tent", headers=WHO).status_code == 200


@pytest.mark.parametrize(
    ("address", "host", "headers"),
    [
        ("203.0.113.5", "localhost", {}),
        ("127.0.0.1", "shop.example", {}),
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", "localhost", {"Forwarded": "for=127.0.0.1"}),
        ("unknown", "localhost", {}),
    ],
)
def test_from_anywhere_else_it_is_worth_nothing(
    world: World, address: str, host: str, headers: dict[str, str]
) -> None:
    client = TestClient(world.app, base_url=f"http://{host}", client=(address, 4_000))

    assert client.post("/v1/conversations", headers=WHO | headers).status_code == 401


def test_a_key_that_begins_like_it_is_none(world: World) -> None:
    client = TestClient(world.app, base_url="http://localhost", client=LOOPBACK)

    assert client.get("/v1/cart", headers={"Authorization": f"Bearer {KEY}x"}).status_code == 401
