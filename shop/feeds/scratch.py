"""What an import must remember of all rows, kept on disk so that memory stays flat.

A private SQLite file that is gone when it is closed: no table of the shop, and nothing of it is shared.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Literal

from shop.deserialise import BadValue
from shop.feeds.row import Row

Kind = Literal["product", "variant", "record"]


class Scratch:
    """Ids that were seen, and rows that wait for the others of their group."""

    def __init__(self) -> None:
        # An empty name is a temporary file of SQLite's own.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=OFF")
        # One transaction for all: it is thrown away anyhow, and a commit a row cost more than the import.
        self._connection.execute("BEGIN")
        self._connection.execute(
            "CREATE TABLE seen (kind TEXT, id TEXT, line INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        self._connection.execute("CREATE TABLE waiting (key TEXT, line INTEGER, row TEXT)")

    def __enter__(self) -> "Scratch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def first_seen(self, kind: Kind, key: str, line: int) -> int | None:
        """Remembers an id; the line where it stood before, or None if this is the first time."""
        insert = "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        if self._connection.execute(insert, (kind, key, line)).rowcount:
            return None
        query = "SELECT line FROM seen WHERE kind = ? AND id = ?"
        found: tuple[int] = self._connection.execute(query, (kind, key)).fetchone()
        return found[0]

    def unseen(self, kind: Kind, keys: Sequence[str]) -> list[str]:
        """Those of `keys` that no row has named."""
        query = "SELECT 1 FROM seen WHERE kind = ? AND id = ?"
        return [key for key in keys if self._connection.execute(query, (kind, key)).fetchone() is None]

    def grouped(self, rows: Iterable[Row], key: Callable[[Row], str]) -> Iterator[list[Row]]:
        """Rows with the same key together, wherever they stand, in the order of their first ones. One whose
        key cannot be read stands alone: whoever reads it says what is wrong."""
        # JSON in ASCII holds whatever a row holds, half characters too.
        self._connection.executemany(
            "INSERT INTO waiting VALUES (?, ?, ?)",
            ((json.dumps(_key(row, key)), row.line, json.dumps(dict(row.values))) for row in rows),
        )
        # Nothing has counted the rows, and without an index the planner would compare each with each.
        self._connection.execute("CREATE INDEX waiting_key ON waiting (key)")
        keys = self._connection.execute("SELECT key FROM waiting GROUP BY key ORDER BY MIN(rowid)")
        group = "SELECT line, row FROM waiting WHERE key = ? ORDER BY rowid"
        for (name,) in keys:
            yield [Row(line, json.loads(row)) for line, row in self._connection.execute(group, (name,))]


def _key(row: Row, key: Callable[[Row], str]) -> str:
    try:
        return key(row)
    except BadValue:
        return f"line {row.line}"
