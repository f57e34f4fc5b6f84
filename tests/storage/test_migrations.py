"""The migrations: one chain, from any revision to exactly the tables that the code describes."""

import importlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import registry

from storage import Database, SchemaTooNew, StorageUnavailable, metadata, migrate

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/shop.db")


@pytest.fixture(scope="module")
def revisions() -> list[str]:
    """Every revision, the newest first."""
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


@pytest.fixture(scope="module")
def described() -> sa.MetaData:
    """`metadata` with the tables of every package that has some."""
    for path in sorted(ROOT.glob("*/*tables.py")):
        if "metadata" in path.read_text(encoding="utf-8"):
            importlib.import_module(f"{path.parent.name}.{path.stem}")
    return metadata


def schema(engine: sa.Engine) -> set[tuple[str, ...]]:
    """Every table and index as the database itself describes it, Alembic's own left out."""
    query = (
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name != 'alembic_version'"
    )
    with engine.connect() as connection:
        return {(row.type, row.name, " ".join(row.sql.split())) for row in connection.execute(sa.text(query))}


def test_a_new_database_has_no_revision(database: Database) -> None:
    assert database.revision() is None


def test_upgrading_brings_an_empty_database_to_the_newest_revision(
    database: Database, revisions: list[str]
) -> None:
    database.upgrade()

    assert database.revision() == revisions[0]


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    database.upgrade()
    before = schema(database.engine())
    database.upgrade()

    assert schema(database.engine()) == before


def test_the_migrated_tables_are_those_that_the_code_describes(
    database: Database, described: sa.MetaData
) -> None:
    database.upgrade()

    with database.engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), described) == []


def test_names_of_keys_and_indexes_are_those_of_the_code(database: Database, described: sa.MetaData) -> None:
    """What `compare_metadata` does not look at: every name, default and ON DELETE, to the letter."""
    database.upgrade()
    written = sa.create_engine("sqlite://")
    described.create_all(written)

    assert schema(database.engine()) == schema(written)


def test_every_table_can_be_made_on_postgresql(described: sa.MetaData) -> None:
    for table in described.sorted_tables:
        statement = str(sa.schema.CreateTable(table).compile(dialect=registry.load("postgresql")()))
        assert statement.strip().startswith(f"CREATE TABLE {table.name}")


def test_every_earlier_revision_can_be_brought_to_the_newest(tmp_path: Path, revisions: list[str]) -> None:
    for revision in revisions:
        database = Database(f"sqlite:///{tmp_path}/from_{revision}.db")
        with database.begin() as work:
            migrate.upgrade(work.connection, revision)
        assert database.revision() == revision
        database.upgrade()
        assert database.revision() == revisions[0]


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(database: Database) -> None:
    def upgrade_and_fail() -> None:
        with database.begin() as work:
            migrate.upgrade(work.connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        upgrade_and_fail()

    assert database.revision() is None
    assert schema(database.engine()) == set()


def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    database.upgrade()
    with database.begin() as work:
        work.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaTooNew, match="9999"):
        database.upgrade()


def test_two_catalogues_never_share_their_origin(tmp_path: Path) -> None:
    origins = set()
    for name in ("one", "two"):
        database = Database(f"sqlite:///{tmp_path}/{name}.db")
        database.upgrade()
        with database.read() as work:
            origins.add(work.connection.execute(sa.text("SELECT origin FROM catalogue_state")).scalar_one())

    assert len(origins) == 2


def test_a_database_that_takes_no_writes_is_told_at_the_start(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/shop.db")
    database.upgrade()
    database.dispose()
    # As on a disk that was mounted to be read only.
    sa.event.listen(database.engine(), "connect", lambda opened, _: opened.execute("PRAGMA query_only=ON"))

    with pytest.raises(StorageUnavailable, match="attempt to write a readonly database"):
        database.upgrade()
