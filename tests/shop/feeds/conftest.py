"""Feeds written in the test, imported into a fresh shop."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from shop.catalogue import Catalogue
from shop.values import Product
from storage import Database

WriteRows = Callable[..., Path]
Records = Callable[[], dict[str, Product]]


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteRows:
    """Writes rows by column name; the header has every column that some row has."""

    def write(name: str, rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> Path:
        path = tmp_path / name
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def write_jsonl(tmp_path: Path) -> WriteRows:
    """Writes one JSON value a line; a text is written as it is."""

    def write(name: str, rows: Sequence[Any]) -> Path:
        path = tmp_path / name
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def records(database: Database) -> Records:
    """The products that the shop has now, by id."""

    def read() -> dict[str, Product]:
        with database.read() as work:
            return {product.id: product for product in Catalogue(work).all()}

    return read
