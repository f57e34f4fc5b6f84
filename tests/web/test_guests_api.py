"""Guests over HTTP: there is no endpoint that verifies; number and proof are said in a conversation."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.guests import SHOWN_FOR
from tests.assistant.after_sale import ADA, ADA_HOME
from tests.web.test_confirmations_api import world  # noqa: F401 - the shop with orders, and the real assistant
from tests.web.test_real_turns_api import as_described
from tests.web.world import World

PROOF = f"where is order PP-7003? my email is {ADA.email}"


def ask(world: World, who: Mapping[str, str], talk: str, text: str) -> Any:  # noqa: F811
    answer = world.say(who, talk, text)
    assert answer.status_code == 200, answer.text
    as_described(answer.json())
    return answer.json()


def asked(world: World, text: str) -> Any:  # noqa: F811
    """Said first thing in a session and a conversation of its own."""
    who = world.session()
    return ask(world, who, world.conversation(who), text)


@pytest.mark.parametrize("proof", [ADA.email, ADA_HOME.postcode])
def test_number_and_proof_show_the_orders_status_and_nothing_of_its_customer(
    world: World,  # noqa: F811
    proof: str,
) -> None:
    shown = asked(world, f"where is order PP-7003? it is {proof}")

    assert (shown["order"]["id"], shown["order"]["status"]) == ("PP-7003", "shipped")
    told = str(shown).replace(proof, "")
    for kept in (ADA.name, ADA.phone or "", ADA_HOME.street, ADA_HOME.city, "4242", "4500"):
        assert kept not in told


def test_it_is_shown_for_thirty_minutes_and_in_this_conversation_alone(world: World) -> None:  # noqa: F811
    who = world.session()
    talk = world.conversation(who)
    ask(world, who, talk, PROOF)

    assert "order" in ask(world, who, talk, "where is order PP-7003?")
    assert "order" not in ask(world, who, world.conversation(who), "where is order PP-7003?")
    world.clock.pass_by(SHOWN_FOR)
    assert "order" not in ask(world, who, talk, "where is order PP-7003?")


def test_an_order_that_is_not_there_and_a_proof_that_is_wrong_are_answered_alike(world: World) -> None:  # noqa: F811
    told = [
        asked(world, f"where is order {number}? my email is nobody@x.example")
        for number in ("PP-7001", "PP-9999")
    ]

    for reply in told:
        for changing in ("id", "conversation_id", "timings_ms"):
            del reply[changing]
        reply["intent"].pop("entities", None)
        reply["tool_calls"][0]["arguments"].pop("order_id", None)
    assert told[0] == told[1]


def test_tries_are_counted_over_all_sessions_and_shut_the_order_for_whoever_is_right(
    world: World,  # noqa: F811
) -> None:
    for place in range(3):
        elsewhere = TestClient(world.app, base_url="http://localhost", client=(f"203.0.113.{place}", 4_000))
        token = elsewhere.post("/v1/sessions").json()["token"]
        who = {"Authorization": f"Bearer {token}"}
        talk = elsewhere.post("/v1/conversations", headers=who).json()["id"]
        said = {"content": "where is order PP-7003? my email is nobody@x.example"}
        elsewhere.post(f"/v1/conversations/{talk}/messages", json=said, headers=who)

    assert "Please wait" in asked(world, PROOF)["content"]
    world.clock.pass_by(timedelta(seconds=15))
    assert "order" in asked(world, PROOF)


def test_no_path_of_the_api_tells_whether_an_order_exists(world: World) -> None:  # noqa: F811
    paths = world.client.get("/openapi.json").json()["paths"]

    assert not [path for path in paths if "order" in path or "verif" in path or "guest" in path]
    assert world.client.get("/v1/orders/PP-7001", headers=world.session()).status_code == 404
