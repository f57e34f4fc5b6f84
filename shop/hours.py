"""When a person answers: the support desk's opening hours, in its own time zone.

A moment is given by the caller; this module has no clock.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from shop.serialise import to_json
from shop.tables import support_hours
from shop.values import Opening, SupportHours
from storage import UnitOfWork

#: Hours repeat weekly, closed days aside: no opening within this many days is none at all.
LOOK_AHEAD_DAYS = 60


class Hours:
    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection

    def get(self) -> SupportHours | None:
        """None where the merchant has not said: then nobody is promised."""
        row = self._connection.execute(sa.select(support_hours)).one_or_none()
        if row is None:
            return None
        week = tuple(
            Opening(each["weekday"], time.fromisoformat(each["opens"]), time.fromisoformat(each["closes"]))
            for each in row.week
        )
        return SupportHours(row.timezone, week, tuple(date.fromisoformat(day) for day in row.closed))

    def put(self, hours: SupportHours) -> None:
        """Raises `zoneinfo.ZoneInfoNotFoundError` for a time zone that nobody knows."""
        ZoneInfo(hours.timezone)
        self._connection.execute(sa.delete(support_hours))
        row = {
            "id": 1,
            "timezone": hours.timezone,
            "week": to_json(hours.week),
            "closed": to_json(hours.closed),
        }
        self._connection.execute(sa.insert(support_hours), [row])

    def open_at(self, moment: datetime) -> bool:
        hours = self.get()
        return hours is not None and is_open(hours, moment)

    def next_opening(self, moment: datetime) -> datetime | None:
        """When the desk opens next, in its own time zone; None where no opening is in sight."""
        hours = self.get()
        return None if hours is None else next_opening(hours, moment)


def is_open(hours: SupportHours, moment: datetime) -> bool:
    """`moment` must be timezone-aware."""
    local = moment.astimezone(ZoneInfo(hours.timezone))
    if local.date() in hours.closed:
        return False
    today = (each for each in hours.week if each.weekday == local.weekday())
    return any(_within(each, local.time()) for each in today)


def next_opening(hours: SupportHours, moment: datetime) -> datetime | None:
    zone = ZoneInfo(hours.timezone)
    local = moment.astimezone(zone)
    days = (local.date() + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS))
    openings = (
        datetime.combine(day, each.opens, zone)
        for day in days
        if day not in hours.closed
        for each in sorted(hours.week, key=lambda each: each.opens)
        if each.weekday == day.weekday()
    )
    return next((opening for opening in openings if opening > local), None)


def _within(opening: Opening, now: time) -> bool:
    # Midnight as the end of a day sorts before every other time of it.
    return opening.opens <= now and (now < opening.closes or opening.closes == time(0))
