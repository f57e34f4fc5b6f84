"""A repeated request: the stored answer, once, for the same caller and the same words."""

from datetime import timedelta
from typing import Any

import pytest

from assistant.bundles import Bundles
from tests.web.world import NOW, World
from web.idempotency import Answers, Claim, RequestKey

KEY = {"Idempotency-Key": "k-1"}
TENT = {"variant_id": "tent-v"}


def add(world: World, who: dict[str, str], body: Any = None, **key: str) -> Any:
    return world.client.post("/v1/cart/items", json=body or TENT, headers={**who, **(key or KEY)})


def tents(world: World, who: dict[str, str]) -> int:
    return sum(line["quantity"] for line in world.client.get("/v1/cart", headers=who).json()["lines"])


def test_a_deed_that_is_asked_for_twice_under_one_key_is_done_once(world: World) -> None:
    who = world.session()

    first, again = add(world, who), add(world, who)

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert tents(world, who) == 1


def test_without_a_key_it_is_done_as_often_as_it_is_asked_for(world: World) -> None:
    who = world.session()
    for _ in range(2):
        world.client.post("/v1/cart/items", json=TENT, headers=who)

    assert tents(world, who) == 2


def test_the_order_of_fields_and_white_space_make_no_other_body(world: World) -> None:
    who = world.session() | KEY | {"Content-Type": "application/json"}
    bodies = [b'{"variant_id":"tent-v","quantity":2}', b'{ "quantity": 2,\n "variant_id": "tent-v" }']

    answers = [world.client.post("/v1/cart/items", content=body, headers=who) for body in bodies]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert tents(world, who) == 2


def test_the_same_key_with_another_body_is_422(world: World) -> None:
    who = world.session()
    add(world, who)

    answer = add(world, who, {"variant_id": "stove-v"})

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "idempotency_key_reused"
    assert answer.json()["error"]["param"] == "Idempotency-Key"


def test_a_key_counts_for_one_caller_only(world: World) -> None:
    ann, bob = world.session(), world.session()

    assert add(world, ann).json()["lines"][0]["id"] != add(world, bob).json()["lines"][0]["id"]


def test_a_key_counts_for_one_path_and_one_method_only(world: World) -> None:
    who = world.session()
    line = add(world, who).json()["lines"][0]["id"]

    changed = world.client.patch(f"/v1/cart/items/{line}", json={"quantity": 3}, headers=who | KEY)
    removed = world.client.delete(f"/v1/cart/items/{line}", headers=who | KEY)

    assert (changed.status_code, removed.status_code) == (200, 200)
    assert tents(world, who) == 0


def test_a_deletion_can_be_repeated(world: World) -> None:
    who = world.session()
    path = f"/v1/conversations/{world.conversation(who)}"

    assert [world.client.delete(path, headers=who | KEY).status_code for _ in range(2)] == [204, 204]
    assert world.client.delete(path, headers=who).status_code == 404


def test_a_refused_deed_may_be_asked_for_again(world: World) -> None:
    who = world.session()
    assert add(world, who, {"variant_id": "none"}).status_code == 404

    assert add(world, who).status_code == 201


def test_after_a_day_the_key_is_new_again(world: World) -> None:
    who = world.session()
    add(world, who)
    world.clock.pass_by(timedelta(hours=12))
    tents(world, who)
    world.clock.pass_by(timedelta(hours=12))

    add(world, who)

    assert tents(world, who) == 2


def test_a_search_that_is_repeated_shows_the_list_that_was_shown(world: World) -> None:
    who = world.session() | KEY

    first, again = (world.client.post("/v1/search", json={"query": "tent"}, headers=who) for _ in range(2))

    assert first.json() == again.json()


@pytest.mark.parametrize("key", ["", "with space", "x" * 256, "\x7f"])
def test_a_key_that_is_none_is_422(world: World, key: str) -> None:
    answer = add(world, world.session(), **{"Idempotency-Key": key})

    assert answer.status_code == 422
    assert answer.json()["error"]["param"] == "Idempotency-Key"


def test_a_claim_is_somebody_elses_only_until_its_lease_ends(world: World) -> None:
    key = RequestKey("d" * 64, "b" * 64)
    with world.database.begin() as work:
        first = Answers(work, NOW).find_or_claim(key)
    with world.database.begin() as work:
        later = Answers(work, NOW + timedelta(minutes=2)).find_or_claim(key)

    assert isinstance(first, Claim)
    assert later == first


def test_a_process_that_starts_alone_frees_what_the_last_one_held(world: World) -> None:
    key = RequestKey("d" * 64, "b" * 64)
    with world.database.begin() as work:
        Answers(work, NOW).find_or_claim(key)
    with world.database.begin() as work:
        Answers(work, NOW).release_all()

    with world.database.begin() as work:
        assert isinstance(Answers(work, NOW).find_or_claim(key), Claim)


def test_an_edit_whose_process_died_before_it_could_answer_is_answered_again_not_done_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = world.session()
    slots = {"slots": [{"name": "tent", "query": "tent"}, {"name": "stove", "query": "stove"}]}
    made = world.client.post("/v1/bundles", json=slots, headers=who).json()["bundles"][0]
    path, body = f"/v1/bundles/{made['id']}/edit", {"revision": 1, "op": "lock", "slot": "tent"}
    edit = Bundles.edit

    def edited_and_died(*args: Any, **named: Any) -> None:
        edit(*args, **named)
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as dying:
        dying.setattr(Bundles, "edit", edited_and_died)
        assert world.client.post(path, json=body, headers=who | KEY).status_code == 500

    again = world.client.post(path, json=body, headers=who | KEY)

    assert again.status_code == 200
    assert (again.json()["bundle"]["revision"], again.json()["bundle"]["items"][0]["locked"]) == (2, True)
    assert again.json()["ranking_id"]
