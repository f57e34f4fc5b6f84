"""A whole database as a stream of rows, and back: into another file, or from SQLite to PostgreSQL.

Tables are read as the database itself describes them, at the revision it is at; they come back at that
revision and are then brought to the newest. One reading transaction gives one state of everything; one
writing transaction brings back all or nothing.

Errors: `NotEmpty` where there is something already, `BadBackup` for rows that are none, those of the engine.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from storage import migrate
from storage.batches import batches
from storage.engine import Database, UnitOfWork

VERSION_TABLE = "alembic_version"
PAGE = 1_000

#: One row: its table, and its cells as JSON.
TableRow = tuple[str, dict[str, Any]]


class NotEmpty(Exception):
    """The database holds something: a backup comes back into an empty one."""


class BadBackup(Exception):
    """What is to be brought back is no backup, or not of this program."""


def dump(work: UnitOfWork) -> Iterator[TableRow]:
    """Every row of every table, parents before children; a page in memory at a time."""
    for table in _tables(work):
        rows = work.connection.execution_options(yield_per=PAGE).execute(sa.select(table))
        for row in rows:
            yield table.name, {name: _written(value) for name, value in row._mapping.items()}


def restore(database: Database, revision: str, rows: Iterable[TableRow]) -> int:
    """Brings rows back into an empty database and then to the newest schema; gives how many.

    Raises `NotEmpty`, `BadBackup`.
    """
    if database.revision() is not None:
        raise NotEmpty("the database is not empty: name an empty one, or move its file away first")
    with database.begin() as work:
        migrate.upgrade(work.connection, revision)
        tables = {table.name: table for table in _tables(work)}
        for table in reversed(list(tables.values())):
            # What the first migration wrote by itself is in the backup too.
            work.connection.execute(sa.delete(table))
        count = 0
        for batch in batches(rows):
            count += len(batch)
            _insert(work, tables, batch)
        _continue_numbers(work, tables)
        migrate.upgrade(work.connection)
    return count


def _tables(work: UnitOfWork) -> list[sa.Table]:
    found = sa.MetaData()
    found.reflect(work.connection)
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def _insert(work: UnitOfWork, tables: dict[str, sa.Table], batch: list[TableRow]) -> None:
    by_table: dict[str, list[dict[str, Any]]] = {}
    for name, cells in batch:
        by_table.setdefault(name, []).append(cells)
    for name, rows in by_table.items():
        table = tables.get(name)
        if table is None or any(set(cells) - set(table.columns.keys()) for cells in rows):
            raise BadBackup(f"table {name!r} is not as this backup has it")
        readers = {column.name: _reader(column.type) for column in table.columns}
        read = [{key: readers[key](value) for key, value in cells.items()} for cells in rows]
        work.connection.execute(sa.insert(table), read)


def _written(value: Any) -> Any:
    match value:
        case datetime():
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
        case date() | time():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return value


def _reader(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    if isinstance(kind, sa.DateTime):
        return _moment if kind.timezone else lambda value: _moment(value, naive=True)
    if isinstance(kind, sa.JSON):
        return lambda value: sa.null() if value is None else value
    if isinstance(kind, sa.Boolean):
        return lambda value: None if value is None else bool(value)
    return lambda value: value


def _moment(value: str | None, *, naive: bool = False) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment.replace(tzinfo=None) if naive else moment


def _continue_numbers(work: UnitOfWork, tables: dict[str, sa.Table]) -> None:
    """PostgreSQL counts on from where its own counter is, not from the rows."""
    if work.connection.dialect.name != "postgresql":
        return
    for table in tables.values():
        for column in table.primary_key:
            last = work.connection.execute(
                sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
            ).scalar()
            if last is not None:
                highest = work.connection.execute(sa.select(sa.func.max(column))).scalar()
                if highest is not None:
                    work.connection.execute(sa.select(sa.func.setval(last, highest)))
