"""The database: one engine, and units of work over it.

Everything that must happen together happens in one `UnitOfWork`. Stores of any package are built over
one and never commit by themselves:

    with database.begin() as work:
        Carts(work).add(...)
        Conversations(work).append(...)

Errors: `StorageUnavailable` (the operator must act; a caller may try again) for whatever the engine
reports while connecting, reading or writing; `Conflict` where a key says no; `SchemaTooNew` from
`upgrade`. Programming errors propagate.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

# SQLAlchemy imports this at its first statement with a list in it; two threads at once would race for it.
import sqlalchemy.orm
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage import migrate

#: Every table of every package; migrations build the same tables, and a test compares the two.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BUSY_TIMEOUT_MS = 10_000


class StorageUnavailable(Exception):
    """The database cannot be reached, is locked for too long, is damaged, or cannot be written."""


class Conflict(Exception):
    """A unique or foreign key says no: somebody else was first."""


class UnitOfWork:
    """One transaction. `connection` is for stores only; it never leaves them."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._after_commit: list[Callable[[], None]] = []

    def after_commit(self, call: Callable[[], None]) -> None:
        """Runs `call` once the transaction is durable, never when it was rolled back."""
        self._after_commit.append(call)

    def committed(self) -> None:
        for call in self._after_commit:
            call()


class Database:
    """SQLite in WAL mode, the default of the shop's own machine, or PostgreSQL by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # A pool that is as large as the threads that serve; whoever waits longer is told to come back.
        pool = {} if self.is_sqlite else {"pool_size": 10, "max_overflow": 30, "pool_timeout": 10}
        self._engine = sa.create_engine(parsed, pool_pre_ping=not self.is_sqlite, **pool)
        if self.is_sqlite:
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A writing transaction: commits at the end, rolls back on any exception."""
        with self._transaction(writes=True, keeps=True) as work:
            yield work
        work.committed()

    @contextmanager
    def rehearse(self) -> Iterator[UnitOfWork]:
        """A writing transaction that is undone at the end: shows what a write would lead to."""
        with self._transaction(writes=True, keeps=False) as work:
            yield work

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A transaction that reads one state of the database. It must not write: see `rehearse`."""
        with self._transaction(writes=False, keeps=False) as work:
            yield work

    @contextmanager
    def hold(self) -> Iterator["Held"]:
        """One connection for several transactions in a row; its temporary tables go when it is let go."""
        with _translated(), self._engine.connect() as connection:
            try:
                yield Held(connection)
            finally:
                connection.invalidate()

    @contextmanager
    def _transaction(self, *, writes: bool, keeps: bool) -> Iterator[UnitOfWork]:
        with (
            _translated(),
            self._engine.connect() as connection,
            _transaction(connection, writes=writes, keeps=keeps) as work,
        ):
            yield work

    def upgrade(self) -> None:
        """Brings any earlier revision, or an empty database, to the newest schema; all or nothing."""
        with self.begin() as work:
            migrate.upgrade(work.connection)

    def revision(self) -> str | None:
        """The revision that the database is at; None for one without tables."""
        with self.read() as work:
            return migrate.current_revision(work.connection)

    def engine(self) -> sa.Engine:
        """For migrations and for tests of the schema only."""
        return self._engine

    def dispose(self) -> None:
        self._engine.dispose()


class Held:
    """A connection that stays open between its transactions. What is written to temporary tables takes no
    lock of the database: long work is prepared there, and moved by one short transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A writing transaction, as `Database.begin`."""
        with _translated(), _transaction(self._connection, writes=True, keeps=True) as work:
            yield work
        work.committed()

    @contextmanager
    def prepare(self) -> Iterator[UnitOfWork]:
        """Reads the database's tables and writes temporary ones; the latter is kept."""
        with _translated(), _transaction(self._connection, writes=False, keeps=True) as work:
            yield work


@contextmanager
def _transaction(connection: sa.Connection, *, writes: bool, keeps: bool) -> Iterator[UnitOfWork]:
    options: dict[str, Any] = {"pairwell_writes": writes}
    if connection.dialect.name == "postgresql":
        # A reader sees one state from its first statement to its last, as it does on SQLite.
        options["isolation_level"] = "READ COMMITTED" if writes else "REPEATABLE READ"
    connection = connection.execution_options(**options)
    transaction = connection.begin()
    try:
        yield UnitOfWork(connection)
    except BaseException:
        transaction.rollback()
        raise
    if keeps:
        transaction.commit()
    else:
        transaction.rollback()


@contextmanager
def _translated() -> Iterator[None]:
    """The one border where the engine's errors become this package's."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(str(error.orig)) from error
    except (ProgrammingError, DataError, NotSupportedError):
        raise
    except DatabaseError as error:
        raise StorageUnavailable(str(error.orig)) from error
    except PoolTimeout as error:
        raise StorageUnavailable("every connection to the database is taken") from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction handling would begin too late; `_begin_sqlite` does it.
    connection.isolation_level = None
    for pragma in (
        # First of all: changing the journal mode may itself have to wait.
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer that starts as a reader can die of SQLITE_BUSY half-way, so writers say so at once.
    writes = connection.get_execution_options().get("pairwell_writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
