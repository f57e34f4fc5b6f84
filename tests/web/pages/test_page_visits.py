import asyncio

import pytest

from web.pages.visits import Kept, Seal, Visit, Visits


class Watch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_is_kept_is_found() -> None:
    kept: Kept[int] = Kept()
    kept.put("a", 1)
    assert kept.get("a") == 1
    assert kept.get("b") is None


def test_the_one_longest_away_is_forgotten_first() -> None:
    kept: Kept[int] = Kept(most=2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
    assert len(kept) == 2


def test_what_was_idle_for_too_long_is_gone_and_use_keeps_it() -> None:
    watch = Watch()
    kept: Kept[int] = Kept(idle_s=10, clock=watch)
    kept.put("a", 1)
    watch.now += 9
    assert kept.get("a") == 1
    watch.now += 9
    assert kept.get("a") == 1
    watch.now += 10
    assert kept.get("a") is None
    assert len(kept) == 0


def test_only_this_process_gives_out_ids() -> None:
    seal, other = Seal(), Seal()
    made = seal.new_id()
    assert seal.is_genuine(made)
    assert not other.is_genuine(made)
    assert not seal.is_genuine(made[:-1] + ("0" if made[-1] != "0" else "1"))
    for forged in ("", ".", "abc", "abc.", "é.è", "a.b.c"):
        assert not seal.is_genuine(forged)


def test_no_two_ids_are_the_same() -> None:
    seal = Seal()
    assert len({seal.new_id() for _ in range(1000)}) == 1000


def test_a_first_visit_is_remembered_only_once_there_is_something_to_keep() -> None:
    kept: Kept[Visit] = Kept()
    visits = Visits(kept)
    visit = visits.find(visits.new_id())
    assert len(kept) == 0
    visits.keep(visit)
    assert visits.find(visit.id) is visit


@pytest.mark.anyio
async def test_whoever_follows_sees_every_state_and_the_last_one() -> None:
    visit = Visit("v")
    visit.answering = asyncio.create_task(asyncio.sleep(0))
    seen: list[str] = []

    async def follow() -> None:
        seen.extend([visit.notice async for _ in visit.follow()])

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    for notice in ("one", "two"):
        visit.notice = notice
        visit.tell()
        await asyncio.sleep(0.01)
    visit.notice, visit.answering = "last", None
    visit.tell()
    await asyncio.wait_for(following, 5)
    assert seen == ["", "one", "two", "last"]


@pytest.mark.anyio
async def test_following_a_visit_at_rest_ends_at_once() -> None:
    assert [None async for _ in Visit("v").follow()] == [None]
