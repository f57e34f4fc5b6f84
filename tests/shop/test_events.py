"""Rankings and the events that answer them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shop.errors import UnknownRanking
from shop.events import Event, Events, RankedItem, Ranking, Rankings
from storage import Database, UnitOfWork

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def work(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as work:
        yield work


def shown(work: UnitOfWork, *product_ids: str, owner: str = "ada", ranking_id: str | None = None) -> str:
    items = [RankedItem(product_id, 1.0) for product_id in product_ids]
    return Rankings(work).record(owner, items, strategy="search", at=NOON, ranking_id=ranking_id)


def click(key: str, ranking: str, product_id: str = "mug") -> Event:
    return Event(key, "interaction", NOON, ranking, product_id, action="click")


def test_a_ranking_comes_back_in_the_order_shown(work: UnitOfWork) -> None:
    items = (RankedItem("mug", 0.9, 0.5, "explore"), RankedItem("tea", 0.8))

    ranking_id = Rankings(work).record("ada", items, strategy="search", at=NOON, query="warm")

    assert ranking_id.startswith("rank_")
    kept = (RankedItem("mug", 0.9, 0.5, "explore"), RankedItem("tea", 0.8, 1.0, "search"))
    assert Rankings(work).get(ranking_id) == Ranking(ranking_id, "ada", NOON, kept, "warm")
    assert Rankings(work).get("rank_other") is None


def test_a_product_may_stand_in_a_ranking_twice(work: UnitOfWork) -> None:
    ranking = Rankings(work).get(shown(work, "mug", "tea", "mug"))

    assert ranking is not None
    assert [item.product_id for item in ranking.items] == ["mug", "tea", "mug"]


def test_an_id_that_the_caller_made_is_kept(work: UnitOfWork) -> None:
    assert shown(work, "mug", ranking_id="rank_mine") == "rank_mine"


def test_events_are_kept_with_all_that_they_say(work: UnitOfWork) -> None:
    ranking = shown(work, "mug")
    rated = Event("e-2", "rating", NOON, ranking, "mug", value=4.5)

    assert Events(work).append("ada", [click("e-1", ranking), rated]) == 2
    assert Events(work).of_ranking(ranking) == (click("e-1", ranking), rated)


def test_an_id_that_was_used_is_ignored_in_one_call_and_in_the_next(work: UnitOfWork) -> None:
    ranking = shown(work, "mug", "tea")
    events = Events(work)

    assert events.append("ada", [click("e-1", ranking), click("e-1", ranking, "tea")]) == 1
    assert events.append("ada", [click("e-1", ranking, "tea"), click("e-2", ranking)]) == 1
    assert [each.product_id for each in events.of_ranking(ranking)] == ["mug", "mug"]


def test_two_owners_may_choose_the_same_id(work: UnitOfWork) -> None:
    hers, his = shown(work, "mug"), shown(work, "mug", owner="bob")

    assert Events(work).append("ada", [click("e-1", hers)]) == 1
    assert Events(work).append("bob", [click("e-1", his)]) == 1


def test_an_event_answers_only_what_its_owner_was_shown(work: UnitOfWork) -> None:
    hers, his = shown(work, "mug"), shown(work, "mug", owner="bob")

    for wrong in (click("e-2", his), click("e-2", "rank_none"), click("e-2", hers, "tea")):
        with pytest.raises(UnknownRanking):
            Events(work).append("ada", [click("e-1", hers), wrong])

    assert Events(work).of_ranking(hers) == ()
