"""Two server processes on one PostgreSQL behave as one, and one that dies takes nothing with it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from evals.crash.clients import FIRST, feed_text
from evals.crash.forking import nursery
from evals.crash.serving import Place, Serving
from shop.feeds import import_feed
from storage import Database
from tests.contracts.test_two_servers import at_once

pytestmark = pytest.mark.slow

TIMEOUT_S = 120.0
ONE_MORE = {"product_id": FIRST, "variant_id": FIRST, "quantity": 1}


@pytest.fixture
def servers(database: Database, tmp_path: Path) -> Iterator[tuple[Serving, Serving]]:
    """Two processes, each with its own folder and index, over one database."""
    (tmp_path / "feed.csv").write_text(feed_text(1))
    import_feed(database, tmp_path / "feed.csv")
    (tmp_path / "encoders").mkdir()
    with ExitStack() as held:
        forking = held.enter_context(nursery())
        started = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            (folder / "encoders").symlink_to(tmp_path / "encoders")
            place = Place(folder, database.url, {"PAIRWELL_HTTP__ALONE": "false"})
            serving = Serving(place, nursery=forking)
            held.callback(serving.kill)
            serving.wait()
            started.append(serving)
        yield started[0], started[1]


class Shopper:
    """One session, at whichever server is asked."""

    def __init__(self, server: Serving) -> None:
        token = httpx.post(f"{server.url}/v1/sessions", json={}, timeout=TIMEOUT_S).json()["token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        self.talk = self.post(server, "conversations", {}).json()["id"]

    def post(self, server: Serving, path: str, body: Any, key: str | None = None) -> httpx.Response:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        return httpx.post(f"{server.url}/v1/{path}", json=body, headers=headers, timeout=TIMEOUT_S)

    def get(self, server: Serving, path: str) -> Any:
        answer = httpx.get(f"{server.url}/v1/{path}", headers=self._headers, timeout=TIMEOUT_S)
        return answer.raise_for_status().json()

    def say(self, server: Serving, content: str, key: str | None = None) -> httpx.Response:
        return self.post(server, f"conversations/{self.talk}/messages", {"content": content}, key)


def test_two_processes_are_one_shop(servers: tuple[Serving, Serving]) -> None:
    one, two = servers
    shopper = Shopper(one)

    assert shopper.say(one, "amber").status_code == 200
    assert shopper.say(two, "basalt under $90").status_code == 200

    turns = at_once(*(lambda server=server: shopper.say(server, "cedar") for server in servers * 2))
    codes = Counter(answer.status_code for answer in turns)
    said = [each["role"] for each in shopper.get(two, f"conversations/{shopper.talk}")["messages"]]
    assert set(codes) <= {200, 409}
    assert said == ["user", "assistant"] * (2 + codes[200])

    added = at_once(
        *(
            lambda server=server: shopper.post(server, "cart/items", ONE_MORE, "once")
            for server in servers * 3
        )
    )
    assert {answer.status_code for answer in added} == {201}
    assert shopper.get(one, "cart") == shopper.get(two, "cart")
    assert [line["quantity"] for line in shopper.get(two, "cart")["lines"]] == [1]


def test_what_a_process_that_dies_acknowledged_is_there_at_the_other(
    servers: tuple[Serving, Serving],
) -> None:
    one, two = servers
    shopper = Shopper(one)
    replied = shopper.say(one, "delta", "delta").json()
    shopper.post(one, "cart/items", ONE_MORE, "again")
    one.kill()

    assert shopper.say(two, "delta", "delta").json()["id"] == replied["id"]
    assert shopper.post(two, "cart/items", ONE_MORE, "again").status_code == 201
    assert [line["quantity"] for line in shopper.get(two, "cart")["lines"]] == [1]
    said = shopper.get(two, f"conversations/{shopper.talk}")["messages"]
    assert [each["role"] for each in said] == ["user", "assistant"]
