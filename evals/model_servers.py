"""The servers of the chat model as they are deployed, each in a process of its own.

    embedded       llama.cpp with each adapter merged into 8 bits, as `python app.py serve` starts them
    vllm           `deploy/vllm/serve.sh`: the checkpoint, and the adapters beside it
    vllm_merged    the same with the adapter that reads in the checkpoint's weights; it tells untrained

Errors
    ServerFailed    it ended, or was not ready in time
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from assistant.adapters import SHIPPED, VOICE, model_file, read_adapter
from assistant.embedded import EmbeddedServer, ServerOptions, installed_model
from assistant.llm import CircuitBreaker, OpenAiChat
from chat_models import READER_NAME, VOICE_NAME
from evals.server import ServerFailed, free_port

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "var" / "models"
#: What vLLM says, which is much.
LOG = MODELS / "vllm.log"
THREADS = 2
#: vLLM reads its weights and compiles nothing; a loaded machine takes its time all the same.
READY_S = 900.0
PAUSE_S = 0.2
PATIENCE_S = 60.0
SYSTEMS = ("embedded", "vllm", "vllm_merged")
#: A merged checkpoint is the model: it is served under the adapter's name, and there is no adapter beside it.
MERGED = {"MODEL": str(MODELS / "checkpoint-merged"), "ADAPTER": "", "VOICE": ""}


@dataclass
class ModelServer:
    """A running model server that a caller may kill: `restart` gives it back as it was. `telling` is the
    process of the embedded model that tells; vLLM serves both."""

    name: str
    base_url: str
    api_key: str
    embedded: EmbeddedServer | None = None
    telling: EmbeddedServer | None = None
    process: "subprocess.Popen[bytes] | None" = None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def pid(self) -> int | None:
        if self.embedded is not None:
            return self.embedded.pid
        return self.process.pid if self.process else None

    @property
    def pids(self) -> list[int]:
        """Of all processes that serve; vLLM's is the first of its own."""
        told = self.telling.pid if self.telling else None
        return [pid for pid in (self.pid, told) if pid is not None]

    @property
    def voice_base_url(self) -> str:
        return self.telling.base_url if self.telling else self.base_url

    def chat(self, model: str = READER_NAME) -> OpenAiChat:
        """A client of its own, that no earlier failure holds back."""
        base_url = self.voice_base_url if model == VOICE_NAME else self.base_url
        return OpenAiChat(base_url, model, self.api_key, CircuitBreaker())

    def settings(self, base_url: str | None = None, voice_base_url: str | None = None) -> dict[str, str]:
        """What points a Pairwell at it (or at proxies of it), and lets it wait: here a slow server is told
        of, not given up."""
        given = {
            "PAIRWELL_LLM__BASE_URL": base_url or self.base_url,
            "PAIRWELL_LLM__API_KEY": self.api_key,
            "PAIRWELL_LLM__UNDERSTAND_TIMEOUT_S": str(PATIENCE_S),
        }
        if self.environment.get("VOICE") == "":
            return given
        return {
            **given,
            "PAIRWELL_LLM__VOICE_MODEL": VOICE_NAME,
            "PAIRWELL_LLM__VOICE_BASE_URL": voice_base_url or self.voice_base_url,
        }

    def kill(self) -> None:
        """Ends it as a crash does."""
        if self.embedded is not None and self.embedded.pid is not None:
            os.kill(self.embedded.pid, signal.SIGKILL)
        elif self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        """The embedded server starts again by itself; of vLLM it is what systemd does."""
        if self.process is not None:
            self.process = _start_vllm(self.base_url, self.api_key, self.environment)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Raises `ServerFailed`."""
        deadline = time.monotonic() + READY_S
        headers = {"Authorization": f"Bearer {self.api_key}"}
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                said = LOG.read_text(errors="replace")[-2000:]
                raise ServerFailed(f"{self.name} ended with {self.process.returncode}: {said}")
            try:
                if httpx.get(f"{self.base_url}/models", headers=headers, timeout=5).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(PAUSE_S)
        raise ServerFailed(f"{self.name} was not ready within {READY_S:g} s")


@contextmanager
def model_server(name: str, environment: Mapping[str, str] | None = None) -> Iterator[ModelServer]:
    """The server `name`, one of `SYSTEMS`, until the block ends. `environment` is vLLM's."""
    if name == "embedded":
        with _embedded() as server:
            yield server
        return
    if name not in SYSTEMS:
        raise ValueError(f"there is no model server {name!r}: {', '.join(SYSTEMS)}")
    given = {**(_merged() if name == "vllm_merged" else {}), **(environment or {})}
    api_key = secrets.token_urlsafe(16)
    base_url = f"http://127.0.0.1:{free_port()}/v1"
    found = ModelServer(
        name, base_url, api_key, process=_start_vllm(base_url, api_key, given), environment=given
    )
    try:
        found.wait_until_ready()
        yield found
    finally:
        found.kill()


@contextmanager
def _embedded() -> Iterator[ModelServer]:
    reading = _merged_file(SHIPPED, READER_NAME, secrets.token_urlsafe(24))
    telling = _merged_file(VOICE, VOICE_NAME, reading.api_key)
    try:
        reading.start(READY_S)
        telling.start(READY_S)
        yield ModelServer("embedded", reading.base_url, reading.api_key, embedded=reading, telling=telling)
    finally:
        reading.stop()
        telling.stop()


def _merged_file(adapter: Path, name: str, api_key: str) -> EmbeddedServer:
    base = installed_model()
    merged = partial(model_file, read_adapter(adapter, base), MODELS)
    return EmbeddedServer(ServerOptions(base, name, threads=THREADS), prepare=merged, api_key=api_key)


def _merged() -> Mapping[str, str]:
    """The merged checkpoint, made anew: the adapter may be another than last time."""
    make = [sys.executable, "-m", "finetune", "checkpoint", "--merged", "--out", MERGED["MODEL"]]
    subprocess.run(make, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}, check=True)
    return MERGED


def _start_vllm(base_url: str, api_key: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    port = base_url.rsplit(":", 1)[1].split("/")[0]
    given = {"PORT": port, "VLLM_API_KEY": api_key, "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1"}
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w") as log:
        return subprocess.Popen(
            [ROOT / "deploy" / "vllm" / "serve.sh"],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **given, **environment},
            start_new_session=True,
        )
