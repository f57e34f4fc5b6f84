"""Transactions: what is kept, what is undone, and what the engine's errors become."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from storage import Conflict, Database, StorageUnavailable, UnitOfWork


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/deep/below/notes.db")
    with made.begin() as work:
        work.connection.execute(sa.text("CREATE TABLE notes (text VARCHAR(20) PRIMARY KEY)"))
    yield made
    made.dispose()


def write(work: UnitOfWork, text: str) -> None:
    work.connection.execute(sa.text("INSERT INTO notes VALUES (:text)"), {"text": text})


def notes(database: Database) -> list[str]:
    with database.read() as work:
        return list(work.connection.execute(sa.text("SELECT text FROM notes ORDER BY text")).scalars())


def fail_after(database: Database, action: Callable[[UnitOfWork], None]) -> None:
    with database.begin() as work:
        action(work)
        raise ZeroDivisionError


def test_what_a_unit_of_work_wrote_is_there_afterwards(database: Database) -> None:
    with database.begin() as work:
        write(work, "kept")

    assert notes(database) == ["kept"]


def test_an_exception_undoes_everything_and_comes_through(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after(database, lambda work: write(work, "lost"))

    assert notes(database) == []


def test_calls_wait_for_the_commit_and_never_follow_a_rollback(database: Database) -> None:
    called: list[list[str]] = []
    with database.begin() as work:
        write(work, "kept")
        work.after_commit(lambda: called.append(notes(database)))
        assert called == []
    assert called == [["kept"]]

    with pytest.raises(ZeroDivisionError):
        fail_after(database, lambda work: work.after_commit(lambda: called.append(["never"])))
    assert called == [["kept"]]


def test_a_rehearsal_shows_what_a_write_leads_to_and_keeps_nothing(database: Database) -> None:
    with database.rehearse() as work:
        write(work, "tried")
        assert work.connection.execute(sa.text("SELECT COUNT(*) FROM notes")).scalar() == 1

    assert notes(database) == []


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as reader:
        count = sa.text("SELECT COUNT(*) FROM notes")
        before = reader.connection.execute(count).scalar()
        with database.begin() as writer:
            write(writer, "later")
        assert reader.connection.execute(count).scalar() == before

    assert notes(database) == ["later"]


def test_a_second_writer_waits_for_the_first(database: Database) -> None:
    second = threading.Thread(target=lambda: write_one(database, "second"))
    with database.begin() as work:
        write(work, "first")
        second.start()
    second.join()

    assert notes(database) == ["first", "second"]


def write_one(database: Database, text: str) -> None:
    with database.begin() as work:
        write(work, text)


def test_a_key_that_is_taken_is_a_conflict(database: Database) -> None:
    write_one(database, "once")

    with pytest.raises(Conflict), database.begin() as work:
        write(work, "once")


def test_a_foreign_key_is_held_on_sqlite_too(database: Database) -> None:
    with database.begin() as work:
        work.connection.execute(sa.text("CREATE TABLE marks (note VARCHAR(20) REFERENCES notes (text))"))

    with pytest.raises(Conflict), database.begin() as work:
        work.connection.execute(sa.text("INSERT INTO marks VALUES ('nobody')"))


def test_a_file_that_is_no_database_is_storage_unavailable(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"this is no database at all, whatever its name says" * 100)

    with pytest.raises(StorageUnavailable), Database(f"sqlite:///{damaged}").read() as work:
        work.connection.execute(sa.text("SELECT 1 FROM notes"))


def test_a_mistake_in_the_code_is_not_taken_for_an_outage(database: Database) -> None:
    with pytest.raises(ProgrammingError), database.read() as work:
        work.connection.exec_driver_sql("SELECT ?", ())
