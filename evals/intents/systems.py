"""The rows of the table: what each system answers to a case, as JSON of the API's form.

    model_off  the rules that serve when no model does
    linear     TF-IDF and logistic regression for the intent; of everything else it says nothing
    base       the untuned embedded model, held to the JSON schema of the call
    tuned      the model that ships, as `wiring` opens it

A model that answers nonsense has the intent `other` with confidence 0: nothing falls back to the rules here.
One that does not answer ends the run.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from assistant.adapters import read_calibration
from assistant.embedded import EmbeddedServer, ServerOptions, installed_model
from assistant.intent import Intent
from assistant.llm import (
    Calibration,
    ChatModel,
    CircuitBreaker,
    Message,
    ModelNonsense,
    ModelUnavailable,
    OpenAiChat,
    Piece,
    Written,
)
from assistant.reading import read
from assistant.understanding import as_said, parse_call, understand
from assistant.understanding.opinion import Opinion
from chat_models import open_adapter, open_models
from evals.intents.cases import Case
from evals.intents.histories import shown
from evals.intents.vocabularies import of_call
from retrieval.embedding import MiniLmEmbedder
from retrieval.values import Vocabulary
from settings import LlmSettings
from shop.serialise import Json, to_json
from wiring import open_opinion

#: A starved machine is slow, not silent.
TIMEOUT_S = 600.0
#: So many tokens hold the name of any call.
KEPT_PIECES = 24
#: One failure must not silence the calls that follow it.
NEVER_PAUSED = 10**9

#: Where what a model wrote is kept that was held to no single function.
ANY = ""

EMPTY = Vocabulary((), (), {}, {}, "USD", {})


class NoModel(RuntimeError):
    """There is no such model on this machine; says what is missing."""


class Interrupted(RuntimeError):
    """A model stopped answering in mid-run; what was answered is kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system makes of a message. `out_of_scope` ranks messages by how likely no shop serves them;
    `raw` is what a model wrote, empty where it wrote nothing; `again` what it wrote when it was asked for one
    function, by its name."""

    intent: Mapping[str, Any]
    out_of_scope: float
    took_ms: float
    raw: str = ""
    pieces: tuple[Piece, ...] = ()
    again: Mapping[str, str] = field(default_factory=dict)
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a model wrote before, how likely its first pieces were, and how long that took."""

    raw: str
    pieces: tuple[Piece, ...]
    took_ms: float
    again: Mapping[str, str] = field(default_factory=dict)


#: A system: what it answers to a case.
System = Callable[[Case], Answer]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules; called with a case they answer, by the catalogue given for it."""

    vocabulary: Callable[[Case], Vocabulary]

    def __call__(self, case: Case) -> Answer:
        before, vocabulary = shown(case), self.vocabulary(case)
        started = time.perf_counter()
        intent = read(
            case.text, shown=before, vocabulary=vocabulary, occasions=(), currency=vocabulary.currency
        )
        return _answered(intent, (time.perf_counter() - started) * 1000)


@dataclass(frozen=True, slots=True)
class Model:
    """Asks a chat model for the call. `vocabulary` None for a case: the shop has whatever the call names."""

    chat: ChatModel
    vocabulary: Callable[[Case], Vocabulary | None]
    currency: Mapping[str, str]
    """By the case's group, for calls that name none."""
    calibration: Calibration | None = None
    opinion: Opinion | None = None

    def answer(self, case: Case, known: Known | None = None) -> Answer:
        """`known`: what the model wrote before, so that it need not be asked again."""
        before, vocabulary = shown(case), self.vocabulary(case)
        recorder = Recorder(self.chat)
        if known:
            recorder.written = {ANY: Written(known.raw, known.pieces, self.calibration), **known.again}

        def understood(with_vocabulary: Vocabulary) -> Intent:
            return understand(
                recorder,
                case.text,
                shown=before,
                vocabulary=with_vocabulary,
                occasions=(),
                currency=with_vocabulary.currency,
                timeout_s=TIMEOUT_S,
                opinion=self.opinion,
            )

        started = time.perf_counter()
        try:
            intent = understood(vocabulary or EMPTY)
            took_ms = (time.perf_counter() - started) * 1000
            if vocabulary is None:
                currency = self.currency[case.group]
                written = parse_call(recorder.last)
                call, _ = as_said(written, case.text, shown=before, vocabulary=EMPTY, currency=currency)
                intent = understood(of_call(call, currency))
        except ModelUnavailable as error:
            raise Interrupted(
                f"{error}; what was answered is kept, another run goes on from there"
            ) from error
        except ModelNonsense as error:
            took_ms = (time.perf_counter() - started) * 1000
            nothing = {"intent": "other", "confidence": 0.0}
            return Answer(nothing, 0.0, took_ms, recorder.first, recorder.pieces, recorder.again, str(error))
        return replace(
            _answered(intent, took_ms), raw=recorder.first, pieces=recorder.pieces, again=recorder.again
        )


