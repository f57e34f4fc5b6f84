"""Guesses the mapping of an unknown table from its headers and first rows, and writes it down.

A header is taken by its name, where the cells below it are of that kind. What is left over becomes
attributes. A guess is for the merchant to read and correct: the file says what it could not find.

Errors: `UnreadableFeed`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from babel.numbers import is_currency

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.checks import checked
from shop.feeds.detect import MAPPED, Feed, open_feed
from shop.feeds.headers import NAMES, OPTIONS, PICTURES, RECORD_KINDS, SHELVES
from shop.feeds.options import Options
from shop.feeds.plain_text import slug
from shop.feeds.reading import Reading
from shop.feeds.report import BadMapping, Problems, RowError, UnknownFormat
from shop.feeds.row import Row
from shop.feeds.scratch import Scratch
from shop.feeds.source import read_rows
from shop.values import Product

ROWS_LOOKED_AT = 200
PRODUCTS_SHOWN = 3
#: So many of the filled cells must be of the kind that the header promises.
SHARE = 0.8
LONGEST_ATTRIBUTE = 80
#: What Excel writes in Western Europe, for a file that is not UTF-8.
WESTERN = "cp1252"
_UNDECODED = re.compile("[\udc80-\udcff]")
REQUIRED = ("id", "title", "price")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an import would make of a feed. `mapping` is TOML, where the format is not a known one.

    `missing` are the fields that no column was found for; then there are no products yet.
    """

    format: str
    columns: tuple[str, ...]
    mapping: str | None = None
    missing: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    errors: tuple[RowError, ...] = field(default=())


def inspect(path: Path, options: Options, guess_to: Path) -> Inspection:
    """Looks at the first rows. A guessed mapping is written to `guess_to`, which must not be there yet."""
    rows = _first_rows(path, options)
    if options.encoding is None and any(_is_undecoded(row) for row in rows):
        options = replace(options, encoding=WESTERN)
        rows = _first_rows(path, options)
    columns = tuple(dict.fromkeys(name for row in rows for name in row.values))
    try:
        feed, mapping = open_feed(path, options), None
    except UnknownFormat:
        guess = _Guess(rows, options)
        mapping = guess.toml(path.name, options.encoding)
        _write(guess_to, mapping)
        if guess.missing:
            return Inspection(MAPPED, columns, mapping, guess.missing)
        feed = open_feed(path, Options(guess_to, MAPPED, options.currency, encoding=options.encoding))
    problems = Problems(path, ROWS_LOOKED_AT * 10)
    products = _first_products(feed, rows, problems, options)
    return Inspection(feed.format, columns, mapping, (), products, problems.errors)


def _first_rows(path: Path, options: Options) -> list[Row]:
    rows = read_rows(path, Problems(path, ROWS_LOOKED_AT), None, options.encoding)
    return list(islice(rows, ROWS_LOOKED_AT))


def _is_undecoded(row: Row) -> bool:
    """Whether a cell holds bytes that are not UTF-8."""
    return any(isinstance(cell, str) and _UNDECODED.search(cell) for cell in row.values.values())


