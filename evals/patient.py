"""A model that is given all the time it needs, for measurements of what it does and not of how soon.

A served turn gives up on a model that is late and is answered by rules; on a machine that does other work
that would measure the machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.llm import ChatModel, Message, ModelUnavailable
from shop.serialise import Json

PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Patient:
    """`ChatModel` over another. Without `explains` it names intents alone, where words are not measured."""

    inner: ChatModel
    explains: bool = True

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        self._asked(named=schema is not None)
        patience_s = max(timeout_s, PATIENCE_S)
        return self.inner.complete(messages, schema=schema, max_tokens=max_tokens, timeout_s=patience_s)

    def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
        self._asked(named=False)
        patience_s = max(timeout_s, PATIENCE_S)
        return self.inner.stream(messages, max_tokens=max_tokens, timeout_s=patience_s)

    def healthy(self) -> bool:
        return self.inner.healthy()

    def _asked(self, *, named: bool) -> None:
        if not (named or self.explains):
            raise ModelUnavailable("this measurement asks for no words")
