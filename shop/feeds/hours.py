"""`hours.toml`: when a person answers.

    timezone = "America/Chicago"
    closed = ["2026-12-25"]
    [week]
    monday = ["08:00-12:00", "13:00-20:00"]
    sunday = []

Errors: `BadValue` with the field and how to write it.
"""

from collections.abc import Mapping
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shop.deserialise import BadValue
from shop.values import Opening, SupportHours

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_hours(data: Mapping[str, object]) -> SupportHours:
    unknown = sorted(data.keys() - {"timezone", "week", "closed"})
    if unknown:
        raise BadValue(unknown[0], "is unknown; there are timezone, week and closed")
    week = data.get("week", {})
    if not isinstance(week, dict) or not set(week) <= set(DAYS):
        raise BadValue("week", f"must name week days: {', '.join(DAYS)}")
    openings = tuple(
        _opening(weekday, words, f"week.{day}")
        for weekday, day in enumerate(DAYS)
        for words in _list(week.get(day, []), f"week.{day}")
    )
    closed = tuple(_day(words) for words in _list(data.get("closed", []), "closed"))
    return SupportHours(_zone(data.get("timezone")), openings, closed)


def _list(value: object, field: str) -> list[object]:
    if not isinstance(value, list):
        raise BadValue(field, "must be a list")
    return value


def _zone(words: object) -> str:
    try:
        ZoneInfo(str(words))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValue("timezone", f"is {words!a}; write it like America/Chicago") from None
    return str(words)


def _opening(weekday: int, words: object, field: str) -> Opening:
    opens, _, closes = str(words).partition("-")
    try:
        opening = Opening(weekday, time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))
    except ValueError:
        raise BadValue(field, f"is {words!a}; write it like 08:00-17:30") from None
    if opening.closes <= opening.opens and opening.closes != time(0):
        raise BadValue(field, f"closes before it opens: {words!a}; write a night as two days")
    return opening


def _day(words: object) -> date:
    try:
        return words if isinstance(words, date) else date.fromisoformat(str(words))
    except ValueError:
        raise BadValue("closed", f"is {words!a}; write it like 2026-12-25") from None
