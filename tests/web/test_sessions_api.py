"""Shoppers' sessions over HTTP: opened, idle, bound to a customer, ended."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from assistant.conversations import Conversations
from shop.ids import new_id
from tests.web.world import NOW, SECRET, World
from web.customers import sign_token
from web.tables import sessions


def vouched(world: World, customer: str = "cust_7") -> str:
    return sign_token(customer, SECRET, world.clock(), new_id("jti"))


def open_session(world: World, who: Any = None, **body: Any) -> Any:
    return world.client.post("/v1/sessions", json=body, headers=who)


def cart_of(world: World, who: dict[str, str]) -> list[Any]:
    lines: list[Any] = world.client.get("/v1/cart", headers=who).json()["lines"]
    return lines


def test_anybody_may_open_a_session(world: World) -> None:
    answer = world.client.post("/v1/sessions")

    assert answer.status_code == 201
    assert answer.json()["token"].startswith("pw_sess_")
    assert datetime.fromisoformat(answer.json()["expires_at"]) == NOW + timedelta(days=7)
    assert "customer" not in answer.json()


def test_no_token_stands_in_the_database(world: World) -> None:
    token = open_session(world).json()["token"]

    with world.database.read() as work:
        stored = work.connection.execute(sa.select(sessions)).all()

    assert token.removeprefix("pw_sess_") not in repr(stored)


def test_a_customer_token_binds_the_session_to_its_customer(world: World) -> None:
    answer = open_session(world, customer_token=vouched(world))

    assert answer.json()["customer"] == "cust_7"


def test_a_customer_token_is_good_once(world: World) -> None:
    token = vouched(world)
    open_session(world, customer_token=token)

    again = open_session(world, customer_token=token)

    assert again.status_code == 401
    assert again.json()["error"]["code"] == "invalid_customer_token"
    assert again.json()["error"]["param"] == "customer_token"


def test_a_refused_customer_token_opens_nothing_and_ends_nothing(world: World) -> None:
    old = world.session()

    assert open_session(world, old, customer_token="no.jwt.here").status_code == 401
    assert world.client.get("/v1/cart", headers=old).status_code == 200


@pytest.mark.parametrize(
    ("quiet", "alive"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24, minutes=6), False)]
)
def test_a_session_ends_after_a_day_without_a_request(world: World, quiet: timedelta, alive: bool) -> None:
    who = world.session()

    world.clock.pass_by(quiet)

    assert world.client.get("/v1/cart", headers=who).status_code == (200 if alive else 401)


def test_a_session_that_is_used_every_day_still_ends_after_seven(world: World) -> None:
    who = world.session()
    for _ in range(6):
        world.clock.pass_by(timedelta(hours=23))
        assert world.client.get("/v1/cart", headers=who).status_code == 200

    world.clock.pass_by(timedelta(hours=23))
    assert world.client.get("/v1/cart", headers=who).status_code == 200
    world.clock.pass_by(timedelta(hours=8))

    assert world.client.get("/v1/cart", headers=who).status_code == 401


def test_with_the_old_token_conversations_cart_and_bundles_come_along_and_it_ends(world: World) -> None:
    old = world.session()
    talk = world.conversation(old)
    world.client.post("/v1/cart/items", json={"variant_id": "tent-v"}, headers=old)
    made = world.client.post("/v1/bundles", json={"slots": [{"name": "tent", "query": "tent"}]}, headers=old)
    bundle, ranking = made.json()["bundles"][0]["id"], made.json()["ranking_id"]

    new = world.session(vouched(world), old)

    with world.database.read() as work:
        assert Conversations(work, NOW).get(None, talk).customer_id == "cust_7"
    click = {"type": "interaction", "action": "click", "product_id": "tent", "at": "2026-01-02T03:04:05Z"}
    event = {"id": "e-1", "ranking": ranking, **click}
    assert world.client.post("/v1/events", json=[event], headers=new).status_code == 200

    assert world.client.get(f"/v1/conversations/{talk}", headers=new).status_code == 200
    assert world.client.get(f"/v1/bundles/{bundle}", headers=new).status_code == 200
    assert [line["product"]["product_id"] for line in cart_of(world, new)] == ["tent"]
    assert world.client.get("/v1/cart", headers=old).status_code == 401


def test_without_the_old_token_nothing_comes_along(world: World) -> None:
    old = world.session()
    talk = world.conversation(old)

    new = world.session(vouched(world))

    assert world.client.get(f"/v1/conversations/{talk}", headers=new).status_code == 404
    assert world.client.get(f"/v1/conversations/{talk}", headers=old).status_code == 200


def test_another_customer_on_the_same_machine_gets_nothing_of_the_first(world: World) -> None:
    first = world.session(vouched(world, "cust_1"))
    talk = world.conversation(first)

    second = world.session(vouched(world, "cust_2"), first)

    assert world.client.get(f"/v1/conversations/{talk}", headers=second).status_code == 404
    assert world.client.get(f"/v1/conversations/{talk}", headers=first).status_code == 401


def test_a_renewed_session_keeps_its_customer_and_its_last_day(world: World) -> None:
    first = open_session(world, customer_token=vouched(world)).json()
    world.clock.pass_by(timedelta(hours=20))

    renewed = open_session(world, {"Authorization": f"Bearer {first['token']}"}).json()

    assert renewed["customer"] == "cust_7"
    assert renewed["expires_at"] == first["expires_at"]


def test_an_old_token_that_has_ended_is_refused_rather_than_forgotten(world: World) -> None:
    answer = open_session(world, {"Authorization": "Bearer pw_sess_of_long_ago"})

    assert answer.status_code == 401


def test_a_repeated_login_whose_answer_was_lost_gets_the_same_session(world: World) -> None:
    old, token = world.session(), vouched(world)
    headers = {**old, "Idempotency-Key": "login-1"}

    first = open_session(world, headers, customer_token=token)
    again = open_session(world, headers, customer_token=token)

    assert again.status_code == 201
    assert again.json() == first.json()
    assert (
        world.client.get("/v1/cart", headers={"Authorization": f"Bearer {again.json()['token']}"}).status_code
        == 200
    )


def test_strangers_with_the_same_idempotency_key_share_no_session(world: World) -> None:
    headers = {"Idempotency-Key": "1"}

    assert open_session(world, headers).json()["token"] != open_session(world, headers).json()["token"]


def test_a_session_can_be_ended(world: World) -> None:
    who = world.session()

    assert world.client.delete("/v1/sessions", headers=who).status_code == 204
    assert world.client.get("/v1/cart", headers=who).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer pw_sess_wrong"},
        {"Authorization": "Bearer pw_key_wrong"},
        {"Authorization": "Bearer something-else"},
        {"Authorization": "Basic cHdfc2Vzczp4"},
    ],
)
def test_whoever_shows_no_good_token_is_told_how_to_get_one(world: World, headers: dict[str, str]) -> None:
    answer = world.client.get("/v1/cart", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "authentication_error"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_acts_for_a_customer_with_a_customer_token_that_is_good_once(world: World) -> None:
    who = {**world.key("chat"), "X-Pairwell-Customer": vouched(world)}
    talk = world.client.post("/v1/conversations", headers=who)
    assert talk.status_code == 201

    again = world.client.get("/v1/conversations", headers=who)

    assert again.status_code == 401
    assert again.json()["error"]["code"] == "invalid_customer_token"


def test_the_assistant_is_told_the_customer_of_the_request_and_no_other(world: World) -> None:
    key = world.key("chat")
    talk = world.conversation(key)

    world.say(key, talk)
    world.say({**key, "X-Pairwell-Customer": vouched(world)}, talk)

    assert [turn.customer_id for turn in world.assistant.heard] == [None, "cust_7"]


def test_a_key_that_acts_for_a_customer_sees_nothing_of_another(world: World) -> None:
    key = world.key("chat")
    path = f"/v1/conversations/{world.conversation(key | {'X-Pairwell-Customer': vouched(world, 'cust_1')})}"

    def status(method: str, path: str, customer: str | None, **body: Any) -> int:
        who = key | ({"X-Pairwell-Customer": vouched(world, customer)} if customer else {})
        return int(world.client.request(method, path, headers=who, **body).status_code)

    assert [status("GET", path, customer) for customer in ("cust_1", None, "cust_2")] == [200, 200, 404]
    assert status("POST", f"{path}/messages", "cust_2", json={"content": "my orders"}) == 404
    assert status("DELETE", path, "cust_2") == 404
    assert status("DELETE", path, "cust_1") == 204


def test_a_session_cannot_act_for_another_customer(world: World) -> None:
    who = {**world.session(), "X-Pairwell-Customer": vouched(world)}

    assert world.client.get("/v1/cart", headers=who).status_code == 403
