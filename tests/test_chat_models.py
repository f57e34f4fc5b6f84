"""Who reads and who tells, by the settings: two adapters, one, or none; what is refused is said."""

import json
from pathlib import Path

import pytest

from assistant.adapters import SHIPPED, VOICE
from assistant.llm import OpenAiChat
from assistant.telling import telling_digest
from chat_models import VOICE_NAME, open_models
from settings import LlmSettings

NOWHERE = "http://127.0.0.1:9/v1"


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
    models = open_models(llm)
    assert models.understands is understands
    assert models.servers == ()
    assert isinstance(models.reader, OpenAiChat) == (llm.base_url is not None)


def test_a_missing_model_file_is_said_and_serves_without(tmp_path: Path) -> None:
    models = open_models(LlmSettings(embedded_model_path=tmp_path / "none.gguf"))
    assert models.reader is None
    readiness = models.readiness()
    assert readiness.ready
    assert "none.gguf" in readiness.detail


def test_a_refused_adapter_leaves_the_words_to_the_model_and_the_reading_to_rules(tmp_path: Path) -> None:
    models = open_models(LlmSettings(adapter=tmp_path))
    assert models.reader is not None
    assert not models.understands
    assert "manifest.json is missing" in models.missing


def test_an_adapter_is_not_laid_over_a_model_that_the_operator_named(tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    models = open_models(LlmSettings(embedded_model_path=other))
    assert (models.understands, models.missing) == (False, "")


def test_the_model_with_its_adapter_names_the_intent() -> None:
    assert open_models(LlmSettings()).understands
    assert not open_models(LlmSettings(understand="rules")).understands


@pytest.mark.parametrize(
    ("learnt", "name", "tells"),
    [
        ({"explain": telling_digest()}, VOICE_NAME, True),
        ({"explain": telling_digest()}, "another", False),
        ({"explain": "0" * 64}, VOICE_NAME, False),
        ({"understand": "0" * 64}, VOICE_NAME, False),
    ],
    ids=["by its name", "another model", "another prompt", "another task"],
)
def test_a_served_adapter_tells_if_it_learnt_to_by_the_prompt_that_serves(
    learnt: dict[str, str], name: str, tells: bool, tmp_path: Path
) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"task_prompts": learnt}))
    models = open_models(LlmSettings(base_url=NOWHERE, voice_model=name, voice=tmp_path))
    assert models.tells is tells
    assert models.teller is not models.reader


def test_a_served_model_without_a_voice_of_its_own_tells_itself(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"task_prompts": {"explain": telling_digest()}}))
    models = open_models(LlmSettings(base_url=NOWHERE, adapter=tmp_path))
    assert models.teller is models.reader
    assert models.tells


def test_the_adapters_that_ship_read_and_tell_on_servers_of_their_own() -> None:
    models = open_models(LlmSettings())
    assert (models.understands, models.tells, models.missing) == (True, True, "")
    assert models.writes == {"copy", "summary", "reply"}
    assert len({server.base_url for server in models.servers}) == 2


def test_a_refused_voice_leaves_the_telling_to_the_model_that_reads(tmp_path: Path) -> None:
    models = open_models(LlmSettings(voice=tmp_path))
    assert (models.understands, models.tells) == (True, False)
    assert models.teller is models.reader
    assert len(models.servers) == 1
    assert "manifest.json is missing" in models.missing


def test_an_adapter_that_learnt_to_tell_as_well_needs_no_voice_beside_it(tmp_path: Path) -> None:
    for path in SHIPPED.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    manifest = json.loads((SHIPPED / "manifest.json").read_text())
    manifest["task_prompts"] |= {"explain": telling_digest()}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    models = open_models(LlmSettings(adapter=tmp_path))
    assert (len(models.servers), models.tells) == (1, True)
    assert models.teller is models.reader


def test_the_voice_that_ships_learnt_by_the_prompts_that_serve() -> None:
    learnt = json.loads((VOICE / "manifest.json").read_text())["task_prompts"]
    assert set(learnt) == {"explain", "copy", "summary", "reply", "decide"}