def _write(path: Path, mapping: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(mapping)
    except OSError as error:
        raise BadMapping(path, f"cannot be written: {error}") from error


def _first_products(feed: Feed, rows: list[Row], problems: Problems, options: Options) -> tuple[Product, ...]:
    found: list[Product] = []
    with Scratch() as scratch:
        for draft in feed.read(Reading(rows, problems, scratch, options.currency)):
            if draft.product is None or len(found) == PRODUCTS_SHOWN:
                continue
            try:
                found.append(checked(draft.product, None))
            except BadValue as error:
                problems.report(draft.line, error.field, error.reason)
    return tuple(found)


class _Guess:
    """Which column is what, from the headers and the cells below them."""

    def __init__(self, rows: Sequence[Row], options: Options) -> None:
        self._rows = rows
        self._currency = options.currency
        names = dict.fromkeys(name for row in rows for name in row.values)
        self._headers = {
            name: slug(re.sub(r"([a-z])([A-Z])", r"\1 \2", name)).replace("-", "_") for name in names
        }
        self.columns: dict[str, str] = {}
        for wanted in NAMES:
            self._find(wanted)
        # A shop that names no price beside its regular one, or its sale's, asks for that.
        for other in ("list_price", "sale_price"):
            if "price" not in self.columns and self._mostly_filled(self.columns.get(other)):
                self.columns["price"] = self.columns.pop(other)
        self._shelves = self._all_of(SHELVES)
        self._pictures = self._all_of(PICTURES)
        self.missing = tuple(name for name in REQUIRED if name not in self.columns)

    def _find(self, wanted: str) -> None:
        for name in NAMES[wanted]:
            for column in self._free():
                if self._is_called(column, name) and self._holds(column, wanted):
                    self.columns[wanted] = column
                    return

    def _free(self) -> list[str]:
        taken = set(self.columns.values())
        return [column for column in self._headers if column not in taken]

    def _is_called(self, column: str, name: str) -> bool:
        """By its whole name, or with a currency behind it: `price_usd`."""
        header = self._headers[column]
        rest = header.removeprefix(f"{name}_")
        return header == name or (rest != header and is_currency(rest.upper()))

    def _holds(self, column: str, wanted: str) -> bool:
        cells = self._cells(column)
        if wanted == "id":
            return len(cells) == len(self._rows) and (
                "group" in self.columns or len(set(cells)) == len(cells)
            )
        if wanted in ("title", "price") and not self._mostly_filled(column):
            return False
        good = sum(_KINDS[wanted](cell) for cell in cells) if wanted in _KINDS else len(cells)
        return bool(cells) and good >= SHARE * len(cells)

    def _mostly_filled(self, column: str | None) -> bool:
        return column is not None and len(self._cells(column)) >= SHARE * len(self._rows)

    def _cells(self, column: str) -> list[str]:
        return [words for row in self._rows if (words := _cell(row, column))]

    def _all_of(self, names: Sequence[str]) -> list[str]:
        found = [column for name in names for column in self._free() if self._headers[column] == name]
        return list(
            dict.fromkeys(column for column in found if {*map(str.lower, self._cells(column))} - RECORD_KINDS)
        )

    def toml(self, feed: str, encoding: str | None) -> str:
        """The mapping file, for the merchant to read."""
        lines = [f"# Guessed from the first rows of {feed}. Read it, correct it, then import."]
        lines += [f"# No column looks like the {name}: write it below." for name in self.missing]
        if encoding is not None:
            lines += [f"encoding = {_quoted(encoding)}  # where letters look wrong, another one"]
        currency = self._currency or self._named_currency()
        lines += [f"currency = {_quoted(currency)}"] if currency else ['# currency = "USD"']
        lines += ["", "[columns]", *(f"{name} = {_quoted(column)}" for name, column in self.columns.items())]
        if self._shelves:
            separator = self._separator()
            lines += ["", "[categories]", f"columns = [{', '.join(map(_quoted, self._shelves))}]"]
            lines += [f"separator = {_quoted(separator)}"]
        if self._pictures:
            lines += ["", "[images]", f"columns = [{', '.join(map(_quoted, self._pictures))}]"]
        options = self._options()
        if options:
            lines += ["", "[options]", *(f"{name} = {_quoted(column)}" for name, column in options.items())]
        used = {*self.columns.values(), *self._shelves, *self._pictures, *options.values()}
        facts = [column for column in self._headers if column not in used and self._is_fact(column)]
        if facts:
            lines += ["", "[attributes.columns]"]
            lines += [f"{_quoted(self._headers[column])} = {_quoted(column)}" for column in facts]
        return "\n".join(lines) + "\n"

    def _named_currency(self) -> str | None:
        code = self._headers.get(self.columns.get("price", ""), "").rpartition("_")[2].upper()
        return code if len(code) == 3 and is_currency(code) else None

    def _separator(self) -> str:
        """What stands between the parts of a path; without blanks where nearly every cell has it."""
        spaced = next((each for each in (">", "/", "|") if self._has(self._shelves, f" {each} ")), None)
        cells = self._cells(self._shelves[0])
        return spaced or ("/" if sum("/" in cell for cell in cells) >= SHARE * len(cells) else ">")

    def _has(self, columns: Sequence[str], mark: str) -> bool:
        return any(mark in cell for column in columns for cell in self._cells(column))

    def _options(self) -> dict[str, str]:
        if "group" not in self.columns:
            return {}
        return {OPTIONS[self._headers[each]]: each for each in self._free() if self._headers[each] in OPTIONS}

    def _is_fact(self, column: str) -> bool:
        cells = self._cells(column)
        return bool(cells and self._headers[column]) and max(map(len, cells)) <= LONGEST_ATTRIBUTE


def _cell(row: Row, column: str) -> str | None:
    try:
        return fields.text(row.values, column)
    except BadValue:
        return None


def _is_price(cell: str) -> bool:
    try:
        return fields.price({"": cell}, "", "USD") is not None
    except BadValue as error:
        return any(said in error.reason for said in ("currency", "is in", "two prices"))


def _is_status(cell: str) -> bool:
    try:
        return fields.status({"": cell}, "") is not None
    except BadValue:
        return False


_KINDS: Mapping[str, Callable[[str], bool]] = {
    "price": _is_price,
    "list_price": _is_price,
    "sale_price": _is_price,
    "currency": lambda cell: is_currency(cell.upper()),
    "status": _is_status,
    "url": lambda cell: "/" in cell,
    "stock": lambda cell: re.fullmatch(r"-?\d+(\.0+)?", cell) is not None,
    "barcodes": lambda cell: re.fullmatch(r"[\d\-,; ]{6,60}[Xx]?", cell) is not None,
    "rating": lambda cell: re.fullmatch(r"[0-5]([.,]\d+)?", cell) is not None,
    "rating_count": lambda cell: cell.isdigit(),
}


def _quoted(text: str) -> str:
    # A JSON string is a TOML string.
    return json.dumps(text)
