"""Streams over a real connection: left early, followed, resumed, pinged."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.web.live import served
from tests.web.test_turns_api import EVENTS, messages, wait_for
from tests.web.world import World
from web.config import Limits


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with served(world.app) as url:
        yield url


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=20) as client:
        yield client


def events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Events as they come: `{"event", "id", "data"}`; a comment is `{"comment"}`."""
    fields: dict[str, Any] = {}
    for line in lines:
        if line.startswith(":"):
            yield {"comment": line[1:].strip()}
        elif line:
            name, value = line.split(": ", 1)
            fields[name] = json.loads(value) if name == "data" else value
        elif fields:
            yield fields
            fields = {}


def follow(http: httpx.Client, who: Mapping[str, str], talk: str, after: int = 0) -> Any:
    path = f"/v1/conversations/{talk}/events"
    return http.stream("GET", path, params={"after": after}, headers={**who, **EVENTS})


def test_a_client_that_goes_away_does_not_stop_the_turn(world: World, http: httpx.Client) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.assistant.gate.clear()
    path = f"/v1/conversations/{talk}/messages"
    with http.stream("POST", path, json={"content": "a tent"}, headers={**who, **EVENTS}) as answer:
        assert next(events(answer.iter_lines()))["event"] == "message.created"

    world.assistant.gate.set()

    wait_for(lambda: len(messages(world, who, talk)) == 2)
    assert messages(world, who, talk)[0]["reply"]["content"] == "Here is a tent. It sleeps four."


def test_the_first_events_come_while_the_turn_still_runs(world: World, http: httpx.Client) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.assistant.gate.clear()
    path = f"/v1/conversations/{talk}/messages"
    with http.stream("POST", path, json={"content": "a tent"}, headers={**who, **EVENTS}) as answer:
        told = events(answer.iter_lines())
        assert next(told)["event"] == "message.created"
        world.assistant.gate.set()
        assert [each["event"] for each in told][-1] == "message.completed"


def test_a_turn_that_takes_its_time_is_kept_alive_by_pings(
    world: World, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.turns.LiveTurn.listen.__defaults__", (0.05,))
    who = world.session()
    talk = world.conversation(who)
    world.assistant.gate.clear()
    path = f"/v1/conversations/{talk}/messages"
    with http.stream("POST", path, json={"content": "a tent"}, headers={**who, **EVENTS}) as answer:
        told = events(answer.iter_lines())
        assert next(told)["event"] == "message.created"
        assert next(told) == {"comment": "ping"}
        world.assistant.gate.set()
        list(told)


def test_who_follows_sees_what_everybody_says_as_it_is_said(world: World, http: httpx.Client) -> None:
    who, desk = world.session(), world.key("support")
    talk = world.conversation(who)
    with follow(http, who, talk) as stream:
        told = events(stream.iter_lines())
        world.say(who, talk, "hello")
        assert [next(told)["data"]["role"] for _ in range(2)] == ["user", "assistant"]
        world.client.post(f"/v1/support/conversations/{talk}/take", headers=desk)
        status = next(told)
        assert (status["event"], status["data"]) == ("status", {"status": "open"})
        body = {"content": "Hello, this is Kim."}
        world.client.post(f"/v1/support/conversations/{talk}/messages", json=body, headers=desk)
        assert next(told)["data"]["content"] == "Hello, this is Kim."


@pytest.mark.parametrize("by", ["query", "header", "both"])
def test_who_comes_back_goes_on_after_the_last_event(world: World, http: httpx.Client, by: str) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.say(who, talk, "hello")
    with follow(http, who, talk) as stream:
        seen = [next(told) for told in [events(stream.iter_lines())] for _ in range(2)]
    world.say(who, talk, "again")

    last = seen[0]["id"]
    after = int(last) if by == "query" else 0
    headers = {} if by == "query" else {"Last-Event-ID": last}
    with follow(http, who | headers, talk, after) as stream:
        told = events(stream.iter_lines())
        resumed = [next(told) for _ in range(3)]

    assert resumed[0] == seen[1]
    assert [each["data"]["content"] for each in resumed[1:]] == ["again", "Here is a tent. It sleeps four."]


def test_a_stream_ends_when_its_conversation_is_erased(world: World, http: httpx.Client) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.say(who, talk, "hello")
    with follow(http, who, talk) as stream:
        told = events(stream.iter_lines())
        next(told)
        world.client.delete(f"/v1/conversations/{talk}", headers=who)
        assert len(list(told)) == 1


def test_a_caller_has_so_many_streams_and_a_closed_one_frees_its_place(
    world: World, http: httpx.Client, limits: Limits
) -> None:
    who = world.session()
    talk = world.conversation(who)

    def status() -> int:
        with follow(http, who, talk) as answer:
            return int(answer.status_code)

    with ExitStack() as left_open:
        for _ in range(limits.streams_per_caller):
            left_open.enter_context(follow(http, who, talk))
        assert status() == 429

    wait_for(lambda: status() == 200)


@pytest.mark.parametrize("headers", [{"Last-Event-ID": "x"}, {"Last-Event-ID": "-1"}])
def test_an_event_id_that_is_none_is_422(world: World, http: httpx.Client, headers: dict[str, str]) -> None:
    who = world.session()

    with follow(http, who | headers, world.conversation(who)) as answer:
        assert answer.status_code == 422
