"""Values as JSON, the one way for HTTP answers and for stored records.

A frozen dataclass becomes an object without the fields that are None, a tuple a list, a set a sorted
list, a `Money` `{"amount", "currency"}`, a moment RFC 3339 in UTC. `shop.deserialise.from_json` reads it
back.

Errors: `TypeError` for whatever else, a naive moment and a float that JSON lacks: mistakes of the
programmer, never of the data.
"""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from typing import TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


def to_json(value: object) -> Json:
    """Frozen dataclasses, and what they are made of, as what `json.dumps` takes."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return _finite(value)
        case list() | tuple():
            return [to_json(item) for item in value]
        case set() | frozenset():
            return [to_json(item) for item in sorted(value)]
        case Mapping():
            return {_key(key): to_json(item) for key, item in value.items()}
        case datetime() | date() | time():
            return _iso(value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
            return {name: to_json(item) for name, item in pairs if item is not None}
        case _:
            raise TypeError(f"not a value that JSON holds: {value!r}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key that is no text: {key!r}")
    return key


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise TypeError(f"a number that JSON lacks: {value!r}")
    return value


def _iso(value: date | time) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"a moment without a time zone: {value.isoformat()}")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat()
