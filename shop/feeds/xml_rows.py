"""The items of an RSS channel or the entries of an Atom feed as rows.

A row has the names of an item's elements without their namespace; one that comes twice is a list, one with
elements inside a mapping. Google's `g:title` comes before the channel's own `title`. What the document
declares about entities is refused: no feed needs it, and an expansion can fill the memory.
"""

from collections.abc import Iterator
from typing import TextIO
from xml.parsers import expat

from shop.feeds.report import Problems
from shop.feeds.row import LONGEST_FIELD, Row
from shop.serialise import Json

CHUNK = 64 * 1024
GOOGLE = "http://base.google.com/ns/1.0"
_ITEMS = frozenset(("item", "entry"))
#: Elements within elements deeper than this are no product data.
DEEPEST = 8


def xml_rows(text: TextIO, problems: Problems) -> Iterator[Row]:
    """Raises `OSError` where the document is no XML, or ends too early."""
    reading = _Items(problems)
    try:
        while chunk := text.read(CHUNK):
            # The text is decoded already: bytes that were none must not stop the parser.
            reading.parser.Parse(chunk.encode("utf-8", "replace"), False)
            yield from reading.taken()
        reading.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise OSError(f"is no whole XML: {error}") from error
    yield from reading.taken()


class _Node:
    """One element below an item."""

    def __init__(self, name: str, *, google: bool, link: str | None) -> None:
        self.name = name
        self.google = google
        self.parts: list[str] = [] if link is None else [link]
        self.length = 0
        self.children: list[_Node] = []

    def value(self) -> Json:
        if self.children:
            return _mapping(self.children)
        return "".join(self.parts).strip()


def _mapping(nodes: list[_Node]) -> dict[str, Json]:
    values: dict[str, Json] = {}
    of_google: dict[str, bool] = {}
    for node in nodes:
        if node.name not in values or (node.google and not of_google[node.name]):
            values[node.name] = node.value()
            of_google[node.name] = node.google
        elif node.google == of_google[node.name]:
            before = values[node.name]
            values[node.name] = (
                [*before, node.value()] if isinstance(before, list) else [before, node.value()]
            )
    return values


class _Items:
    """Gathers the items of a document while it is parsed."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._done: list[Row] = []
        self._open: list[_Node] = []
        self._line = 0
        self._too_long: str | None = None
        self.parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.EntityDeclHandler = self._refuse

    def taken(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if not self._open:
            if name in _ITEMS:
                self._line = self.parser.CurrentLineNumber
                self._open.append(_Node(name, google=False, link=None))
            return
        if len(self._open) >= DEEPEST:
            raise OSError(f"line {self.parser.CurrentLineNumber}: elements within elements within elements")
        # Atom writes an address as an attribute.
        link = attributes.get("href") if name == "link" else None
        node = _Node(name, google=space == GOOGLE, link=link)
        self._open[-1].children.append(node)
        self._open.append(node)

    def _data(self, data: str) -> None:
        if not self._open:
            return
        node = self._open[-1]
        node.length += len(data)
        if node.length > LONGEST_FIELD:
            self._too_long = node.name
            node.parts.clear()
        else:
            node.parts.append(data)

    def _end(self, _tag: str) -> None:
        if not self._open:
            return
        node = self._open.pop()
        if self._open:
            return
        too_long, self._too_long = self._too_long, None
        if too_long is not None:
            self._problems.report(self._line, too_long, f"is longer than {LONGEST_FIELD} characters")
        else:
            self._done.append(Row(self._line, _mapping(node.children)))

    def _refuse(self, *_declaration: object) -> None:
        raise OSError("declares entities, which no feed needs")
