"""Records that stand alone in one row each: read by key, written only where they differ.

The stores of reviews, customers, promotions and the like are built of this; products and orders, which
have rows below them, bring their own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from shop.staging import Staging
from shop.values import ImportCounts
from storage import UnitOfWork
from storage.batches import batches

Row = dict[str, Any]
Value = TypeVar("Value")


class RecordTable(Generic[Value]):
    """The records of one table. `write` and `read` are each other's inverse."""

    def __init__(
        self,
        work: UnitOfWork,
        table: sa.Table,
        write: Callable[[Value], Row],
        read: Callable[[sa.Row[Any]], Value],
    ) -> None:
        self._work = work
        self._connection = work.connection
        self._table = table
        self._key: sa.Column[str] = next(iter(table.primary_key))
        self._write = write
        self._read = read

    def get(self, key: str) -> Value | None:
        return self.some([key]).get(key)

    def some(self, keys: Iterable[str]) -> dict[str, Value]:
        """Those of `keys` that exist."""
        found: dict[str, Value] = {}
        for batch in batches(dict.fromkeys(keys)):
            rows = self._connection.execute(sa.select(self._table).where(self._key.in_(batch)))
            found |= {row._mapping[self._key]: self._read(row) for row in rows}
        return found

    def where(self, condition: sa.ColumnElement[bool], *order: sa.ColumnElement[Any]) -> Iterator[Value]:
        query = sa.select(self._table).where(condition).order_by(*order, self._key)
        yield from map(self._read, self._connection.execute(query))

    def all(self) -> Iterator[Value]:
        """Every record, by key."""
        yield from self.where(sa.true())

    def put(self, values: Iterable[Value]) -> ImportCounts:
        """Adds or replaces; of two with one key the later counts."""
        counts = ImportCounts()
        for batch in batches(values):
            rows, counted = self._different(batch)
            self.remove(row[self._key.name] for row in rows)
            if rows:
                self._connection.execute(sa.insert(self._table), rows)
            counts += counted
        return counts

    def stage(self, values: Sequence[Value], staging: Staging) -> ImportCounts:
        """Puts aside those that differ from what is there, for `admit`."""
        rows, counts = self._different(values)
        staging.add(self._work, self._table, rows)
        return counts

    def admit(self, staging: Staging) -> None:
        """Writes all that was staged."""
        staging.move(self._work, self._table)

    def _different(self, values: Sequence[Value]) -> tuple[list[Row], ImportCounts]:
        new = {self._write(value)[self._key.name]: value for value in values}
        stored = self.some(new)
        different = [key for key, value in new.items() if stored.get(key) != value]
        changed = sum(key in stored for key in different)
        counts = ImportCounts(len(different) - changed, changed, len(new) - len(different))
        return [self._write(new[key]) for key in different], counts

    def remove(self, keys: Iterable[str]) -> int:
        """Removes those of `keys` that exist; returns how many."""
        return sum(
            self._connection.execute(sa.delete(self._table).where(self._key.in_(batch))).rowcount
            for batch in batches(keys)
        )

    def ids(self) -> Iterator[str]:
        """Every key, in order."""
        yield from self._connection.execute(sa.select(self._key).order_by(self._key)).scalars().all()
