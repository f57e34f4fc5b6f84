"""A chat model that says what a test tells it to, in order, and keeps what it was asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.llm import Message, ModelUnavailable
from shop.serialise import Json


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: its messages, and the schema where there was one."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Json] | None
    max_tokens: int


@dataclass
class ScriptedModel:
    """`ChatModel` from a list of answers. An exception is raised; when all is said it is unavailable.

    Streams word by word; `stops_after` words the stream breaks off as a killed server does.
    """

    answers: list[str | Exception]
    stops_after: int | None = None
    asked: list[Asked] = field(default_factory=list)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        self.asked.append(Asked(tuple(messages), schema, max_tokens))
        return self._next()

    def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
        self.asked.append(Asked(tuple(messages), None, max_tokens))
        for said, word in enumerate(self._next().split(" ")):
            if said == self.stops_after:
                raise ModelUnavailable("the scripted server stopped in mid-answer")
            yield word if said == 0 else f" {word}"

    def healthy(self) -> bool:
        return bool(self.answers)

    def _next(self) -> str:
        if not self.answers:
            raise ModelUnavailable("the script is at its end")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
