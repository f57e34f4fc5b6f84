"""Moments in the database: UTC in, UTC out, whatever the database makes of time zones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from storage import UtcDateTime

MOMENTS = sa.Table("moments", sa.MetaData(), sa.Column("at", UtcDateTime))


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    with sa.create_engine("sqlite://").connect() as connection:
        MOMENTS.metadata.create_all(connection)
        yield connection


def kept(connection: sa.Connection, moment: datetime | None) -> datetime | None:
    connection.execute(sa.insert(MOMENTS).values(at=moment))
    found: datetime | None = connection.execute(sa.select(MOMENTS.c.at)).scalar_one()
    return found


def test_a_moment_of_another_zone_comes_back_as_the_same_moment_in_utc(connection: sa.Connection) -> None:
    tokyo = datetime(2026, 5, 1, 9, 30, tzinfo=timezone(timedelta(hours=9)))

    found = kept(connection, tokyo)

    assert found == tokyo
    assert found is not None
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(connection: sa.Connection) -> None:
    with pytest.raises(StatementError, match="needs a time zone"):
        kept(connection, datetime.fromisoformat("2026-05-01T09:30:00"))


def test_no_moment_stays_none(connection: sa.Connection) -> None:
    assert kept(connection, None) is None


def test_moments_compare_across_zones_inside_the_database(connection: sa.Connection) -> None:
    noon_in_tokyo = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=9)))
    connection.execute(sa.insert(MOMENTS).values(at=noon_in_tokyo))
    same_hour_in_utc = datetime(2026, 5, 1, 12, tzinfo=UTC)

    query = sa.select(sa.func.count()).select_from(MOMENTS).where(MOMENTS.c.at < same_hour_in_utc)

    assert connection.execute(query).scalar_one() == 1
