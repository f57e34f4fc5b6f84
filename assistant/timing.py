"""How long a turn waited for the chat model."""

import time
from collections.abc import Iterator, Mapping, Sequence

from assistant.llm import ChatModel, Message
from shop.serialise import Json


class TimedModel:
    """A `ChatModel` that adds up the seconds that its caller waited for it, failed calls included."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.waited_s = 0.0

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        began = time.perf_counter()
        try:
            return self._model.complete(messages, schema=schema, max_tokens=max_tokens, timeout_s=timeout_s)
        finally:
            self.waited_s += time.perf_counter() - began

    def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
        pieces = iter(self._model.stream(messages, max_tokens=max_tokens, timeout_s=timeout_s))
        while True:
            began = time.perf_counter()
            try:
                piece = next(pieces)
            except StopIteration:
                return
            finally:
                self.waited_s += time.perf_counter() - began
            yield piece

    def healthy(self) -> bool:
        return self._model.healthy()
