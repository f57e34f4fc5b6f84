"""Feedback events over HTTP."""

from typing import Any

import pytest

from shop.events import Events
from tests.web.world import World


@pytest.fixture
def who(world: World) -> dict[str, str]:
    return world.session()


@pytest.fixture
def ranking(world: World, who: dict[str, str]) -> str:
    shown: str = world.client.post("/v1/search", json={"query": "tent"}, headers=who).json()["ranking_id"]
    return shown


def click(ranking: str, **changes: Any) -> dict[str, Any]:
    told = {
        "id": "e-1",
        "type": "interaction",
        "at": "2026-03-01T13:00:00+01:00",
        "ranking": ranking,
        "action": "click",
        "product_id": "tent",
    }
    return {name: value for name, value in (told | changes).items() if value is not None}


def send(world: World, who: dict[str, str], body: Any) -> Any:
    return world.client.post("/v1/events", json=body, headers=who)


@pytest.mark.parametrize(
    "wrap", [lambda event: event, lambda event: [event], lambda event: {"events": [event]}]
)
def test_one_event_a_list_and_a_batch_are_taken_alike(
    world: World, who: dict[str, str], ranking: str, wrap: Any
) -> None:
    assert send(world, who, wrap(click(ranking))).json() == {"stored": 1, "ignored": 0}

    with world.database.read() as work:
        kept = Events(work).of_ranking(ranking)
    assert [(event.action, event.product_id, event.at.hour) for event in kept] == [("click", "tent", 12)]


def test_an_event_that_was_sent_before_is_ignored(world: World, who: dict[str, str], ranking: str) -> None:
    send(world, who, [click(ranking)])

    again = send(world, who, [click(ranking), click(ranking, id="e-2"), click(ranking, id="e-2")])

    assert again.json() == {"stored": 1, "ignored": 2}


def test_a_rating_may_be_given_to_what_was_shown(world: World, who: dict[str, str], ranking: str) -> None:
    assert send(world, who, click(ranking, type="rating", action=None, value=4.5)).status_code == 200


@pytest.mark.parametrize("foreign", ["session", "key"])
def test_a_list_that_was_shown_to_somebody_else_is_404(world: World, ranking: str, foreign: str) -> None:
    stranger = world.session() if foreign == "session" else world.key("chat", "catalogue")

    answer = send(world, stranger, [click(ranking)])

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_ranking"


def test_one_event_of_an_unknown_list_keeps_the_whole_batch_out(
    world: World, who: dict[str, str], ranking: str
) -> None:
    answer = send(world, who, [click(ranking), click("rank_none", id="e-2")])

    assert answer.status_code == 404
    with world.database.read() as work:
        assert Events(work).of_ranking(ranking) == ()


def test_500_events_are_taken_and_one_more_is_not(world: World, who: dict[str, str], ranking: str) -> None:
    events = [click(ranking, id=f"e-{number}") for number in range(501)]

    assert send(world, who, events).status_code == 422
    assert send(world, who, []).status_code == 422
    assert send(world, who, events[:500]).json()["stored"] == 500


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"type": "purchase"}, ""),
        ({"action": "buy"}, "action"),
        ({"action": None}, "action"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-03-01T12:00:00"}, "at"),
        ({"at": 1_772_366_400}, "at"),
        ({"product_id": None}, "product_id"),
        ({"type": "rating", "action": None}, "value"),
        ({"type": "rating", "action": None, "value": 6}, "value"),
        ({"price": 5}, "price"),
    ],
)
def test_what_is_no_event_is_422_with_its_place(
    world: World, who: dict[str, str], ranking: str, changes: Any, param: str
) -> None:
    answer = send(world, who, [click(ranking), click(ranking, id="e-2", **changes)])

    assert answer.status_code == 422
    assert answer.json()["error"]["param"] == (f"[1].{param}" if param else "[1]")


def test_a_time_that_no_calendar_has_in_utc_is_422(world: World, who: dict[str, str], ranking: str) -> None:
    assert send(world, who, click(ranking, at="0001-01-01T00:00:00+14:00")).status_code == 422
