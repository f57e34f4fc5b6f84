"""The house put together from its settings: it serves without any model, and ends what it started."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import wiring
from assistant import language
from assistant.llm import OpenAiChat
from assistant.telling import telling_digest
from settings import LlmSettings, Settings
from shop.feeds import import_shop
from shop.profile import Profile
from shop.values import ShopProfile
from web.services import Readiness
from wiring import build, build_app, open_database, open_model

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


@pytest.mark.parametrize(
    ("llm", "understands"),
    [
        (LlmSettings(base_url=NOWHERE), True),
        (LlmSettings(base_url=NOWHERE, understand="rules"), False),
        (LlmSettings(embedded=False), False),
    ],
    ids=["auto", "rules", "none"],
)
def test_who_names_the_intent_is_a_setting(llm: LlmSettings, understands: bool) -> None:
    model = open_model(llm)
    assert model.understands is understands
    assert model.server is None
    assert isinstance(model.chat, OpenAiChat) == (llm.base_url is not None)


def test_a_missing_model_file_is_said_and_serves_without(tmp_path: Path) -> None:
    model = open_model(LlmSettings(embedded_model_path=tmp_path / "none.gguf"))
    assert model.chat is None
    readiness = model.readiness()
    assert readiness.ready
    assert "none.gguf" in readiness.detail


def test_a_refused_adapter_leaves_the_words_to_the_model_and_the_reading_to_rules(tmp_path: Path) -> None:
    model = open_model(LlmSettings(adapter=tmp_path))
    assert model.chat is not None
    assert not model.understands
    assert "manifest.json is missing" in model.missing


def test_an_adapter_is_not_laid_over_a_model_that_the_operator_named(tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    model = open_model(LlmSettings(embedded_model_path=other))
    assert (model.understands, model.missing) == (False, "")


def test_the_model_with_its_adapter_names_the_intent() -> None:
    assert open_model(LlmSettings()).understands
    assert not open_model(LlmSettings(understand="rules")).understands


@pytest.mark.parametrize(
    ("learnt", "model", "tells"),
    [
        ({"explain": telling_digest()}, "pairwell", True),
        ({"explain": telling_digest()}, "another", False),
        ({"explain": "0" * 64}, "pairwell", False),
        ({"understand": "0" * 64}, "pairwell", False),
    ],
    ids=["by its name", "another model", "another prompt", "another task"],
)
def test_a_served_adapter_tells_if_it_learnt_to_by_the_prompt_that_serves(
    learnt: dict[str, str], model: str, tells: bool, tmp_path: Path
) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"task_prompts": learnt}))
    opened = open_model(LlmSettings(base_url=NOWHERE, model=model, adapter=tmp_path))
    assert opened.tells is tells


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
def test_closing_ends_the_embedded_process(settings: Settings) -> None:
    house = build(settings.model_copy(update={"llm": LlmSettings()}))
    server = house.model.server
    assert server is not None
    server.start()
    assert server.alive()
    assert house.model.readiness().ready
    house.close()
    assert not server.alive()


@pytest.mark.slow
def test_the_whole_house_warms_up_and_is_ready(settings: Settings) -> None:
    house = build(settings.model_copy(update={"llm": LlmSettings()}))
    house.warm()
    parts = house.services.readiness()
    house.close()
    assert all(part.ready for part in parts.values()), parts
    assert parts["index"].detail == "2 of 2 products indexed"
