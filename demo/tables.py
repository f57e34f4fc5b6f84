"""TOML tables read field by field.

A fault does not stop the reading: it is noted with the place where it stands, the field gets an empty
value, and `BadSources` tells all faults at once. Knows nothing of products.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

FactValue = str | float | tuple[str, ...]
Kind = TypeVar("Kind")


class BadSources(Exception):
    """The sources cannot be built from. `problems` holds one sentence for each fault."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = f"{count} problem{'s' if count > 1 else ''} in the sources of the shop:"
        super().__init__("\n".join([heading, *(f"  - {problem}" for problem in self.problems)]))


class Table:
    """One TOML table. Each field is asked for by its type; `finish` tells of the fields nobody asked for."""

    def __init__(self, data: Mapping[str, object], where: str, problems: list[str]) -> None:
        self.where = where
        self._data = data
        self._problems = problems
        self._read: set[str] = set()

    @classmethod
    def of_file(cls, path: Path, problems: list[str]) -> "Table":
        """A whole file. One that is missing or no TOML is an empty table and a problem."""
        try:
            return cls(tomllib.loads(path.read_text(encoding="utf-8")), path.name, problems)
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}: cannot be read: {error}")
            return cls({}, path.name, [])

    def note(self, problem: str) -> None:
        self._problems.append(f"{self.where}: {problem}")

    def at(self, where: str) -> "Table":
        """The same table under a better name for its place."""
        self.where = where
        return self

    def text(self, key: str) -> str:
        value = self.text_or_none(key)
        if value is None:
            self._missing(key)
        return value or ""

    def text_or_none(self, key: str) -> str | None:
        value = self._take(key, str, "a text")
        if value is not None and not value.strip():
            self.note(f"{key} is empty")
        return None if value is None else value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an absent one is empty."""
        value = self._take(key, list, "a list of texts") or []
        return self._only_texts(key, value)

    def whole(self, key: str, default: int | None = None) -> int:
        value = self._take(key, int, "a whole number")
        if value is None and default is None:
            self._missing(key)
        return value if value is not None else default or 0

    def whole_or_none(self, key: str) -> int | None:
        return self._take(key, int, "a whole number")

    def number(self, key: str) -> float:
        value = self._take(key, (int, float), "a number")
        if value is None:
            self._missing(key)
        return float(value or 0)

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key, bool, "true or false")
        return default if value is None else value

    def cents(self, key: str) -> int:
        value = self.cents_or_none(key)
        if value is None:
            self._missing(key)
        return value or 0

    def cents_or_none(self, key: str) -> int | None:
        """An amount written as text, `"149.00"`, in cents."""
        text = self.text_or_none(key)
        if text is None:
            return None
        try:
            amount = Decimal(text) * 100
        except InvalidOperation:
            self.note(f"{key} is no amount like 149.00: {text!r}")
            return 0
        if amount <= 0 or amount != amount.to_integral_value():
            self.note(f"{key} is no positive amount in whole cents: {text!r}")
        return int(amount)

    def amounts(self, key: str) -> dict[str, int]:
        """A table of amounts in cents; an absent one is empty."""
        texts = self.strings(key)
        reader = Table(texts, f"{self.where}, {key}", self._problems)
        return {name: reader.cents(name) for name in texts}

    def moment_or_none(self, key: str) -> datetime | None:
        value = self._take(key, datetime, "a date and time")
        if value is not None and value.tzinfo is None:
            self.note(f"{key} has no time zone; end it with Z")
        return value

    def strings(self, key: str) -> dict[str, str]:
        """A table of texts; an absent one is empty."""
        found = {}
        for name, value in (self._take(key, dict, "a table of texts") or {}).items():
            if isinstance(value, str) and value.strip():
                found[name] = value.strip()
            else:
                self.note(f"{key}.{name} is not a text: {value!r}")
        return found

    def lists(self, key: str) -> dict[str, tuple[str, ...]]:
        """A table of lists of texts; an absent one is empty."""
        tables = self._take(key, dict, "a table of lists") or {}
        return {name: self._only_texts(f"{key}.{name}", value) for name, value in tables.items()}

    def facts(self, key: str) -> dict[str, FactValue]:
        """Compatibility facts: each a text, a number, or a list of texts."""
        found: dict[str, FactValue] = {}
        for name, value in (self._take(key, dict, "a table of facts") or {}).items():
            if isinstance(value, list):
                found[name] = self._only_texts(f"{key}.{name}", value)
            elif isinstance(value, str | int | float) and not isinstance(value, bool):
                found[name] = value
            else:
                self.note(f"{key}.{name} is neither a text, a number nor a list of texts: {value!r}")
        return found

    def tables(self, key: str) -> list["Table"]:
        found = []
        for place, row in enumerate(self._take(key, list, "a list of tables") or [], start=1):
            if isinstance(row, dict):
                found.append(Table(row, f"{self.where}, {key} {place}", self._problems))
            else:
                self.note(f"{key} {place} is not a table")
        return found

    def finish(self) -> None:
        for key in sorted(set(self._data) - self._read):
            self.note(f"unknown field {key!r}")

    def _take(self, key: str, kind: type[Kind] | tuple[type[Kind], ...], called: str) -> Kind | None:
        self._read.add(key)
        value = self._data.get(key)
        if value is None:
            return None
        # In Python true is a whole number, in a source it is a slip.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.note(f"{key} is not {called}: {value!r}")
            return None
        return value

    def _missing(self, key: str) -> None:
        if self._data.get(key) is None:
            self.note(f"{key} is missing")

    def _only_texts(self, key: str, values: object) -> tuple[str, ...]:
        if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
            self.note(f"{key} is not a list of texts: {values!r}")
            return ()
        return tuple(value.strip() for value in values)
