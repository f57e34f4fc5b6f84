"""A backup holds every row, and comes back into an empty database only."""

from pathlib import Path

import pytest

from shop.catalogue import Catalogue
from shop.feeds import import_feed
from storage import Database, migrate
from storage.backup import BadBackup, NotEmpty, TableRow, dump, restore

TABLE = (
    "id,title,price,availability,link\nm1,Mug,9.00 USD,in stock,https://a/b\nm2,Pot,19.00 USD,,https://a/c\n"
)


@pytest.fixture
def filled(database: Database, tmp_path: Path) -> Database:
    (tmp_path / "feed.csv").write_text(TABLE)
    import_feed(database, tmp_path / "feed.csv")
    return database


def rows(database: Database) -> list[TableRow]:
    with database.read() as work:
        return list(dump(work))


def new(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/restored.db")


def test_what_comes_back_is_what_was_there(filled: Database, tmp_path: Path) -> None:
    before, restored = rows(filled), new(tmp_path)
    revision = filled.revision()
    assert revision is not None

    assert restore(restored, revision, before) == len(before)

    assert sorted(map(repr, rows(restored))) == sorted(map(repr, before))
    with restored.read() as work, filled.read() as there:
        assert list(Catalogue(work).all()) == list(Catalogue(there).all())
        assert Catalogue(work).origin() == Catalogue(there).origin()


def test_a_database_that_holds_something_is_left_alone(filled: Database) -> None:
    before = rows(filled)

    with pytest.raises(NotEmpty, match="the database is not empty"):
        restore(filled, str(filled.revision()), before)

    assert rows(filled) == before


def test_a_backup_of_an_earlier_revision_is_brought_to_the_newest(tmp_path: Path) -> None:
    old = Database(f"sqlite:///{tmp_path}/old.db")
    with old.begin() as work:
        migrate.upgrade(work.connection, "0001")
    before, restored = rows(old), new(tmp_path)

    restore(restored, "0001", before)

    migrated = Database(f"sqlite:///{tmp_path}/newest.db")
    migrated.upgrade()
    assert restored.revision() == migrated.revision()


@pytest.mark.parametrize(
    "row", [("secrets", {"id": 1}), ("products", {"id": "m1", "colour": "red"})], ids=["table", "column"]
)
def test_rows_of_something_else_bring_back_nothing(filled: Database, tmp_path: Path, row: TableRow) -> None:
    restored = new(tmp_path)

    with pytest.raises(BadBackup, match="is not as this backup has it"):
        restore(restored, str(filled.revision()), [*rows(filled), row])

    assert restored.revision() is None