class Recorder:
    """A chat model that is asked once for any function, and once for each that it is held to; what it wrote
    is given again after that."""

    def __init__(self, inner: ChatModel) -> None:
        self._inner = inner
        self.written: dict[str, str] = {}
        self.last = ""

    @property
    def first(self) -> str:
        return self.written.get(ANY, "")

    @property
    def again(self) -> Mapping[str, str]:
        return {name: raw for name, raw in self.written.items() if name != ANY}

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The first pieces of what it wrote, among them those of the name."""
        return self.first.pieces[:KEPT_PIECES] if isinstance(self.first, Written) else ()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        names: list[str] = cast("Any", schema)["properties"]["name"]["enum"] if schema else []
        held_to = str(names[0]) if len(names) == 1 else ANY
        if held_to not in self.written:
            self.written[held_to] = self._inner.complete(
                messages, schema=schema, max_tokens=max_tokens, timeout_s=timeout_s
            )
        self.last = self.written[held_to]
        return self.last

    def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
        return self._inner.stream(messages, max_tokens=max_tokens, timeout_s=timeout_s)

    def healthy(self) -> bool:
        return self._inner.healthy()


@contextmanager
def base_chat(threads: int) -> Iterator[ChatModel]:
    """The untuned model of the installed wheel, on a server of its own. Raises `ModelMissing`."""
    server = EmbeddedServer(ServerOptions(installed_model(), threads=threads))
    server.start()
    try:
        yield OpenAiChat(server.base_url, api_key=server.api_key, breaker=CircuitBreaker(NEVER_PAUSED))
    finally:
        server.stop()


@contextmanager
def shipped_chat(settings: LlmSettings) -> Iterator[tuple[ChatModel, Calibration | None, Opinion | None]]:
    """The model that these settings serve with, where it names intents, how sure it may say it is, and the
    second opinion beside it. Raises `NoModel`."""
    models = open_models(settings)
    if models.reader is None or not models.understands:
        raise NoModel(f"no model here names intents: {models.missing or 'the one that serves is untuned'}")
    with models.running():
        adapter = open_adapter(settings, installed_model()) if models.servers else None
        opinion = open_opinion(MiniLmEmbedder(), models.reads)
        yield models.reader, read_calibration(adapter) if adapter else None, opinion


def _answered(intent: Intent, took_ms: float) -> Answer:
    return Answer(public(intent), ranked(intent.name, intent.confidence), took_ms)


def public(intent: Intent) -> dict[str, Any]:
    """An intent as JSON, with what the API keeps to itself: edits and the cart's change."""
    written = cast("dict[str, Any]", to_json(intent))
    return {"intent": written.pop("name"), **written}


def ranked(name: str, confidence: float) -> float:
    """How likely a message is out of scope, as far as a reply tells: by its intent and its confidence."""
    return confidence if name == "out_of_scope" else -confidence
