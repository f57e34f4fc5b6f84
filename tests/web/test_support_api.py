"""The support desk over HTTP: who waits, and a person who steps in."""

from typing import Any

import pytest
import sqlalchemy as sa

from assistant.conversation_tables import audit
from assistant.handoffs import Handoffs
from assistant.outbox import Outbox
from tests.web.world import World


@pytest.fixture
def desk(world: World) -> dict[str, str]:
    return world.key("support")


@pytest.fixture
def who(world: World) -> dict[str, str]:
    return world.session()


@pytest.fixture
def talk(world: World, who: dict[str, str]) -> str:
    """A conversation that waits for a person."""
    talk = world.conversation(who)
    with world.database.begin() as work:
        Handoffs(work, world.clock()).request(talk, "asked for a person", "wants to know about tents")
    return talk


def do(world: World, desk: dict[str, str], talk: str, deed: str, body: Any = None) -> Any:
    return world.client.post(f"/v1/support/conversations/{talk}/{deed}", json=body, headers=desk)


def test_who_waits_for_a_person_stands_in_the_queue(world: World, desk: dict[str, str], talk: str) -> None:
    queue = world.client.get("/v1/support/queue", headers=desk).json()["queue"]

    assert [(entry["conversation_id"], entry["position"]) for entry in queue] == [(talk, 1)]
    assert queue[0]["summary"] == "wants to know about tents"


def test_a_person_takes_over_writes_and_hands_back(
    world: World, desk: dict[str, str], who: dict[str, str], talk: str
) -> None:
    taken = do(world, desk, talk, "take")
    written = do(world, desk, talk, "messages", {"content": "Hello, this is Kim."})
    assert world.say(who, talk, "thank you").status_code == 202
    back = do(world, desk, talk, "handback")

    assert (taken.json()["status"], back.json()["status"]) == ("open", "pending")
    assert written.status_code == 201
    assert written.json()["role"] == "agent"
    assert world.say(who, talk, "a tent").status_code == 200
    said = world.client.get(f"/v1/conversations/{talk}", headers=who).json()["messages"]
    assert [each["role"] for each in said] == ["agent", "user", "user", "assistant"]


def test_a_resolved_conversation_leaves_the_queue(world: World, desk: dict[str, str], talk: str) -> None:
    do(world, desk, talk, "take")

    assert do(world, desk, talk, "resolve").json()["status"] == "resolved"
    assert world.client.get("/v1/support/queue", headers=desk).json()["queue"] == []


def test_whoever_listens_is_told_once_of_a_handoff_and_once_of_its_end(
    world: World, desk: dict[str, str], talk: str
) -> None:
    with world.database.begin() as work:
        Handoffs(work, world.clock()).request(talk, "asked for a person", "asks again")
    do(world, desk, talk, "take")
    do(world, desk, talk, "resolve")
    do(world, desk, talk, "resolve")

    with world.database.read() as work:
        told = Outbox(work, world.clock()).newest("webhook")
    assert sorted(each.topic for each in told) == ["conversation.handoff", "conversation.resolved"]
    about = {each.body["conversation_id"] for each in told if isinstance(each.body, dict)}
    assert about == {talk}


def test_nobody_writes_into_a_conversation_that_was_not_taken(
    world: World, desk: dict[str, str], talk: str
) -> None:
    answer = do(world, desk, talk, "messages", {"content": "Hello"})

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "not_taken"


def test_everything_that_a_person_does_is_written_down(world: World, desk: dict[str, str], talk: str) -> None:
    do(world, desk, talk, "take")
    do(world, desk, talk, "messages", {"content": "Hello"})
    do(world, desk, talk, "resolve")

    with world.database.read() as work:
        rows = work.connection.execute(sa.select(audit).order_by(audit.c.id)).all()
    assert [row.what for row in rows] == [
        "handoff.requested", "conversation.status", "agent.message", "conversation.status",
    ]  # fmt: skip
    assert {row.who for row in rows[1:]} == {rows[1].who}
    assert rows[1].who.startswith("key_")


@pytest.mark.parametrize("deed", ["take", "handback", "resolve", "messages"])
def test_a_conversation_that_does_not_exist_is_404(world: World, desk: dict[str, str], deed: str) -> None:
    body = {"content": "Hello"} if deed == "messages" else None

    assert do(world, desk, "conv_none", deed, body).status_code == 404


@pytest.mark.parametrize("deed", ["take", "handback", "resolve", "messages"])
def test_a_shopper_is_nobody_at_the_desk(world: World, who: dict[str, str], talk: str, deed: str) -> None:
    assert do(world, who, talk, deed, {"content": "x"} if deed == "messages" else None).status_code == 403
    assert world.client.get("/v1/support/queue", headers=who).status_code == 403
