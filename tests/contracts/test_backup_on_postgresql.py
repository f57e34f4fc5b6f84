"""A backup carries a shop from SQLite to PostgreSQL and back."""

from pathlib import Path

import pytest

from assistant.conversations import Conversations
from evals.postgres import Postgres
from shop.feeds import import_feed
from storage import Database
from storage.backup import TableRow, dump, restore
from tests.storage.test_backup import TABLE
from tests.web.world import Clock


def rows(database: Database) -> list[TableRow]:
    with database.read() as work:
        return list(dump(work))


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path}/shop.db")
    made.upgrade()
    (tmp_path / "feed.csv").write_text(TABLE)
    import_feed(made, tmp_path / "feed.csv")
    with made.begin() as work:
        talks = Conversations(work, Clock()())
        talks.append(talks.create("ann").id, "user", "a mug")
    return made


def test_a_shop_moves_to_postgresql_and_back(server: Postgres, sqlite: Database, tmp_path: Path) -> None:
    revision = str(sqlite.revision())
    moved = Database(server.create("moved"))
    restore(moved, revision, rows(sqlite))
    assert sorted(map(repr, rows(moved))) == sorted(map(repr, rows(sqlite)))

    # Numbers that the database gives go on where they were.
    with moved.begin() as work:
        talks = Conversations(work, Clock()())
        talks.append(talks.create("bob").id, "user", "a pot")
    back = Database(f"sqlite:///{tmp_path}/back.db")
    restore(back, revision, rows(moved))

    assert sorted(map(repr, rows(back))) == sorted(map(repr, rows(moved)))
    moved.dispose()
