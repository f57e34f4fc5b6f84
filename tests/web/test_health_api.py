"""Alive, ready, measured; details for this machine and for keys."""

import pytest
from starlette.testclient import TestClient

from tests.web.world import World
from web.services import Readiness


@pytest.fixture
def outside(world: World) -> TestClient:
    """A client on another machine."""
    return TestClient(world.app, base_url="http://localhost", client=("203.0.113.5", 4_000))


def test_a_living_process_says_so_to_anybody(outside: TestClient) -> None:
    assert outside.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("missing", "status", "said"),
    [
        ([], 200, "ready"),
        (["model"], 200, "degraded"),
        (["index"], 503, "unavailable"),
        (["store", "model"], 503, "unavailable"),
    ],
)
def test_it_is_ready_where_it_can_serve_and_degraded_without_the_model(
    world: World, missing: list[str], status: int, said: str
) -> None:
    for name in missing:
        world.ready[name] = Readiness(False, f"run doctor for the {name}")

    answer = world.client.get("/readyz")

    assert answer.status_code == status
    assert answer.json()["status"] == said
    assert [name for name, part in answer.json()["parts"].items() if not part["ready"]] == missing
    assert ("retry-after" in answer.headers) == (status == 503)


def test_details_are_for_this_machine_and_for_whoever_shows_a_key(world: World, outside: TestClient) -> None:
    key = world.key("catalogue")

    assert outside.get("/readyz").json() == {"status": "ready"}
    assert "parts" in outside.get("/readyz", headers=key).json()
    assert outside.get("/metrics").status_code == 401
    assert outside.get("/metrics", headers=key).status_code == 200
    assert outside.get("/metrics", headers={"Authorization": "Bearer pw_key_wrong"}).status_code == 401


def test_what_a_proxy_passes_on_is_not_this_machine(world: World) -> None:
    passed_on = {"X-Forwarded-For": "203.0.113.5"}

    assert world.client.get("/metrics", headers=passed_on).status_code == 401
    assert "parts" not in world.client.get("/readyz", headers=passed_on).json()


def test_metrics_count_by_route_and_never_by_id(world: World) -> None:
    who = world.session()
    talk = world.conversation(who)
    world.say(who, talk)
    world.client.get("/v1/nothing")

    text = world.client.get("/metrics").text

    route = "/v1/conversations/{conversation_id}/messages"
    assert f'pairwell_http_requests_total{{method="POST",route="{route}",status="200"}} 1.0' in text
    assert 'pairwell_turns_total{outcome="degraded"} 1.0' in text
    assert "pairwell_turns_held 0.0" in text
    assert talk not in text
