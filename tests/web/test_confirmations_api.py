"""What waits for a yes, answered by a button: the caller's own, once, as long as it holds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.agent import Assistant
from assistant.outbox import Outbox
from assistant.tools.context import ToolServices
from shop.customers import Customers
from shop.ids import new_id
from shop.orders import Orders
from tests.assistant.after_sale import ADA, EVE, ORDERS
from tests.web.test_real_turns_api import as_described
from tests.web.world import LOOPBACK, SECRET, World
from web.api import create_api
from web.config import WebConfig
from web.customers import sign_token


@pytest.fixture
def world(world: World, config: WebConfig) -> World:
    services = world.services
    tools = ToolServices(
        services.database, services.finder, services.bundles, services.policies, services.clock
    )
    real = replace(services, assistant=Assistant(tools, None, model_understands=False))
    app = create_api(real, config)
    client = TestClient(app, base_url="http://localhost", client=LOOPBACK)
    with services.database.begin() as work:
        Customers(work).put([ADA, EVE])
        Orders(work).put(ORDERS)
    return replace(world, app=app, client=client, services=real)


def signed_in(world: World, customer: str) -> dict[str, str]:
    return world.session(sign_token(customer, SECRET, world.clock(), new_id("jti")))


def asked(world: World, who: dict[str, str]) -> dict[str, Any]:
    reply = world.say(who, world.conversation(who), "cancel order PP-7001").json()
    as_described(reply)
    confirmation: dict[str, Any] = reply["confirmation"]
    return confirmation


def confirm(world: World, who: dict[str, str], confirmation: str, **body: object) -> Any:
    body = {"accept": True} | body
    return world.client.post(f"/v1/confirmations/{confirmation}", json=body, headers=who)


def status(world: World, order_id: str = "PP-7001") -> str:
    with world.database.read() as work:
        found = Orders(work).get(order_id)
    assert found is not None
    return found.status


def test_a_yes_does_it_once_and_stands_in_the_conversation(world: World) -> None:
    ada = signed_in(world, "ada")
    conf = asked(world, ada)
    done = confirm(world, ada, conf["id"])
    assert done.status_code == 200
    reply = as_described(done.json())
    assert reply.order is not None
    assert (reply.order.status, status(world)) == ("cancelled", "cancelled")
    said = world.client.get(f"/v1/conversations/{reply.conversation_id}", headers=ada).json()
    assert said["messages"][-1]["id"] == reply.id
    again = confirm(world, ada, conf["id"])
    assert (again.status_code, again.json()["error"]["code"]) == (404, "unknown_confirmation")


def test_a_no_leaves_it(world: World) -> None:
    ada = signed_in(world, "ada")
    conf = asked(world, ada)
    assert confirm(world, ada, conf["id"], accept=False).status_code == 200
    assert confirm(world, ada, conf["id"]).status_code == 404
    assert status(world) == "paid"


def test_nobody_else_can_say_yes(world: World) -> None:
    conf = asked(world, signed_in(world, "ada"))
    everything = world.key("chat", "support", "admin", "catalogue")
    for who in (signed_in(world, "eve"), signed_in(world, "ada"), world.session(), everything):
        assert confirm(world, who, conf["id"]).status_code == 404
    assert status(world) == "paid"


def test_a_session_that_lost_its_customer_confirms_nothing(world: World) -> None:
    """A server's key asks on behalf of a customer, and cannot confirm without showing them again."""
    key = world.key("chat")
    as_ada = key | {"X-Pairwell-Customer": sign_token("ada", SECRET, world.clock(), "jti-1")}
    talk = world.client.post("/v1/conversations", headers=as_ada).json()["id"]
    as_ada = key | {"X-Pairwell-Customer": sign_token("ada", SECRET, world.clock(), "jti-2")}
    conf = world.say(as_ada, talk, "cancel order PP-7001").json()["confirmation"]["id"]
    assert confirm(world, key, conf).status_code == 404
    as_eve = key | {"X-Pairwell-Customer": sign_token("eve", SECRET, world.clock(), "jti-3")}
    assert confirm(world, as_eve, conf).status_code == 404
    as_ada = key | {"X-Pairwell-Customer": sign_token("ada", SECRET, world.clock(), "jti-4")}
    assert confirm(world, as_ada, conf).status_code == 200
    assert status(world) == "cancelled"


def test_a_key_without_a_customer_gets_no_order_tool(world: World) -> None:
    key = world.key("chat")
    talk = world.conversation(key)
    reply = world.say(key, talk, "where is order PP-7001? my email is ada@moss.example").json()
    assert "order" not in reply


def test_after_ten_minutes_it_is_over(world: World) -> None:
    ada = signed_in(world, "ada")
    conf = asked(world, ada)
    world.clock.pass_by(timedelta(minutes=10))
    assert confirm(world, ada, conf["id"]).status_code == 404
    assert status(world) == "paid"


def test_the_same_request_again_gets_the_same_answer(world: World) -> None:
    ada = signed_in(world, "ada")
    conf = asked(world, ada)
    key = ada | {"Idempotency-Key": "once"}
    assert confirm(world, key, conf["id"]).json() == confirm(world, key, conf["id"]).json()


def test_a_guest_needs_the_code_that_went_to_the_orders_own_address(world: World) -> None:
    guest = world.session()
    talk = world.conversation(guest)
    shown = world.say(guest, talk, "where is order PP-7001? my email is ada@moss.example").json()
    assert shown["order"]["status"] == "paid"
    assert "total" not in shown["order"]
    conf = world.say(guest, talk, "cancel order PP-7001").json()["confirmation"]
    assert conf["needs_code"]
    assert "code" in confirm(world, guest, conf["id"]).json()["content"]
    assert status(world) == "paid"
    with world.database.read() as work:
        [mail] = Outbox(work, world.clock()).newest("mail")
    assert mail.target == ADA.email
    code = str(mail.body).split("for this is ", 1)[1][:6]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert "not the code" in confirm(world, guest, conf["id"], code=wrong).json()["content"]
    assert confirm(world, guest, conf["id"], code=code).json()["order"]["status"] == "cancelled"
