"""JSON back into values: the inverse of `shop.serialise.to_json`, for stored records and for feeds.

`from_json(Product, data)` holds every field to its type: nothing is converted by guessing, an unknown
field is refused, a missing one takes the field's default.

Errors: `BadValue` with the path of the field and what it must be.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from shop.serialise import Json

T = TypeVar("T")

#: What every database can keep in a column of whole numbers.
MOST_INTEGER = 2**63 - 1

#: NUL, and the halves of characters that stand for bytes which could not be decoded.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class BadValue(ValueError):
    """A field does not hold what its type says. `field` is its path, "variants[0].price.amount"."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


def from_json(kind: type[T], data: Json | Mapping[str, Json]) -> T:
    """A `kind` (a dataclass, or anything that one is made of) from what `json.loads` gave."""
    value: T = _read(kind, data, "")
    return value


def clean_text(text: str, field: str) -> str:
    """`text`, where every database and every browser can hold it."""
    if _NO_TEXT.search(text):
        raise BadValue(field, "holds bytes that are not UTF-8 text")
    return text


def _read(kind: Any, data: Any, at: str) -> Any:
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar(data, at)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, data, at)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _union(get_args(kind), data, at)
    if origin is Literal:
        return _literal(get_args(kind), data, at)
    if origin is tuple:
        return _tuple(get_args(kind)[0], data, at)
    if origin is Mapping or origin is dict:
        return _mapping(get_args(kind)[1], data, at)
    raise TypeError(f"no JSON is read as {kind!r}")


def _dataclass(kind: Any, data: Any, at: str) -> Any:
    if not isinstance(data, dict):
        raise BadValue(at, "must be an object")
    known = _fields(kind)
    unknown = [key for key in data if key not in known]
    if unknown:
        raise BadValue(at, f"has an unknown field {unknown[0]!a}")
    values = {}
    for name, (field, hint) in known.items():
        if data.get(name) is not None:
            values[name] = _read(hint, data[name], f"{at}.{name}" if at else name)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise BadValue(f"{at}.{name}" if at else name, "is missing")
    return kind(**values)


@lru_cache
def _fields(kind: Any) -> dict[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return {field.name: (field, hints[field.name]) for field in fields(kind)}


def _union(kinds: tuple[Any, ...], data: Any, at: str) -> Any:
    reasons = []
    for kind in kinds:
        if kind is NoneType:
            continue
        try:
            return _read(kind, data, at)
        except BadValue as error:
            reasons.append(error)
    if len(reasons) == 1:
        raise reasons[0]
    raise BadValue(at, " or ".join(error.reason for error in reasons))


def _literal(allowed: tuple[Any, ...], data: Any, at: str) -> Any:
    # JSON's true must not pass for 1.
    if not any(data == each and type(data) is type(each) for each in allowed):
        raise BadValue(at, f"must be one of {', '.join(map(str, allowed))}")
    return data


def _tuple(kind: Any, data: Any, at: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise BadValue(at, "must be a list")
    return tuple(_read(kind, item, f"{at}[{index}]") for index, item in enumerate(data))


def _mapping(kind: Any, data: Any, at: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BadValue(at, "must be an object")
    return {clean_text(key, at): _read(kind, item, f"{at}.{ascii(key)[1:-1]}") for key, item in data.items()}


def _text(data: Any, at: str) -> str:
    if not isinstance(data, str):
        raise BadValue(at, "must be a text")
    return clean_text(data, at)


def _integer(data: Any, at: str) -> int:
    if not isinstance(data, int) or isinstance(data, bool):
        raise BadValue(at, "must be a whole number")
    if abs(data) > MOST_INTEGER:
        raise BadValue(at, "is too large")
    return data


def _number(data: Any, at: str) -> float:
    if not isinstance(data, int | float) or isinstance(data, bool):
        raise BadValue(at, "must be a number")
    if abs(data) > MOST_INTEGER or math.isnan(data):
        raise BadValue(at, "is too large")
    return data


def _flag(data: Any, at: str) -> bool:
    if not isinstance(data, bool):
        raise BadValue(at, "must be true or false")
    return data


def _moment(data: Any, at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(data, at))
    except ValueError:
        raise BadValue(at, "must be a moment like 2026-05-31T09:00:00Z") from None
    if moment.tzinfo is None:
        raise BadValue(at, "needs a time zone: end it with Z for UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadValue(at, "is beyond the calendar") from None


def _date(data: Any, at: str) -> date:
    try:
        return date.fromisoformat(_text(data, at))
    except ValueError:
        raise BadValue(at, "must be a date like 2026-05-31") from None


def _time(data: Any, at: str) -> time:
    try:
        return time.fromisoformat(_text(data, at))
    except ValueError:
        raise BadValue(at, "must be a time like 09:30") from None


_SCALARS: dict[Any, Callable[[Any, str], Any]] = {
    str: _text,
    int: _integer,
    float: _number,
    bool: _flag,
    datetime: _moment,
    date: _date,
    time: _time,
}
