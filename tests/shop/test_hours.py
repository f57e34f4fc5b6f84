"""Opening hours: a moment anywhere, answered in the desk's own time zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from shop.hours import Hours, is_open, next_opening
from shop.values import Opening, SupportHours
from storage import Database

CHICAGO = ZoneInfo("America/Chicago")
WEEK = SupportHours(
    "America/Chicago",
    (
        Opening(0, time(13), time(17)),
        Opening(0, time(8), time(12)),
        Opening(4, time(18), time(0)),
    ),
    (date(2026, 5, 11),),
)


def in_chicago(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        (in_chicago(4, 7, 59), False),
        (in_chicago(4, 8), True),
        (in_chicago(4, 12), False),
        (in_chicago(4, 13), True),
        (in_chicago(4, 17), False),
        (in_chicago(5, 9), False),
        (in_chicago(8, 23, 59), True),
        (in_chicago(9, 0), False),
        (in_chicago(11, 9), False),
    ],
)
def test_the_desk_is_open_within_its_hours_of_that_week_day(moment: datetime, answer: bool) -> None:
    assert is_open(WEEK, moment) is answer


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    assert is_open(WEEK, datetime(2026, 5, 4, 13, 30, tzinfo=UTC))
    assert not is_open(WEEK, datetime(2026, 5, 4, 8, 30, tzinfo=UTC))


def test_the_same_local_hour_holds_in_summer_and_in_winter() -> None:
    assert is_open(WEEK, datetime(2026, 1, 5, 14, 30, tzinfo=UTC))
    assert not is_open(WEEK, datetime(2026, 1, 5, 13, 30, tzinfo=UTC))


def test_the_next_opening_skips_closed_days() -> None:
    assert next_opening(WEEK, in_chicago(4, 7)) == in_chicago(4, 8)
    assert next_opening(WEEK, in_chicago(4, 9)) == in_chicago(4, 13)
    assert next_opening(WEEK, in_chicago(9, 0)) == datetime(2026, 5, 15, 18, tzinfo=CHICAGO)


def test_a_desk_without_hours_never_opens() -> None:
    assert next_opening(SupportHours("UTC", ()), in_chicago(4, 9)) is None


def test_hours_are_kept_and_nobody_is_promised_without_them(database: Database) -> None:
    with database.begin() as work:
        hours = Hours(work)
        assert hours.get() is None
        assert not hours.open_at(in_chicago(4, 9))
        assert hours.next_opening(in_chicago(4, 9)) is None

        hours.put(SupportHours("UTC", ()))
        hours.put(WEEK)

        assert hours.get() == WEEK
        assert hours.open_at(in_chicago(4, 9))
        assert hours.next_opening(in_chicago(4, 9)) == in_chicago(4, 13)


def test_a_time_zone_that_nobody_knows_is_refused(database: Database) -> None:
    with database.begin() as work, pytest.raises(ZoneInfoNotFoundError):
        Hours(work).put(SupportHours("Mars/Olympus", ()))
