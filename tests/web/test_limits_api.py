"""How often anybody may ask, over HTTP: by session, by key, by address."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from tests.web.world import World
from web.config import Limits, Rate

TWO = Rate(per_minute=0.01, burst=2)


def at(world: World, address: str) -> TestClient:
    return TestClient(world.app, base_url="http://localhost", client=(address, 4_000))


class TestSessionsOfAnAddress:
    @pytest.fixture
    def limits(self, limits: Limits) -> Limits:
        return replace(limits, sessions_per_address=TWO)

    def test_a_third_session_has_to_wait_and_another_address_not(self, world: World) -> None:
        statuses = [at(world, "203.0.113.5").post("/v1/sessions").status_code for _ in range(3)]

        assert statuses == [201, 201, 429]
        assert at(world, "203.0.113.6").post("/v1/sessions").status_code == 201

    def test_a_household_with_many_ipv6_addresses_is_one(self, world: World) -> None:
        statuses = [
            at(world, f"2001:db8:1:2::{number}").post("/v1/sessions").status_code for number in range(3)
        ]

        assert statuses == [201, 201, 429]
        assert at(world, "2001:db8:1:3::1").post("/v1/sessions").status_code == 201

    def test_a_server_with_a_key_opens_sessions_for_its_shoppers(self, world: World) -> None:
        key = world.key("chat")

        statuses = {at(world, "203.0.113.5").post("/v1/sessions", headers=key).status_code for _ in range(5)}

        assert statuses == {201}


class TestTurns:
    @pytest.fixture
    def limits(self, limits: Limits) -> Limits:
        return replace(limits, turns_per_session=TWO, turns_per_key=TWO)

    @pytest.mark.parametrize("kind", ["session", "key"])
    def test_a_third_turn_has_to_wait_and_is_not_stored(self, world: World, kind: str) -> None:
        who = world.session() if kind == "session" else world.key("chat")
        talk = world.conversation(who)

        answers = [world.say(who, talk) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json()["error"]["code"] == "rate_limited"
        assert int(answers[2].headers["retry-after"]) > 60
        said = world.client.get(f"/v1/conversations/{talk}", headers=who).json()["messages"]
        assert len(said) == 4

    def test_another_session_is_not_touched(self, world: World) -> None:
        first, second = world.session(), world.session()
        talk = world.conversation(first)
        for _ in range(3):
            world.say(first, talk)

        assert world.say(second, world.conversation(second)).status_code == 200


class TestStrangers:
    @pytest.fixture
    def limits(self, limits: Limits) -> Limits:
        return replace(limits, requests_per_address=TWO)

    def test_guessing_tokens_has_to_wait(self, world: World) -> None:
        guesses = [
            at(world, "203.0.113.5")
            .get("/v1/cart", headers={"Authorization": f"Bearer pw_sess_{n}"})
            .status_code
            for n in range(3)
        ]

        assert guesses == [401, 401, 429]


class TestRequestsOfASession:
    @pytest.fixture
    def limits(self, limits: Limits) -> Limits:
        return replace(limits, requests_per_session=TWO)

    def test_a_third_request_has_to_wait(self, world: World) -> None:
        who = world.session()

        assert [world.client.get("/v1/cart", headers=who).status_code for _ in range(3)] == [200, 200, 429]
