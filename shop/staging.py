"""Rows on their way into the shop's tables, so that a large import holds the write lock for a moment only.

They are gathered in temporary tables of one connection (`storage.Held`), which nobody else sees or waits
for, and moved by a few statements of one transaction; very many by several, one `Piece` each. A process that
dies leaves nothing of them behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage import UnitOfWork


@dataclass(frozen=True, slots=True)
class Piece:
    """The staged rows whose key is from `first` to `last`, both included."""

    first: str
    last: str

    def holds(self, key: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        return key.between(self.first, self.last)


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

    def pieces(self, work: UnitOfWork, table: sa.Table, size: int) -> list[Piece]:
        """All that is to come into `table`, cut into pieces of `size` rows, the last one smaller."""
        staged = self.coming(table)
        if staged is None:
            return []
        (key,) = staged.primary_key
        number = sa.func.row_number().over(order_by=key) - 1
        rows = sa.select(key.label("key"), (number // size).label("piece")).subquery()
        cut = sa.select(sa.func.min(rows.c.key), sa.func.max(rows.c.key)).group_by(rows.c.piece)
        found = work.connection.execute(cut.order_by(rows.c.piece)).all()
        return [Piece(first, last) for first, last in found]

    def move(
        self, work: UnitOfWork, table: sa.Table, *children: sa.Table, piece: Piece | None = None
    ) -> None:
        """Replaces the rows of `table` that have the key of one that comes, and what lies below them."""
        staged = self.coming(table)
        if staged is None:
            return
        (key,) = table.primary_key
        replaced = _of(piece, sa.select(staged.c[key.name]), staged.c[key.name])
        work.connection.execute(sa.delete(table).where(key.in_(replaced)))
        for each in (table, *children):
            source = self.coming(each)
            if source is not None:
                columns = [column.name for column in each.columns]
                owner = source.c[key.name if each is table else _parent(each, table)]
                rows = _of(piece, sa.select(source), owner)
                work.connection.execute(sa.insert(each).from_select(columns, rows))

    def _create(self, work: UnitOfWork, table: sa.Table) -> sa.Table:
        columns = [
            sa.Column(each.name, each.type, primary_key=each.primary_key, autoincrement=False)
            for each in table.columns
        ]
        staged = sa.Table(f"staged_{table.name}", sa.MetaData(), *columns, prefixes=["TEMPORARY"])
        staged.create(work.connection, checkfirst=False)
        self._staged[table.name] = staged
        return staged


def _of(piece: Piece | None, rows: sa.Select[Any], key: sa.ColumnElement[str]) -> sa.Select[Any]:
    return rows if piece is None else rows.where(piece.holds(key))


def _parent(child: sa.Table, table: sa.Table) -> str:
    """The column of `child` that names its row of `table`."""
    return next(key.parent.name for key in child.foreign_keys if key.column.table is table)
