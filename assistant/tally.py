"""How many sentences who wrote, and how many were refused: what an operator watches of a model's words."""

from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Literal, get_args

from assistant.templates import Source

#: `refused` was written by the model and never shown.
Fate = Source | Literal["refused"]
FATES: tuple[str, ...] = (*get_args(Source), "refused")


class Tally:
    """Sentences since the process began, by their fate. Safe from any thread."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, fate: Fate) -> None:
        with self._lock:
            self._counts[fate] += 1

    def counts(self) -> Mapping[str, int]:
        with self._lock:
            return {fate: self._counts[fate] for fate in FATES}
