"""The house put together from its settings: it serves without any model, and ends what it started."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import wiring
from assistant import language
from settings import LlmSettings, Settings
from shop.feeds import import_shop
from shop.profile import Profile
from shop.values import ShopProfile
from web.services import Readiness
from wiring import build, build_app, open_database

FEED = """id,title,price,category
1,Rowan flute,49.00,Music
2,Reed whistle,12.50,Music
"""
MAPPING = """currency = "USD"
[columns]
id = "id"
title = "title"
price = "price"
[categories]
columns = ["category"]
"""
NOWHERE = "http://127.0.0.1:9/v1"


def without_model(folder: Path) -> Settings:
    return Settings(data_dir=folder, llm=LlmSettings(embedded=False))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A shop of two products, and no chat model."""
    made = without_model(tmp_path / "data")
    feed, mapping = tmp_path / "music.csv", tmp_path / "music.toml"
    feed.write_text(FEED)
    mapping.write_text(MAPPING)
    database = open_database(made)
    import_shop(database, feed, mapping=str(mapping))
    with database.begin() as work:
        Profile(work).put(ShopProfile("Reeds", "USD"))
    database.dispose()
    return made


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The API as it is served, cold: warming would load the embedding model."""
    monkeypatch.setattr(wiring.House, "warm", lambda house: None)
    with TestClient(
        build_app(settings, pages=False), base_url="http://localhost", client=("127.0.0.1", 50_000)
    ) as served:
        yield served


def test_it_serves_a_search_without_any_model(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    token = client.post("/v1/sessions", json={}).json()["token"]
    found = client.post(
        "/v1/search", json={"query": "flute"}, headers={"Authorization": f"Bearer {token}"}
    ).json()
    assert [product["title"] for product in found["products"]] == ["Rowan flute"]


def test_it_answers_a_turn_without_any_model(client: TestClient) -> None:
    token = client.post("/v1/sessions", json={}).json()["token"]
    who = {"Authorization": f"Bearer {token}"}
    conversation = client.post("/v1/conversations", headers=who).json()["id"]
    reply = client.post(
        f"/v1/conversations/{conversation}/messages", json={"content": "a whistle"}, headers=who
    ).json()
    assert reply["products"][0]["title"] == "Reed whistle"
    assert reply["degraded"] is True
    assert "$12.50" in reply["content"]


def test_an_empty_shop_serves_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring.House, "warm", lambda house: None)
    app = build_app(without_model(tmp_path), pages=False)
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50_000)) as client:
        assert client.get("/healthz").is_success
        who = {"Authorization": f"Bearer {client.post('/v1/sessions', json={}).json()['token']}"}
        assert client.post("/v1/search", json={"query": "flute"}, headers=who).json()["products"] == []


def test_readiness_names_every_part(settings: Settings) -> None:
    house = build(settings)
    parts = house.services.readiness()
    house.close()
    assert parts["store"] == Readiness(True, "the database answers")
    assert parts["model"] == Readiness(True, "switched off: rules and templates serve")
    assert not parts["index"].ready


def test_a_model_server_that_does_not_answer_is_not_ready_and_the_shop_is(settings: Settings) -> None:
    house = build(settings.model_copy(update={"llm": LlmSettings(base_url=NOWHERE)}))
    parts = house.services.readiness()
    house.close()
    assert parts["model"] == Readiness(False, "the model server cannot be reached")
    assert parts["store"].ready


def test_a_tone_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="tone"):
        Settings(tone="grumpy")


def test_one_part_that_fails_does_not_keep_the_others_cold(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build(settings)
    warmed: list[str] = []

    def fails() -> None:
        raise OSError("no space left")

    monkeypatch.setattr(language, "warm", fails)
    monkeypatch.setattr(house.search, "warm", lambda: warmed.append("search"))
    monkeypatch.setattr(house.policies, "refresh", lambda: warmed.append("policies"))
    house.warm()
    house.close()
    assert warmed == ["search", "policies"]


@pytest.mark.slow
def test_closing_ends_the_embedded_processes(settings: Settings) -> None:
    house = build(settings.model_copy(update={"llm": LlmSettings()}))
    servers = house.models.servers
    assert servers
    house.models.start()
    assert all(server.alive() for server in servers)
    assert house.models.readiness().ready
    house.close()
    assert not any(server.alive() for server in servers)


@pytest.mark.slow
def test_the_whole_house_warms_up_and_is_ready(settings: Settings) -> None:
    house = build(settings.model_copy(update={"llm": LlmSettings()}))
    house.warm()
    parts = house.services.readiness()
    house.close()
    assert all(part.ready for part in parts.values()), parts
    assert parts["index"].detail == "2 of 2 products indexed"
