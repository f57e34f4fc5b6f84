"""The lines of evidence after the sale, for a model that was trained to tell."""

from collections.abc import Callable, Mapping, Sequence

from assistant.values import Evidence

LINES: Mapping[str, Callable[[Evidence], Sequence[str] | None]] = {}
