"""The chat model: one Protocol, and one client for every server that speaks the OpenAI HTTP API.

Errors
    ModelError
      ModelUnavailable  no server, too slow, overloaded, stopped in mid-answer: do without the model
      ModelNonsense     it answered, but not with what was asked for

Foreign errors are translated in `_translated` and nowhere else. After three failures in a row no call is
made for ten seconds, so that a dead server does not cost every turn a time-out. It does not retry: a turn
that waited once has a better answer without the model.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from shop.serialise import Json

if TYPE_CHECKING:
    from openai import OpenAI, Timeout
    from openai.types.chat import ChatCompletionMessageParam
    from openai.types.chat.chat_completion import Choice
    from openai.types.shared_params import ResponseFormatJSONSchema

FAILURES_BEFORE_PAUSE = 3
PAUSE_S = 10.0
CONNECT_TIMEOUT_S = 2.0
HEALTH_TIMEOUT_S = 2.0
#: Both servers close a connection that was idle for five seconds: one that is used then would be lost.
KEPT_OPEN_S = 3.0
#: Models of a server that are named to the operator.
MOST_NAMED = 5


class ModelError(Exception):
    """The model gave nothing that can be used."""


class ModelUnavailable(ModelError):
    """There is no answer: no server, too slow, or it stopped in mid-answer."""


class ModelNonsense(ModelError):
    """There is an answer, but not one to what was asked."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One token that a model wrote, and the natural logarithm of its probability."""

    text: str
    log_probability: float


