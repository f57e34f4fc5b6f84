"""The adapter that ships: its files fast, what it reads with the real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.adapters import MANIFEST, SHIPPED, WEIGHTS, model_file, read_adapter, read_calibration
from assistant.embedded import EmbeddedServer, ServerOptions, installed_model
from assistant.llm import OpenAiChat
from assistant.understanding import CALL_SCHEMA, MOST_TOKENS, Call, parse_call, understanding_messages
from assistant.understanding.confidence import confidence
from finetune.lora.examples import prompt_digest

MOST_BYTES = 12_000_000
MOST_MINUTES = 150


def test_it_is_whole_and_belongs_to_the_model_of_the_wheel() -> None:
    adapter = read_adapter(SHIPPED, installed_model())
    assert read_calibration(adapter) is not None
    assert (SHIPPED / WEIGHTS).stat().st_size <= MOST_BYTES


def test_it_learnt_the_prompt_that_serves() -> None:
    manifest = json.loads((SHIPPED / MANIFEST).read_text())
    assert manifest["prompt"] == prompt_digest(), "the prompt was changed: train the adapter again"


def test_its_report_says_what_it_learnt_from() -> None:
    report = json.loads((SHIPPED / "run.json").read_text())
    assert report["data"]["examples"]["understand"] > 5000
    assert report["data"]["tokens"]["understand"] > 1_000_000
    assert len(report["data"]["digest"]) == 64
    assert report["minutes"] <= MOST_MINUTES
    assert len(report["curve"]) >= 3
    assert (SHIPPED / "README.md").is_file()


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAiChat]:
    adapter = read_adapter(SHIPPED, installed_model())
    cache: Path = tmp_path_factory.mktemp("models")
    server = EmbeddedServer(ServerOptions(model_file(adapter, cache), threads=1))
    try:
        url = server.start()
        yield OpenAiChat(url, api_key=server.api_key, calibration=read_calibration(adapter))
    finally:
        server.stop()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("history", "text", "right"),
    [
        (
            "",
            "I'm taking two kids camping next weekend and have $300",
            {
                "name": "find_bundle",
                "arguments": {"budget": 300, "party": {"kids": 2}, "occasion": "camping"},
            },
        ),
        ("", "hello", {"name": "greet"}),
        ("", "what is the weather in Lisbon tomorrow", {"name": "out_of_scope"}),
        ("", "i want to talk to a human", {"name": "contact_human_agent"}),
        (
            "before: find_bundle camping\nbundle: tent, stove, lantern; $280.00",
            "drop the lantern",
            {"name": "edit_bundle", "arguments": {"edits": [{"op": "remove", "slot": "lantern"}]}},
        ),
    ],
)
def test_it_reads_what_people_write(chat: OpenAiChat, history: str, text: str, right: object) -> None:
    messages = understanding_messages(text, history)
    raw = chat.complete(messages, schema=CALL_SCHEMA, max_tokens=MOST_TOKENS, timeout_s=120)
    assert parse_call(raw) == Call.model_validate(right)
    assert 0.5 < confidence(raw) <= 1
