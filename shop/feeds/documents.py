"""Whole JSON documents, and pages with JSON-LD in them, as rows.

A document is a list of objects, an object with a list (`products`, `items`, `@graph`), or one object. It is
read whole, so its size is bounded; a large catalogue is better written as JSON lines.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import TextIO

from shop.feeds.report import Problems
from shop.feeds.row import Row, load_json
from shop.serialise import Json

#: Characters of a document that is read whole.
LONGEST_DOCUMENT = 128 * 1024 * 1024
_LISTS = ("products", "items", "data", "@graph")
LINKED = "application/ld+json"


def document_rows(text: TextIO, problems: Problems) -> Iterator[Row]:
    """Raises `OSError` where the document is no JSON or too long."""
    whole = text.read(LONGEST_DOCUMENT + 1)
    if len(whole) > LONGEST_DOCUMENT:
        raise OSError(f"is one document of more than {LONGEST_DOCUMENT} characters: write one object a line")
    try:
        document = load_json(whole)
    except (ValueError, RecursionError) as error:
        raise OSError(f"is no JSON: {error}") from error
    for number, value in enumerate(_listed(document), start=1):
        if isinstance(value, dict):
            yield Row(number, value)
        else:
            problems.report(number, "", "is no object")


def _listed(document: Json) -> list[Json]:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for name in _LISTS:
            listed = document.get(name)
            if isinstance(listed, list):
                return listed
    return [document]


def page_rows(text: TextIO, problems: Problems) -> Iterator[Row]:
    """The objects in the page's JSON-LD scripts; `line` is where their script starts."""
    whole = text.read(LONGEST_DOCUMENT + 1)
    if len(whole) > LONGEST_DOCUMENT:
        raise OSError(f"is a page of more than {LONGEST_DOCUMENT} characters")
    reader = _Scripts()
    reader.feed(whole)
    reader.close()
    for line, script in reader.scripts:
        try:
            document = load_json(script)
        except (ValueError, RecursionError) as error:
            problems.report(line, "", f"is no JSON: {error}")
            continue
        for value in _listed(document):
            if isinstance(value, dict):
                yield Row(line, value)


class _Scripts(HTMLParser):
    """Gathers the JSON-LD scripts of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[tuple[int, str]] = []
        self._within: list[str] | None = None
        self._line = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        kind = (dict(attributes).get("type") or "").partition(";")[0].strip().lower()
        if tag == "script" and kind == LINKED:
            self._within = []
            self._line = self.getpos()[0]

    def handle_data(self, data: str) -> None:
        if self._within is not None:
            self._within.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._within is not None:
            self.scripts.append((self._line, "".join(self._within)))
            self._within = None
