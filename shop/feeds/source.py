"""A feed as a stream of rows, whatever it is packed in.

Delimited text (comma, semicolon, tab or bar; the header says which), JSON lines, one JSON document, XML
with items, or saved pages with JSON-LD in them. Rows are read one at a time and never kept; a row that is
no row, or holds a field of a million characters, is reported and skipped.

Errors: `UnreadableFeed`. It does not know what the columns mean.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from shop.feeds.documents import document_rows, page_rows
from shop.feeds.opening import PAGES, Opened, open_texts, translated
from shop.feeds.report import Problems, Progress, UnreadableFeed
from shop.feeds.row import LONGEST_FIELD, LONGEST_ROW, Row, load_json
from shop.feeds.xml_rows import xml_rows

Packing = Literal["delimited", "jsonl", "json", "xml", "html"]

DELIMITERS = ",;\t|"
ROWS_BETWEEN_PROGRESS = 200
#: A file that begins with so many rows that are none is not looked at further.
BAD_ROWS_IN_SAMPLE = 1_000
#: How much of a file is looked at to say how it is packed.
LOOK = 4_096


@dataclass(frozen=True, slots=True)
class Sample:
    """How the file is packed, and its first good row, which names the columns."""

    packing: Packing
    first: Row


def sample(path: Path, encoding: str | None = None) -> Sample:
    """Looks at the beginning of a feed. Raises `UnreadableFeed` where no row is to be found."""
    problems = Problems(path, BAD_ROWS_IN_SAMPLE)
    with translated(path):
        for opened in open_texts(path, encoding):
            packing = _packing(opened)
            first = next(_rows(packing, opened.text, problems), None)
            if first is not None:
                return Sample(packing, first)
    raise UnreadableFeed(path, f"holds no row{_first_problem(problems)}")


def read_rows(
    path: Path, problems: Problems, progress: Progress | None = None, encoding: str | None = None
) -> Iterator[Row]:
    """Every row of the feed, in order. The line of a page is its number among the pages."""
    size = path.stat().st_size if path.is_file() else 0
    count = 0
    with translated(path):
        for opened in open_texts(path, encoding):
            for row in _rows(_packing(opened), opened.text, problems):
                if progress is not None and count % ROWS_BETWEEN_PROGRESS == 0:
                    progress(min(opened.raw.tell(), size), size)
                count += 1
                yield Row(opened.page, row.values) if opened.page else row
    if progress is not None:
        progress(size, size)


def _packing(opened: Opened) -> Packing:
    """By the name; by the first characters where the name does not say."""
    suffixes = [suffix.lower() for suffix in Path(opened.name).suffixes if suffix.lower() != ".gz"]
    match suffixes[-1:]:
        case [".jsonl" | ".ndjson"]:
            return "jsonl"
        case [".csv" | ".tsv" | ".tab"]:
            return "delimited"
        case [".xml" | ".rss" | ".atom"]:
            return "xml"
        case [suffix] if suffix in PAGES:
            return "html"
    start = opened.text.read(LOOK)
    opened.text.seek(0)
    return _packing_of(start.lstrip("\ufeff \t\r\n"))


def _packing_of(start: str) -> Packing:
    if start[:1] == "[":
        return "json"
    if start[:1] == "{":
        # One object a line, or one document on many lines.
        first = start.partition("\n")[0].rstrip()
        return "jsonl" if first.endswith("}") or len(first) >= LOOK - 1 else "json"
    if start[:1] == "<":
        page = start[:LOOK].lower()
        return "html" if page.startswith("<!doctype html") or "<html" in page else "xml"
    return "delimited"


def _rows(packing: Packing, text: TextIO, problems: Problems) -> Iterator[Row]:
    match packing:
        case "jsonl":
            return _json_rows(text, problems)
        case "json":
            return document_rows(text, problems)
        case "xml":
            return xml_rows(text, problems)
        case "html":
            return page_rows(text, problems)
        case "delimited":
            return _delimited_rows(text, problems)


def _lines(text: TextIO, problems: Problems) -> Iterator[str]:
    """The lines; an endless one comes out empty and is reported, and never stands in memory whole."""
    number = 0
    while line := text.readline(LONGEST_ROW):
        number += 1
        if len(line) < LONGEST_ROW or line.endswith("\n"):
            yield line
            continue
        while (rest := text.readline(LONGEST_ROW)) and not rest.endswith("\n"):
            pass
        problems.report(number, "", f"is longer than {LONGEST_ROW} characters")
        yield "\n"


def _json_rows(text: TextIO, problems: Problems) -> Iterator[Row]:
    for number, line in enumerate(_lines(text, problems), start=1):
        if not line.strip():
            continue
        try:
            values = load_json(line)
        except (ValueError, RecursionError) as error:
            problems.report(number, "", f"is no JSON: {error}")
            continue
        if isinstance(values, dict):
            yield Row(number, values)
        else:
            problems.report(number, "", "is no object: write one object a line")


def _delimited_rows(text: TextIO, problems: Problems) -> Iterator[Row]:
    lines = _lines(text, problems)
    first = next(lines, "")
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(LONGEST_FIELD)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    reader = csv.reader(lines, delimiter=delimiter)
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


def _first_problem(problems: Problems) -> str:
    return f", the first: {problems.errors[0]}" if problems.errors else ""
