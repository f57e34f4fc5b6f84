"""Conversations over HTTP: one owner each, and nobody else sees that they exist."""

from typing import Any

import pytest
import sqlalchemy as sa

from assistant.conversation_tables import audit
from tests.web.world import World


def listed(world: World, who: dict[str, str], query: str = "") -> Any:
    answer = world.client.get(f"/v1/conversations{query}", headers=who)
    assert answer.status_code == 200
    return answer.json()


def test_a_new_conversation_is_pending(world: World) -> None:
    answer = world.client.post("/v1/conversations", headers=world.session())

    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "status", "created_at"}
    assert answer.json()["status"] == "pending"


def test_an_empty_object_may_be_sent_and_nothing_else(world: World) -> None:
    who = world.session()

    assert world.client.post("/v1/conversations", json={}, headers=who).status_code == 201
    assert world.client.post("/v1/conversations", json={"title": "x"}, headers=who).status_code == 422


def test_conversations_are_listed_newest_first_in_pages(world: World) -> None:
    who = world.session()
    made = []
    for _ in range(5):
        made.append(world.conversation(who))
        world.clock.now = world.clock.now.replace(second=len(made))

    first = listed(world, who, "?limit=3")
    second = listed(world, who, f"?limit=3&cursor={first['cursor']}")

    assert [talk["id"] for talk in first["conversations"] + second["conversations"]] == made[::-1]
    assert "cursor" not in second


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?limit=x", "?limit="])
def test_a_page_that_cannot_be_is_422(world: World, query: str) -> None:
    assert world.client.get(f"/v1/conversations{query}", headers=world.session()).status_code == 422


def test_a_cursor_of_nobody_or_somebody_else_is_404(world: World) -> None:
    foreign = world.conversation(world.session())

    for cursor in ("conv_none", foreign):
        answer = world.client.get(f"/v1/conversations?cursor={cursor}", headers=world.session())
        assert answer.status_code == 404


def test_a_conversation_is_read_with_its_messages(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    reply = world.say(who, talk, "a tent").json()

    said = world.client.get(f"/v1/conversations/{talk}", headers=who).json()["messages"]

    assert [(each["role"], each["content"]) for each in said] == [
        ("user", "a tent"),
        ("assistant", reply["content"]),
    ]
    assert said[0]["reply"] == said[1]["reply"] == reply


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/conversations/{id}", None),
        ("DELETE", "/v1/conversations/{id}", None),
        ("POST", "/v1/conversations/{id}/messages", {"content": "hello"}),
        ("GET", "/v1/conversations/{id}/events", None),
    ],
)
@pytest.mark.parametrize("stranger", ["session", "key"])
def test_somebody_elses_conversation_is_as_unknown_as_none(
    world: World, stranger: str, method: str, path: str, body: Any
) -> None:
    talk = world.conversation(world.session())
    who = world.session() if stranger == "session" else world.key("chat", "catalogue", "admin")

    foreign = world.client.request(method, path.format(id=talk), json=body, headers=who)
    unknown = world.client.request(method, path.format(id="conv_none"), json=body, headers=who)

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json() == unknown.json()
    assert world.assistant.heard == []


def test_an_erased_conversation_is_gone_with_all_that_was_said(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.say(who, talk, "my secret wish", **{"Idempotency-Key": "say-1"})

    assert world.client.delete(f"/v1/conversations/{talk}", headers=who).status_code == 204

    assert world.client.get(f"/v1/conversations/{talk}", headers=who).status_code == 404
    assert listed(world, who)["conversations"] == []
    with world.database.engine().connect() as connection:
        tables = [
            row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        kept = {name: repr(connection.exec_driver_sql(f"SELECT * FROM {name}").all()) for name in tables}
    assert [name for name, rows in kept.items() if "secret wish" in rows or "It sleeps four" in rows] == []


def test_support_reads_every_conversation_and_that_is_written_down(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)

    answer = world.client.get(f"/v1/conversations/{talk}", headers=world.key("support"))

    assert answer.status_code == 200
    with world.database.read() as work:
        written = work.connection.execute(sa.select(audit)).all()
    assert [(row.what, row.subject) for row in written] == [("conversation.read", talk)]


def test_support_cannot_speak_as_the_shopper(world: World) -> None:
    talk = world.conversation(world.session())

    for scopes in (["support"], ["support", "chat"]):
        assert world.say(world.key(*scopes), talk).status_code in (403, 404)


def test_a_thumb_is_the_owners_and_the_last_one_stands(world: World) -> None:
    who = world.session()
    reply = world.say(who, world.conversation(who)).json()
    path = f"/v1/messages/{reply['id']}/feedback"

    assert world.client.post(path, json={"value": 1}, headers=who).json() == {
        "message_id": reply["id"],
        "value": 1,
    }
    last = world.client.post(path, json={"value": -1, "comment": "too dear"}, headers=who)

    assert last.json() == {"message_id": reply["id"], "value": -1, "comment": "too dear"}
    with world.database.engine().connect() as connection:
        kept = connection.exec_driver_sql("SELECT value, comment FROM message_feedback").all()
    assert [tuple(row) for row in kept] == [(-1, "too dear")]


def test_a_thumb_on_somebody_elses_message_is_404(world: World) -> None:
    who = world.session()
    reply = world.say(who, world.conversation(who)).json()

    answer = world.client.post(
        f"/v1/messages/{reply['id']}/feedback", json={"value": 1}, headers=world.session()
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("value", [0, 2, True, "1", 1.5, None])
def test_a_thumb_is_up_or_down(world: World, value: Any) -> None:
    answer = world.client.post("/v1/messages/msg_1/feedback", json={"value": value}, headers=world.session())

    assert answer.status_code == 422


def test_a_confirmation_that_nobody_asked_for_is_404(world: World) -> None:
    answer = world.client.post("/v1/confirmations/conf_1", json={"accept": True}, headers=world.session())

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_confirmation"