class Written(str):
    """An answer as text that knows how likely its pieces were, where the server tells, and how much that is
    worth: `calibration` is the model's own, None where none was fitted."""

    pieces: tuple[Piece, ...]
    calibration: "Calibration | None"

    def __new__(
        cls, text: str, pieces: Sequence[Piece] = (), calibration: "Calibration | None" = None
    ) -> "Written":
        written = super().__new__(cls, text)
        written.pieces, written.calibration = tuple(pieces), calibration
        return written


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often a model is right that gives its choice the probability p:
    `sigmoid(slope * logit(p) + offset)`.

    Platt, "Probabilistic Outputs for Support Vector Machines", 1999. Fitted by `finetune.calibrate`.
    """

    slope: float
    offset: float

    def __call__(self, probability: float) -> float:
        inside = min(max(probability, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-(self.slope * math.log(inside / (1 - inside)) + self.offset)))


class ChatModel(Protocol):
    """Answers a chat. Both calls raise `ModelUnavailable` or `ModelNonsense`, nothing else."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        """The whole answer, `Written` where it can be; with `schema`, JSON that the server held to it."""
        ...

    def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
        """The answer piece by piece. Closing the iterator stops the server."""
        ...

    def healthy(self) -> bool:
        """Whether a call made now would reach a server."""
        ...


class CircuitBreaker:
    """Lets no call through for a while after several failures in a row. Safe between threads."""

    def __init__(
        self,
        failures: int = FAILURES_BEFORE_PAUSE,
        pause_s: float = PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = failures
        self._pause_s = pause_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._paused_until = 0.0

    def allows(self) -> bool:
        """Whether a call may be made. After the pause one more failure begins the next pause at once."""
        with self._lock:
            return self._failed < self._limit or self._clock() >= self._paused_until

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._paused_until = self._clock() + self._pause_s


class OpenAiChat:
    """`ChatModel` over any server of the OpenAI HTTP API: the embedded one, vLLM, or a hosted one.

    Answers are greedy (temperature 0). The `openai` package is imported at the first call.
    """

    def __init__(
        self,
        base_url: str,
        model: str = "pairwell",
        api_key: str = "none",
        breaker: CircuitBreaker | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._base_url = base_url
        self._model = model
        self._api_key = api_key
        self._breaker = breaker or CircuitBreaker()
        self._calibration = calibration

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        from openai import omit

        with self._call():
            answer = self._client.chat.completions.create(
                model=self._model,
                messages=_wire(messages),
                max_tokens=max_tokens,
                temperature=0.0,
                response_format=_response_format(schema) if schema is not None else omit,
                logprobs=True if schema is not None else omit,
                timeout=_timeout(timeout_s),
            )
        choice = answer.choices[0] if answer.choices else None
        text = (choice.message.content or "").strip() if choice else ""
        if not text:
            raise ModelNonsense("the model answered with nothing")
        if schema is not None and choice is not None and choice.finish_reason == "length":
            raise ModelNonsense(f"the model did not come to an end within {max_tokens} tokens")
        return Written(text, _pieces(choice), self._calibration)

    def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
        deadline = time.monotonic() + timeout_s
        with self._call():
            pieces = self._client.chat.completions.create(
                model=self._model,
                messages=_wire(messages),
                max_tokens=max_tokens,
                temperature=0.0,
                stream=True,
                timeout=_timeout(timeout_s),
            )
            finished = False
            with pieces:
                for piece in pieces:
                    if time.monotonic() > deadline:
                        raise ModelUnavailable(f"the model took longer than {timeout_s:g} s")
                    for choice in piece.choices:
                        finished = finished or choice.finish_reason is not None
                        if choice.delta.content:
                            yield choice.delta.content
                if not finished:
                    raise ModelUnavailable("the model server stopped in mid-answer")

    def healthy(self) -> bool:
        """Asks even during a pause; a server that is back ends the pause."""
        return self.trouble() is None

    def trouble(self) -> str | None:
        """Why a call made now would not reach the model, for the operator; None where it would.

        A server that answers need not have the model: of an adapter that vLLM did not load every call is
        refused, and turns are served without a model.
        """
        try:
            with _translated():
                listed = [each.id for each in self._client.models.list(timeout=HEALTH_TIMEOUT_S)]
        except ModelError as error:
            return str(error)
        if listed and self._model not in listed:
            return f"the model server has no model {self._model!r}, only {', '.join(listed[:MOST_NAMED])}"
        self._breaker.succeeded()
        return None

    @cached_property
    def _client(self) -> "OpenAI":
        from httpx2 import Limits
        from openai import DefaultHttpxClient, OpenAI

        http = DefaultHttpxClient(limits=Limits(keepalive_expiry=KEPT_OPEN_S))
        return OpenAI(base_url=self._base_url, api_key=self._api_key, max_retries=0, http_client=http)

    @contextmanager
    def _call(self) -> Iterator[None]:
        """One call: refused during a pause, its outcome counted, its errors translated."""
        if not self._breaker.allows():
            raise ModelUnavailable("the model failed several times in a row and is left alone for now")
        try:
            with _translated():
                yield
        except ModelUnavailable:
            self._breaker.failed()
            raise
        self._breaker.succeeded()


@contextmanager
def _translated() -> Iterator[None]:
    """The one place where foreign errors become ours."""
    from httpx2 import HTTPError
    from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

    try:
        yield
    except APITimeoutError as error:
        raise ModelUnavailable("the model server did not answer in time") from error
    except APIConnectionError as error:
        raise ModelUnavailable("the model server cannot be reached") from error
    except APIStatusError as error:
        raise ModelUnavailable(f"the model server answered {error.status_code}: {error.message}") from error
    except (APIError, HTTPError) as error:
        raise ModelUnavailable(f"the model server broke off: {error}") from error
    except ValueError as error:
        raise ModelNonsense(f"the model server sent what is no answer: {error}") from error


def _pieces(choice: "Choice | None") -> tuple[Piece, ...]:
    told = choice.logprobs.content if choice is not None and choice.logprobs is not None else None
    return tuple(Piece(each.token, each.logprob) for each in told or ())


def _wire(messages: Sequence[Message]) -> "list[ChatCompletionMessageParam]":
    wire: list[ChatCompletionMessageParam] = []
    for message in messages:
        if message.role == "system":
            wire.append({"role": "system", "content": message.content})
        elif message.role == "user":
            wire.append({"role": "user", "content": message.content})
        else:
            wire.append({"role": "assistant", "content": message.content})
    return wire


def _response_format(schema: Mapping[str, Json]) -> "ResponseFormatJSONSchema":
    return {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)},
    }


def _timeout(timeout_s: float) -> "Timeout":
    from openai import Timeout

    return Timeout(timeout_s, connect=min(CONNECT_TIMEOUT_S, timeout_s))
