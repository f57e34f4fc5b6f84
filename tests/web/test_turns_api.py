"""Turns over HTTP: one at a time, stored before anything goes out, finished whoever listens."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from assistant.conversations import Conversations
from storage import StorageUnavailable
from tests.web.world import World, events_of
from web.config import Limits

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def limits(limits: Limits) -> Limits:
    return replace(limits, turns_at_once=2, turns_waiting=1)


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.01)


class Asking(threading.Thread):
    """A client that waits for an answer."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._ask = ask
        self.answer: Any = None
        self.start()

    def run(self) -> None:
        self.answer = self._ask()

    def done(self) -> Any:
        self.join(20)
        assert self.answer is not None, "no answer came"
        return self.answer


def messages(world: World, who: dict[str, str], talk: str) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = world.client.get(f"/v1/conversations/{talk}", headers=who).json()["messages"]
    return said


def test_a_message_gets_the_whole_reply(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)

    answer = world.say(who, talk)

    assert answer.status_code == 200
    assert answer.json()["content"] == "Here is a tent. It sleeps four."
    assert answer.json()["conversation_id"] == talk
    assert answer.json()["products"][0]["product_id"] == "tent"


def test_the_same_turn_as_events_begins_with_created_and_ends_with_the_whole_reply(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)

    answer = world.say(who, talk, **EVENTS)
    told = events_of(answer.text)

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-request-id"].startswith("req_")
    assert [name for name, _ in told] == [
        "message.created", "intent", "products", "text.delta", "text.delta", "message.completed",
    ]  # fmt: skip
    created, completed = json.loads(told[0][1]), json.loads(told[-1][1])
    assert completed["id"] == created["id"]
    assert completed["content"] == "Here is a tent. It sleeps four."


