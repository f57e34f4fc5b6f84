"""The chat models behind the settings, and the servers that this process runs for them.

One model reads what shoppers write; another tells and writes. Behind a server at `base_url` they are two
names of it, or one; embedded, each adapter is merged into a file of its own and served by a process of its
own, so that neither pushes the other's prompts out of its cache. Where no adapter was trained to tell, the
one that reads tells too, led by examples.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assistant.adapters import (
    SHIPPED,
    VOICE,
    Adapter,
    AdapterRefused,
    model_file,
    read_adapter,
    read_calibration,
    task_prompts,
    weights_digest,
)
from assistant.embedded import MODEL_NAME, EmbeddedServer, ModelMissing, ServerOptions, installed_model
from assistant.llm import Message, ModelError, OpenAiChat
from assistant.telling import TASK, instruction, telling_digest
from assistant.understanding import understanding_messages
from assistant.writer import written_tasks
from settings import LlmSettings
from web.services import Readiness

logger = logging.getLogger(__name__)

WARM_UP_TIMEOUT_S = 30.0
#: The names that the shop's own adapters are served under.
READER_NAME = MODEL_NAME
VOICE_NAME = "pairwell-voice"


@dataclass(frozen=True, slots=True)
class Models:
    """Who reads and who tells; None without any model.

    `servers`: the processes that this one runs. `understands`: whether the reader may name the intent.
    `reads`: the digest of the adapter that it reads with, empty where it is another model.
    `missing`: what an operator should know. `tells`: whether the teller was trained to tell what was found.
    `writes`: what it was trained to write for merchants and agents (`assistant.writer`).
    """

    reader: OpenAiChat | None = None
    teller: OpenAiChat | None = None
    servers: tuple[EmbeddedServer, ...] = ()
    understands: bool = False
    reads: str = ""
    missing: str = ""
    tells: bool = False
    writes: frozenset[str] = frozenset()

    def readiness(self) -> Readiness:
        """Without a model the shop serves all the same, by rules and templates."""
        if self.reader is None:
            return Readiness(True, self.missing or "switched off: rules and templates serve")
        if not all(server.alive() for server in self.servers):
            return Readiness(False, "the embedded model is starting")
        trouble = self.reader.trouble() or (self.teller.trouble() if self.teller else None)
        return Readiness(trouble is None, trouble or self.missing or "the chat model answers")

    def start(self) -> None:
        """Starts the servers, all at once. Raises `assistant.embedded.EmbeddedFailed`."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(EmbeddedServer.start, self.servers))

    def stop(self) -> None:
        for server in self.servers:
            server.stop()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Started, until the block ends."""
        try:
            self.start()
            yield
        finally:
            self.stop()

    def warm(self) -> None:
        """Has the embedded servers read their instructions: they are in the cache for the first shopper."""
        if not self.servers or self.reader is None:
            return
        if self.understands:
            _read_once(self.reader, understanding_messages("hello", ""))
        if self.teller is not None and self.tells:
            _read_once(self.teller, [instruction()])


def _read_once(chat: OpenAiChat, asked: Sequence[Message]) -> None:
    with suppress(ModelError):
        chat.complete(asked, max_tokens=1, timeout_s=WARM_UP_TIMEOUT_S)


def open_models(settings: LlmSettings) -> Models:
    """The models behind `base_url`, else the embedded ones, else none. Servers are not started yet."""
    if settings.base_url:
        return _served(settings, settings.base_url)
    if not settings.embedded:
        return Models()
    try:
        return _embedded(settings, settings.embedded_model_path or installed_model())
    except ModelMissing as missing:
        logger.warning("%s", missing)
        return Models(missing=str(missing))


def open_adapter(settings: LlmSettings, base: Path) -> Adapter | None:
    """The adapter that reads, for the embedded model; None where another model is named and no adapter for
    it. Raises `AdapterRefused`."""
    if settings.adapter is None and settings.embedded_model_path is not None:
        return None
    return read_adapter(settings.adapter or SHIPPED, base)


def open_voice(settings: LlmSettings, base: Path) -> Adapter | None:
    """The adapter that tells, for the embedded model: the one that is named, or the one that ships. None
    where the adapter that reads learnt to tell as well, and over another model. Raises `AdapterRefused`."""
    if settings.voice is not None:
        return read_adapter(settings.voice, base)
    if settings.embedded_model_path is not None:
        return None
    if settings.adapter is not None and TASK in task_prompts(settings.adapter):
        return None
    return read_adapter(VOICE, base)


def _served(settings: LlmSettings, base_url: str) -> Models:
    key = settings.api_key.get_secret_value()
    reader = OpenAiChat(base_url, settings.model, key)
    voice = settings.voice_model or settings.model
    learnt = _learnt_by(settings, voice)
    at = settings.voice_base_url or base_url
    return Models(
        reader,
        reader if (at, voice) == (base_url, settings.model) else OpenAiChat(at, voice, key),
        understands=settings.understand != "rules",
        reads=_digest_of(settings),
        tells=_tells(learnt),
        writes=written_tasks(learnt),
    )


def _embedded(settings: LlmSettings, path: Path) -> Models:
    """The embedded models. Without its adapter the reader serves untuned, and rules name the intents; without
    the voice the reader tells."""
    adapter, calibration, refused = None, None, []
    try:
        adapter = open_adapter(settings, path)
        calibration = read_calibration(adapter) if adapter else None
    except AdapterRefused as error:
        logger.warning("the model reads without its adapter: %s", error)
        adapter = None
        refused.append(str(error))
    reading = _server(settings, path, adapter, READER_NAME)
    reader = OpenAiChat(reading.base_url, READER_NAME, reading.api_key, calibration=calibration)
    teller, servers, learnt = reader, [reading], adapter.task_prompts if adapter else {}
    try:
        voice = open_voice(settings, path)
    except AdapterRefused as error:
        logger.warning("the model tells without its adapter: %s", error)
        voice = None
        refused.append(str(error))
    if voice is not None:
        telling = _server(settings, path, voice, VOICE_NAME)
        teller = OpenAiChat(telling.base_url, VOICE_NAME, telling.api_key)
        servers, learnt = [reading, telling], voice.task_prompts
    return Models(
        reader,
        teller,
        tuple(servers),
        understands=(adapter is not None and settings.understand == "auto") or settings.understand == "model",
        reads=adapter.digest if adapter is not None else "",
        missing="; ".join(dict.fromkeys(refused)),
        tells=_tells(learnt),
        writes=written_tasks(learnt),
    )


def _server(settings: LlmSettings, path: Path, adapter: Adapter | None, name: str) -> EmbeddedServer:
    return EmbeddedServer(
        ServerOptions(path, name, threads=settings.threads),
        prepare=partial(model_file, adapter, settings.cache_dir) if adapter else None,
    )


def _learnt_by(settings: LlmSettings, name: str) -> Mapping[str, str]:
    """The prompts that the adapter learnt which a server serves under this name; none of another model."""
    folders = {READER_NAME: settings.adapter or SHIPPED, VOICE_NAME: settings.voice or VOICE}
    try:
        return task_prompts(folders[name]) if name in folders else {}
    except AdapterRefused:
        return {}


def _digest_of(settings: LlmSettings) -> str:
    """Of the adapter that a server serves as the reader; empty for another model."""
    if settings.model != READER_NAME:
        return ""
    try:
        return weights_digest(settings.adapter or SHIPPED)
    except AdapterRefused:
        return ""


def _tells(learnt: Mapping[str, str]) -> bool:
    """Whether an adapter learnt to tell by the prompt that serves; if not it is led by examples."""
    if TASK in learnt and learnt[TASK] != telling_digest():
        logger.warning("the adapter learnt to tell by a prompt that does not serve: train it again")
    return learnt.get(TASK) == telling_digest()
