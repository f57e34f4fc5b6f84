"""Two servers on one PostgreSQL: what waits for a yes is done once, what is to be sent is sent once."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from assistant.agent import Assistant
from assistant.outbox import Outbox
from assistant.tools.context import ToolServices
from shop.customers import Customers
from shop.orders import Orders
from storage import Database
from tests.assistant.after_sale import ADA, EVE, ORDERS
from tests.contracts.test_two_servers import at_once
from tests.web.conftest import GENEROUS
from tests.web.test_confirmations_api import asked, confirm, signed_in, status
from tests.web.world import LOOPBACK, SECRET, World, stock, world_on
from web.api import create_api
from web.config import WebConfig
from web.delivery import Deliverer, Hooks

EVENTS = 30


@pytest.fixture
def servers(database: Database) -> Iterator[tuple[World, World]]:
    """Two applications with the real assistant, each with a pool of its own to one database."""
    stock(database)
    with database.begin() as work:
        Customers(work).put([ADA, EVE])
        Orders(work).put(ORDERS)
    config = WebConfig(
        customer_secrets=(SECRET,), limits=GENEROUS, media_dir=Path("/nonexistent"), alone=False
    )
    with ExitStack() as held:
        worlds = []
        for _ in range(2):
            world = world_on(Database(database.url), config)
            held.callback(world.database.dispose)
            given = world.services
            tools = ToolServices(given.database, given.finder, given.bundles, given.policies, given.clock)
            real = replace(given, assistant=Assistant(tools, None, model_understands=False))
            app = create_api(real, config)
            client = TestClient(app, base_url="http://localhost", client=LOOPBACK)
            worlds.append(replace(world, app=app, client=held.enter_context(client), services=real))
        yield worlds[0], worlds[1]


def told_of(world: World) -> int:
    """How many webhooks wait or waited to tell of a changed order."""
    with world.database.read() as work:
        entries = Outbox(work, world.clock()).newest("webhook")
    return sum(each.topic == "order.changed" for each in entries)


def test_a_yes_that_is_said_to_both_at_once_is_done_once(servers: tuple[World, World]) -> None:
    one, two = servers
    ada = signed_in(one, "ada")
    waiting = asked(one, ada)["id"]

    answers = at_once(*(lambda world=world: confirm(world, ada, waiting) for world in servers * 3))

    codes = Counter(answer.status_code for answer in answers)
    assert codes[200] == 1, [answer.text for answer in answers]
    assert set(codes) <= {200, 404, 409}
    assert (status(two), told_of(two)) == ("cancelled", 1)


def test_a_yes_under_one_key_gets_one_answer_whoever_is_asked(servers: tuple[World, World]) -> None:
    one, two = servers
    ada = signed_in(one, "ada")
    waiting = asked(one, ada)["id"]
    key = ada | {"Idempotency-Key": "yes"}

    first = confirm(one, key, waiting)
    again = confirm(two, key, waiting)

    assert first.status_code == 200
    assert first.json() == again.json()


def test_a_no_on_one_ends_it_on_the_other(servers: tuple[World, World]) -> None:
    one, two = servers
    ada = signed_in(one, "ada")
    waiting = asked(one, ada)["id"]

    assert confirm(two, ada, waiting, accept=False).status_code == 200
    assert confirm(one, ada, waiting).status_code == 404
    assert status(one) == "paid"


def test_two_servers_deliver_each_event_once(servers: tuple[World, World]) -> None:
    heard: list[str] = []
    lock = threading.Lock()

    def listen(request: httpx.Request) -> httpx.Response:
        with lock:
            heard.append(request.headers["X-Pairwell-Delivery"])
        return httpx.Response(200)

    def deliverer(world: World) -> Deliverer:
        return Deliverer(
            world.database,
            world.clock,
            hooks=Hooks(("https://hooks.shop.example/",), SECRET),
            resolve=lambda _host, _port: ["93.184.215.14"],
            transport=httpx.MockTransport(listen),
        )

    with servers[0].database.begin() as work:
        for number in range(EVENTS):
            Outbox(work, servers[0].clock()).tell("order.changed", {"order_id": f"o-{number}"})
    deliverers = [deliverer(world) for world in servers]
    for _ in range(5):
        at_once(*(each.round for each in deliverers * 2))

    assert len(heard) == EVENTS
    assert len(set(heard)) == EVENTS
