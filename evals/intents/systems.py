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
from dataclasses import dataclass
from typing import Any, cast

from assistant.embedded import EmbeddedServer, ServerOptions, installed_model
from assistant.intent import Intent
from assistant.llm import ChatModel, CircuitBreaker, Message, ModelNonsense, ModelUnavailable, OpenAiChat
from assistant.reading import read
from assistant.understanding import parse_call, understand
from evals.intents.cases import Case
from evals.intents.histories import shown
from evals.intents.vocabularies import of_call
from retrieval.values import Vocabulary
from settings import LlmSettings
from shop.serialise import Json, to_json
from wiring import open_model

TIMEOUT_S = 120.0
#: One failure must not silence the calls that follow it.
NEVER_PAUSED = 10**9

EMPTY = Vocabulary((), (), {}, {}, "USD", {})


class NoModel(RuntimeError):
    """There is no such model on this machine; says what is missing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system makes of a message. `out_of_scope` ranks messages by how likely no shop serves them;
    `raw` is what a model wrote, empty where it wrote nothing."""

    intent: Mapping[str, Any]
    out_of_scope: float
    took_ms: float
    raw: str = ""
    failed: str = ""


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
        return _answered(intent, started)


@dataclass(frozen=True, slots=True)
class Model:
    """Asks a chat model for the call. `vocabulary` None for a case: the shop has whatever the call names."""

    chat: ChatModel
    vocabulary: Callable[[Case], Vocabulary | None]
    currency: Mapping[str, str]
    """By the case's group, for calls that name none."""

    def answer(self, case: Case, raw: str | None = None) -> Answer:
        """`raw`: what the model wrote before, so that it need not be asked again."""
        before, vocabulary = shown(case), self.vocabulary(case)
        recorder = Recorder(self.chat, raw)

        def understood(with_vocabulary: Vocabulary) -> Intent:
            return understand(
                recorder,
                case.text,
                shown=before,
                vocabulary=with_vocabulary,
                occasions=(),
                currency=with_vocabulary.currency,
                timeout_s=TIMEOUT_S,
            )

        started = time.perf_counter()
        try:
            intent = understood(vocabulary or EMPTY)
            answer = _answered(intent, started, recorder.raw)
            if vocabulary is None:
                intent = understood(of_call(parse_call(recorder.raw), self.currency[case.group]))
                answer = _answered(intent, started, recorder.raw, answer.took_ms)
        except ModelUnavailable as error:
            raise NoModel(f"{error}; what was answered is kept, another run goes on from there") from error
        except ModelNonsense as error:
            took_ms = (time.perf_counter() - started) * 1000
            return Answer({"intent": "other", "confidence": 0.0}, 0.0, took_ms, recorder.raw, str(error))
        return answer


class Recorder:
    """A chat model that is asked once; what it wrote is given again after that."""

    def __init__(self, inner: ChatModel, raw: str | None) -> None:
        self._inner = inner
        self._given = raw is not None
        self.raw = raw or ""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        if not self._given:
            self.raw = self._inner.complete(
                messages, schema=schema, max_tokens=max_tokens, timeout_s=timeout_s
            )
            self._given = True
        return self.raw

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
def shipped_chat(settings: LlmSettings) -> Iterator[ChatModel]:
    """The model that these settings serve with, where it names intents. Raises `NoModel`."""
    model = open_model(settings)
    if model.chat is None or not model.understands:
        raise NoModel(f"no model here names intents: {model.missing or 'the one that serves is untuned'}")
    if model.server is not None:
        model.server.start()
    try:
        yield model.chat
    finally:
        if model.server is not None:
            model.server.stop()


def _answered(intent: Intent, started: float, raw: str = "", took_ms: float | None = None) -> Answer:
    took_ms = (time.perf_counter() - started) * 1000 if took_ms is None else took_ms
    return Answer(public(intent), ranked(intent.name, intent.confidence), took_ms, raw)


def public(intent: Intent) -> dict[str, Any]:
    """An intent as JSON, with what the API keeps to itself: edits and the cart's change."""
    written = cast("dict[str, Any]", to_json(intent))
    return {"intent": written.pop("name"), **written}


def ranked(name: str, confidence: float) -> float:
    """How likely a message is out of scope, as far as a reply tells: by its intent and its confidence."""
    return confidence if name == "out_of_scope" else -confidence
