"""Migrations on PostgreSQL: from every revision, and by two servers that start at once."""

import itertools
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from evals.postgres import Postgres
from storage import Database, metadata, migrate
from tests.storage.test_migrations import described, revisions  # noqa: F401 - fixtures

_numbers = itertools.count()


@pytest.fixture
def empty(server: Postgres) -> Database:
    return Database(server.create(f"empty_{next(_numbers)}"))


def test_every_earlier_revision_is_brought_to_the_newest(server: Postgres, revisions: list[str]) -> None:  # noqa: F811
    for revision in revisions:
        database = Database(server.create(f"from_{revision}"))
        with database.begin() as work:
            migrate.upgrade(work.connection, revision)
        assert database.revision() == revision
        database.upgrade()
        assert database.revision() == revisions[0]
        database.dispose()


def test_what_a_shop_holds_survives_every_revision(empty: Database, revisions: list[str]) -> None:  # noqa: F811
    with empty.begin() as work:
        migrate.upgrade(work.connection, revisions[-1])
        work.connection.execute(
            sa.text(
                "INSERT INTO customers (id, name, email) VALUES ('ada', 'Ada', 'ada@example.com');"
                "INSERT INTO orders (id, customer_id, placed_at, status, total, currency)"
                " VALUES ('o1', 'ada', now(), 'paid', 500, 'USD')"
            )
        )
    empty.upgrade()

    with empty.read() as work:
        assert work.connection.execute(sa.text("SELECT total FROM orders")).scalar_one() == 500
    empty.dispose()


def test_the_tables_are_those_that_the_code_describes(database: Database, described: sa.MetaData) -> None:  # noqa: F811
    with database.engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), described) == []
        assert described is metadata


def test_two_servers_that_start_at_once_upgrade_once(empty: Database) -> None:
    problems: list[BaseException] = []

    def start() -> None:
        try:
            empty.upgrade()
        except BaseException as error:  # noqa: BLE001 - shown below
            problems.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert empty.revision() is not None
    empty.dispose()


def test_a_short_name_of_the_database_is_enough(tmp_path: Path) -> None:
    for url in ("postgres://a@127.0.0.1/b", "postgresql://a@127.0.0.1/b"):
        assert Database(url).engine().url.drivername == "postgresql+psycopg"