def test_the_message_is_stored_before_the_assistant_is_asked(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.assistant.gate.clear()
    asking = Asking(lambda: world.say(who, talk, "a tent, please"))
    wait_for(lambda: bool(world.assistant.heard))

    said = messages(world, who, talk)

    assert [(each["role"], each["content"], each["reply"]) for each in said] == [
        ("user", "a tent, please", None)
    ]
    world.assistant.gate.set()
    asking.done()


def test_a_second_turn_of_the_conversation_is_409_and_stores_nothing(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.assistant.gate.clear()
    first = Asking(lambda: world.say(who, talk, "one"))
    wait_for(lambda: bool(world.assistant.heard))

    second = world.say(who, talk, "two")

    assert second.status_code == 409
    assert second.json()["error"]["code"] == "conversation_busy"
    world.assistant.gate.set()
    assert first.done().status_code == 200
    assert [each["content"] for each in messages(world, who, talk) if each["role"] == "user"] == ["one"]


def test_over_the_places_there_are_it_is_429_and_nothing_is_stored(world: World) -> None:
    who = world.session()
    talks = [world.conversation(who) for _ in range(4)]
    world.assistant.gate.clear()
    held = [Asking(partial(world.say, who, talk)) for talk in talks[:3]]
    wait_for(lambda: all(len(messages(world, who, talk)) == 1 for talk in talks[:3]))

    refused = world.say(who, talks[3])

    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_busy"
    assert int(refused.headers["retry-after"]) >= 1
    assert messages(world, who, talks[3]) == []
    world.assistant.gate.set()
    assert [each.done().status_code for each in held] == [200, 200, 200]
    assert world.say(who, talks[3]).status_code == 200


def test_at_the_end_of_the_server_turns_at_work_end_and_those_in_line_can_be_retried(world: World) -> None:
    who = world.session()
    talks = [world.conversation(who) for _ in range(3)]
    keys = [{"Idempotency-Key": f"say-{number}"} for number in range(3)]
    world.assistant.gate.clear()
    held = [Asking(partial(world.say, who, talk, **key)) for talk, key in zip(talks, keys, strict=True)]
    wait_for(lambda: all(len(messages(world, who, talk)) == 1 for talk in talks))
    wait_for(lambda: len(world.assistant.heard) == 2)

    closing = threading.Thread(target=world.app.state.web.turns.close)
    closing.start()
    in_line = next(number for number in range(3) if _waits(world, talks[number]))
    cut_off = held[in_line].done()
    world.assistant.gate.set()
    closing.join(20)

    assert cut_off.status_code == 503
    assert sorted(each.done().status_code for each in held) == [200, 200, 503]
    assert world.say(who, talks[in_line], **keys[in_line]).status_code == 200
    assert len(messages(world, who, talks[in_line])) == 2


def _waits(world: World, talk: str) -> bool:
    return talk not in {turn.conversation_id for turn in world.assistant.heard}


def test_a_turn_that_breaks_ends_in_an_error_and_frees_the_conversation(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.assistant.fail = RuntimeError("the secret recipe")

    broken = world.say(who, talk)

    assert broken.status_code == 500
    assert broken.json()["error"]["code"] == "turn_failed"
    assert "secret recipe" not in broken.text
    assert "secret recipe" in caplog.text
    assert messages(world, who, talk)[0]["reply"] is None
    assert world.say(who, talk).status_code == 200


def test_a_broken_turn_as_events_ends_in_the_envelope(world: World) -> None:
    who = world.session()
    world.assistant.fail = RuntimeError("broken")

    told = events_of(world.say(who, world.conversation(who), **EVENTS).text)

    assert [name for name, _ in told] == ["message.created", "error"]
    assert json.loads(told[-1][1])["error"]["type"] == "server_error"


def test_a_store_that_goes_away_during_a_turn_is_a_503(world: World) -> None:
    who = world.session()
    world.assistant.fail = StorageUnavailable("disk full")

    answer = world.say(who, world.conversation(who))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1


def test_a_repeated_message_gets_the_stored_reply_and_is_said_once(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    key = {"Idempotency-Key": "say-1"}

    first, again = world.say(who, talk, **key), world.say(who, talk, **key)

    assert again.json() == first.json()
    assert len(messages(world, who, talk)) == 2
    assert len(world.assistant.heard) == 1


def test_a_repeated_stream_is_replayed_event_by_event(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    headers = {"Idempotency-Key": "say-1", **EVENTS}

    first, again = world.say(who, talk, **headers), world.say(who, talk, **headers)

    assert events_of(again.text) == events_of(first.text)


def test_a_stored_stream_can_be_had_whole_and_the_other_way_round(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)

    streamed = world.say(who, talk, **{"Idempotency-Key": "say-1", **EVENTS})
    whole = world.say(who, talk, **{"Idempotency-Key": "say-1"})

    assert whole.json() == json.loads(events_of(streamed.text)[-1][1])


def test_the_same_key_while_the_turn_still_runs_is_409(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.assistant.gate.clear()
    first = Asking(lambda: world.say(who, talk, **{"Idempotency-Key": "say-1"}))
    wait_for(lambda: bool(world.assistant.heard))

    again = world.say(who, talk, **{"Idempotency-Key": "say-1"})

    assert again.status_code == 409
    assert again.json()["error"]["code"] == "still_running"
    world.assistant.gate.set()
    first.done()


def test_a_retry_with_the_same_key_finishes_a_turn_that_broke_off(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.assistant.fail = RuntimeError("pulled the plug")
    world.say(who, talk, "once", **{"Idempotency-Key": "say-1"})

    again = world.say(who, talk, "once", **{"Idempotency-Key": "say-1"})

    assert again.status_code == 200
    said = messages(world, who, talk)
    assert [each["content"] for each in said if each["role"] == "user"] == ["once"]
    assert said[0]["reply"]["id"] == again.json()["id"]


def test_a_reply_that_was_stored_before_its_key_was_is_found_by_the_retry(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    first = world.say(who, talk, **{"Idempotency-Key": "say-1"})
    with world.database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE idempotency SET answer = NULL")

    again = world.say(who, talk, **{"Idempotency-Key": "say-1"})

    assert again.json() == first.json()
    assert len(messages(world, who, talk)) == 2


def test_while_a_human_has_the_conversation_posting_is_202_and_the_assistant_silent(world: World) -> None:
    who, desk = world.session(), world.key("support")
    talk = world.conversation(who)
    world.client.post(f"/v1/support/conversations/{talk}/take", headers=desk)

    answer = world.say(who, talk, "are you human?", **EVENTS)

    assert answer.status_code == 202
    assert answer.json()["role"] == "user"
    assert answer.json()["content"] == "are you human?"
    assert world.assistant.heard == []
    assert [each["content"] for each in messages(world, who, talk)] == ["are you human?"]


def test_a_message_said_twice_to_a_human_under_one_key_stands_there_once(world: World) -> None:
    who, desk = world.session(), world.key("support")
    talk = world.conversation(who)
    world.client.post(f"/v1/support/conversations/{talk}/take", headers=desk)

    first, again = (world.say(who, talk, **{"Idempotency-Key": "say-1"}) for _ in range(2))

    assert again.status_code == 202
    assert again.json() == first.json()
    assert len(messages(world, who, talk)) == 1


@pytest.mark.parametrize("content", ["", "   ", "\u3000", "x" * 4001, "a\0b", 5, None, ["a tent"]])
def test_what_is_no_message_is_422_and_stores_nothing(world: World, content: Any) -> None:
    who = world.session()
    talk = world.conversation(who)

    answer = world.client.post(f"/v1/conversations/{talk}/messages", json={"content": content}, headers=who)

    assert answer.status_code == 422
    assert answer.json()["error"]["param"] == "content"
    assert messages(world, who, talk) == []


@pytest.mark.parametrize(
    "content", ["x" * 4000, "\U0001f3d5\ufe0f" * 3, "<script>alert(1)</script>", "想买帐篷", "\u202e tent"]
)
def test_any_text_that_can_be_read_is_taken_to_the_letter(world: World, content: str) -> None:
    who = world.session()
    talk = world.conversation(who)

    assert world.say(who, talk, content).status_code == 200
    assert world.assistant.heard[0].text == content
    assert messages(world, who, talk)[0]["content"] == content


def test_the_assistant_is_told_whose_turn_it_is_and_what_the_caller_may_do(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)

    world.say(who, talk)

    turn = world.assistant.heard[0]
    assert turn.conversation_id == talk
    assert turn.scopes == {"chat", "catalogue"}
    assert turn.customer_id is None
    with world.database.read() as work:
        assert Conversations(work, world.clock()).get(None, talk).owner == turn.owner


def test_a_conversation_that_is_erased_during_its_turn_stays_erased(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.assistant.gate.clear()
    asking = Asking(lambda: world.say(who, talk))
    wait_for(lambda: bool(world.assistant.heard))

    assert world.client.delete(f"/v1/conversations/{talk}", headers=who).status_code == 204
    world.assistant.gate.set()

    asking.done()
    assert world.client.get(f"/v1/conversations/{talk}", headers=who).status_code == 404
