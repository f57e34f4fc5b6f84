"""The servers that the contract of the chat model is held against: the embedded one, and vLLM where
`make test-vllm` names its environment."""

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from assistant.embedded import EmbeddedServer, ServerOptions, installed_model
from assistant.llm import OpenAiChat

ROOT = Path(__file__).parents[3]
#: vLLM reads its weights and compiles nothing; a loaded machine takes its time all the same.
READY_S = 900.0


@dataclass
class Served:
    """A running model server that a test may kill: `restart` gives it back as it was."""

    name: str
    base_url: str
    api_key: str
    embedded: EmbeddedServer | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def chat(self, model: str = "pairwell") -> OpenAiChat:
        return OpenAiChat(self.base_url, model, self.api_key)

    def kill(self) -> None:
        """Ends it as a crash does."""
        if self.embedded is not None and self.embedded.pid is not None:
            os.kill(self.embedded.pid, signal.SIGKILL)
        elif self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        if self.process is not None:
            self.process = start_vllm(self.base_url, self.api_key)
        wait_until_ready(self)


def start_vllm(base_url: str, api_key: str) -> "subprocess.Popen[bytes]":
    port = base_url.rsplit(":", 1)[1].split("/")[0]
    return subprocess.Popen(
        [ROOT / "deploy" / "vllm" / "serve.sh"],
        cwd=ROOT,
        env={**os.environ, "PORT": port, "VLLM_API_KEY": api_key, "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1"},
        start_new_session=True,
    )


def wait_until_ready(served: Served) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if served.process is not None and served.process.poll() is not None:
            pytest.fail(f"{served.name} ended with {served.process.returncode}")
        try:
            answer = httpx.get(
                f"{served.base_url}/models", headers={"Authorization": f"Bearer {served.api_key}"}, timeout=5
            )
            if answer.status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"{served.name} was not ready within {READY_S:g} s")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("embedded", marks=pytest.mark.slow),
        pytest.param("vllm", marks=pytest.mark.vllm),
    ],
)
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    if request.param == "embedded":
        server = EmbeddedServer(ServerOptions(installed_model(), threads=2))
        server.start()
        yield Served("embedded", server.base_url, server.api_key, embedded=server)
        server.stop()
        return
    if "VLLM_PYTHON" not in os.environ:
        pytest.skip("VLLM_PYTHON names no environment of vLLM: make test-vllm")
    api_key = secrets.token_urlsafe(16)
    base_url = f"http://127.0.0.1:{free_port()}/v1"
    found = Served("vllm", base_url, api_key, process=start_vllm(base_url, api_key))
    try:
        wait_until_ready(found)
        yield found
    finally:
        found.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
