"""Rows on their way into the shop's tables, so that a large import holds the write lock for a moment only.

They are gathered in temporary tables of one connection (`storage.Held`), which nobody else sees or waits
for, and moved by a few statements of one transaction. A process that dies leaves nothing of them behind.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from storage import UnitOfWork


class Staging:
    """The temporary tables of one import; every unit of work must be of the one held connection."""

    def __init__(self) -> None:
        self._staged: dict[str, sa.Table] = {}

    def add(self, work: UnitOfWork, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        """Adds rows that are to come into `table`; a key may come once."""
        if not rows:
            return
        staged = self._staged.get(table.name)
        if staged is None:
            staged = self._create(work, table)
        work.connection.execute(sa.insert(staged), rows)

    def coming(self, table: sa.Table) -> sa.Table | None:
        """The rows that are to come into `table`; None where nothing was added."""
        return self._staged.get(table.name)

    def move(self, work: UnitOfWork, table: sa.Table, *children: sa.Table) -> None:
        """Replaces the rows of `table` that have the key of one that comes, and what lies below them."""
        staged = self.coming(table)
        if staged is None:
            return
        (key,) = table.primary_key
        replaced = sa.select(staged.c[key.name])
        work.connection.execute(sa.delete(table).where(key.in_(replaced)))
        for each in (table, *children):
            source = self.coming(each)
            if source is not None:
                columns = [column.name for column in each.columns]
                work.connection.execute(sa.insert(each).from_select(columns, sa.select(source)))

    def _create(self, work: UnitOfWork, table: sa.Table) -> sa.Table:
        columns = [
            sa.Column(each.name, each.type, primary_key=each.primary_key, autoincrement=False)
            for each in table.columns
        ]
        staged = sa.Table(f"staged_{table.name}", sa.MetaData(), *columns, prefixes=["TEMPORARY"])
        staged.create(work.connection, checkfirst=False)
        self._staged[table.name] = staged
        return staged
