"""One row of a feed, and how long it may be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from shop.serialise import Json

#: Characters of one cell, and of one line.
LONGEST_FIELD = 1_000_000
LONGEST_ROW = 10_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column name; `line` is where it starts in the file."""

    line: int
    values: Mapping[str, Json]


def load_json(text: str) -> Json:
    """Raises `ValueError` for what is no JSON, NaN and Infinity included, `RecursionError` for a deep one."""
    loaded: Json = json.loads(text, parse_constant=_refuse_constant)
    return loaded


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
