"""A feed file as a stream of rows, whatever it is packed in.

Delimited text (comma, semicolon or tab; the header says which) and JSON lines, plain or gzipped, in UTF-8
or UTF-16. Rows are read one at a time and never kept; a row that is no row is reported and skipped.

Errors: `UnreadableFeed`. It does not know what the columns mean.
"""

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TextIO

from shop.feeds.report import Problems, Progress, UnreadableFeed
from shop.serialise import Json

Packing = Literal["delimited", "jsonl"]

GZIP_MAGIC = b"\x1f\x8b"
DELIMITERS = ",;\t"
ROWS_BETWEEN_PROGRESS = 200
#: A file that begins with so many rows that are none is not looked at further.
BAD_ROWS_IN_SAMPLE = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column name; `line` is where it starts in the file."""

    line: int
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Sample:
    """How the file is packed, and its first good row, which names the columns."""

    packing: Packing
    first: Row


def sample(path: Path) -> Sample:
    """Looks at the beginning of a feed. Raises `UnreadableFeed` where no row is to be found."""
    with _open(path) as (text, _raw):
        packing = _packing(path, text)
        first = next(_rows(packing, text, Problems(path, BAD_ROWS_IN_SAMPLE)), None)
    if first is None:
        raise UnreadableFeed(path, "holds no row")
    return Sample(packing, first)


def read_rows(path: Path, problems: Problems, progress: Progress | None = None) -> Iterator[Row]:
    """Every row of the file, in order."""
    size = path.stat().st_size if path.exists() else 0
    with _open(path) as (text, raw):
        for count, row in enumerate(_rows(_packing(path, text), text, problems)):
            if progress is not None and count % ROWS_BETWEEN_PROGRESS == 0:
                progress(raw.tell(), size)
            yield row
    if progress is not None:
        progress(size, size)


@contextmanager
def _open(path: Path) -> Iterator[tuple[TextIO, BinaryIO]]:
    """The file as text, and the file itself, whose position says how far the reading is."""
    try:
        with path.open("rb") as raw:
            plain = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == GZIP_MAGIC else raw
            if plain.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                text = io.TextIOWrapper(plain, "utf-16", newline="")
            else:
                # Bytes that are no UTF-8 spoil their row, not the file: they come through as half characters.
                text = io.TextIOWrapper(plain, "utf-8-sig", errors="surrogateescape", newline="")
            yield text, raw
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        raise UnreadableFeed(path, f"cannot be read: {error}") from error


def _packing(path: Path, text: TextIO) -> Packing:
    """By the name; by the first character where the name does not say."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    match suffixes[-1:]:
        case [".jsonl" | ".ndjson" | ".json"]:
            return "jsonl"
        case [".csv" | ".tsv" | ".tab"]:
            return "delimited"
    start = text.read(1)
    text.seek(0)
    return "jsonl" if start == "{" else "delimited"


def _rows(packing: Packing, text: TextIO, problems: Problems) -> Iterator[Row]:
    return _json_rows(text, problems) if packing == "jsonl" else _delimited_rows(text, problems)


def _json_rows(text: TextIO, problems: Problems) -> Iterator[Row]:
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            problems.report(number, "", f"is no JSON: {error}")
            continue
        if isinstance(values, dict):
            yield Row(number, values)
        else:
            problems.report(number, "", "is no object: write one object a line")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _delimited_rows(text: TextIO, problems: Problems) -> Iterator[Row]:
    first = text.readline()
    delimiter = max(DELIMITERS, key=first.count)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        line = reader.line_num + 2  # the header is the first
        try:
            cells = next(reader, None)
        except csv.Error as error:
            problems.report(line, "", f"cannot be read: {error}")
            continue
        if cells is None:
            return
        if len(cells) > len(header):
            problems.report(line, "", f"has {len(cells)} cells, the header has {len(header)}")
        elif any(cell.strip() for cell in cells):
            # Spreadsheets leave empty cells at the end of a row out.
            yield Row(line, dict.fromkeys(header, "") | dict(zip(header, cells, strict=False)))
