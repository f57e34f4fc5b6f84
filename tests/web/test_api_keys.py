"""API keys: shown once, kept as digests, revocable, bounded by their scopes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.web.world import World
from web.keys import SCOPES, ApiKeys, UnknownKey, UnknownScope
from web.tables import api_keys

ROUTES = {
    "chat": ("POST", "/v1/conversations"),
    "catalogue": ("GET", "/v1/products/tent"),
    "support": ("GET", "/v1/support/queue"),
}


def test_only_a_digest_of_a_key_is_stored(world: World) -> None:
    with world.database.begin() as work:
        _, token = ApiKeys(work, world.clock()).create("shop server", ["chat"])
        stored = work.connection.execute(sa.select(api_keys)).all()

    assert token.startswith("pw_key_")
    assert token.removeprefix("pw_key_") not in repr(stored)


@pytest.mark.parametrize("held", ["chat", "catalogue", "support", "admin"])
@pytest.mark.parametrize("needed", list(ROUTES))
def test_a_key_may_do_what_its_scope_names_and_nothing_else(world: World, held: str, needed: str) -> None:
    method, path = ROUTES[needed]

    answer = world.client.request(method, path, headers=world.key(held))

    if held == needed:
        assert answer.status_code < 300
    else:
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "missing_scope"


def test_a_revoked_key_is_worth_nothing_at_once(world: World) -> None:
    who = world.key("chat")
    with world.database.begin() as work:
        keys = ApiKeys(work, world.clock())
        keys.revoke(keys.all()[0].id)

    answer = world.client.post("/v1/conversations", headers=who)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_ends_when_it_was_made_to(world: World) -> None:
    with world.database.begin() as work:
        _, token = ApiKeys(work, world.clock()).create("a week", ["chat"], world.clock() + timedelta(days=7))
    who = {"Authorization": f"Bearer {token}"}
    assert world.client.get("/v1/conversations", headers=who).status_code == 200

    world.clock.pass_by(timedelta(days=7))

    assert world.client.get("/v1/conversations", headers=who).status_code == 401


@pytest.mark.parametrize("scopes", [[], ["everything"], ["chat", "root"]])
def test_a_key_needs_scopes_that_exist(world: World, scopes: list[str]) -> None:
    with world.database.begin() as work, pytest.raises(UnknownScope):
        ApiKeys(work, world.clock()).create("a key", scopes)


def test_revoking_what_is_no_key_says_so(world: World) -> None:
    with world.database.begin() as work, pytest.raises(UnknownKey):
        ApiKeys(work, world.clock()).revoke("key_none")


def test_a_key_with_every_scope_can_be_made(world: World) -> None:
    with world.database.begin() as work:
        made, _ = ApiKeys(work, world.clock()).create("all", SCOPES)

    assert made.scopes == set(SCOPES)
