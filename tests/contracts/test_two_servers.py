"""Two servers on one PostgreSQL behave as one."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage import Database
from tests.web.conftest import GENEROUS
from tests.web.world import PRODUCTS, SECRET, World, stock, world_on
from web.config import Rate, WebConfig

CLIENTS = 8


@pytest.fixture
def servers(database: Database, request: pytest.FixtureRequest) -> Iterator[tuple[World, World]]:
    """Two applications, each with a pool of its own to the same database."""
    stock(database)
    limits = getattr(request, "param", GENEROUS)
    config = WebConfig(customer_secrets=(SECRET,), limits=limits, media_dir=Path("/nonexistent"), alone=False)
    one, two = (world_on(Database(database.url), config) for _ in range(2))
    with one.client, two.client:
        yield one, two
    one.database.dispose()
    two.database.dispose()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What all the calls give, begun in one moment."""
    gate = threading.Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(begin, call) for call in calls]]


def one_of_the_first() -> dict[str, Any]:
    product = PRODUCTS[0]
    return {"product_id": product.id, "variant_id": product.variants[0].id, "quantity": 1}


def test_a_session_of_one_is_a_session_of_the_other(servers: tuple[World, World]) -> None:
    one, two = servers
    who = one.session()
    conversation = one.conversation(who)

    assert two.say(who, conversation).status_code == 200
    assert len(one.client.get(f"/v1/conversations/{conversation}", headers=who).json()["messages"]) == 2


def test_one_turn_runs_at_a_time_whoever_is_asked(servers: tuple[World, World]) -> None:
    one, two = servers
    who = one.session()
    conversation = one.conversation(who)
    one.assistant.gate.clear()
    two.assistant.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(one.say, who, conversation)
        while not one.assistant.heard:
            threading.Event().wait(0.01)
        busy = two.say(who, conversation, "another tent")
        one.assistant.gate.set()
        two.assistant.gate.set()
        assert first.result().status_code == 200

    assert (busy.status_code, busy.json()["error"]["code"]) == (409, "conversation_busy")
    assert two.say(who, conversation, "another tent").status_code == 200


def test_turns_that_begin_in_one_moment_are_one(servers: tuple[World, World]) -> None:
    who = servers[0].session()
    conversation = servers[0].conversation(who)
    answers = at_once(*(lambda world=world: world.say(who, conversation) for world in servers * 2))

    codes = Counter(answer.status_code for answer in answers)
    said = servers[0].client.get(f"/v1/conversations/{conversation}", headers=who).json()["messages"]
    assert set(codes) <= {200, 409}
    assert codes[200] >= 1
    assert [message["role"] for message in said] == ["user", "assistant"] * codes[200]


def test_a_deed_under_one_key_is_done_once_whoever_is_asked(servers: tuple[World, World]) -> None:
    who = servers[0].session()
    key = {**who, "Idempotency-Key": "once"}
    body = one_of_the_first()
    answers = at_once(
        *(
            lambda world=world: world.client.post("/v1/cart/items", json=body, headers=key)
            for world in servers * (CLIENTS // 2)
        )
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert servers[1].client.get("/v1/cart", headers=who).json()["lines"][0]["quantity"] == 1


def test_nothing_that_two_servers_add_to_one_cart_is_lost(servers: tuple[World, World]) -> None:
    who = servers[0].session()
    body = one_of_the_first()
    answers = at_once(
        *(
            lambda world=world: world.client.post("/v1/cart/items", json=body, headers=who)
            for world in servers * 2
        )
    )

    done = sum(answer.status_code == 201 for answer in answers)
    assert done == 4
    assert servers[1].client.get("/v1/cart", headers=who).json()["lines"][0]["quantity"] == done


@pytest.mark.parametrize("servers", [replace(GENEROUS, turns_per_session=Rate(1, 3))], indirect=True)
def test_nobody_gets_more_by_asking_two_servers(servers: tuple[World, World]) -> None:
    who = servers[0].session()
    conversations = [servers[0].conversation(who) for _ in range(CLIENTS)]
    answers = at_once(
        *(
            lambda world=world, talk=talk: world.say(who, talk)
            for world, talk in zip(servers * (CLIENTS // 2), conversations, strict=True)
        )
    )

    codes = Counter(answer.status_code for answer in answers)
    assert codes == {200: 3, 429: CLIENTS - 3}


def test_what_happens_on_one_is_followed_on_the_other(servers: tuple[World, World]) -> None:
    one, two = servers
    who = one.session()
    conversation = one.conversation(who)
    at_once(
        lambda: one.say(who, conversation),
        lambda: two.client.delete(f"/v1/conversations/{one.conversation(who)}", headers=who),
    )
    said = two.client.get(f"/v1/conversations/{conversation}", headers=who).json()["messages"]

    assert [message["role"] for message in said] == ["user", "assistant"]
