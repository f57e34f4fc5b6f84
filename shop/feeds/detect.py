"""Which format a feed is in: by how it is packed and by its columns.

Errors: `UnknownFormat`, saying what was seen and what to do; `BadMapping` from a mapping file.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from shop.feeds import google, mapped, native, shopify
from shop.feeds.mapping import find_mapping, load_mapping
from shop.feeds.reading import Draft, Reading
from shop.feeds.report import UnknownFormat
from shop.feeds.source import Sample, sample

Reader = Callable[[Reading], Iterator[Draft]]

READERS: dict[str, Reader] = {"native": native.read, "shopify": shopify.read, "google": google.read}
MAPPED = "mapped"
COLUMNS_SHOWN = 12


def reader_for(path: Path, mapping: str | Path | None = None, forced: str | None = None) -> Reader:
    """The reader of the `forced` format, or of what the file looks like; a named mapping decides alone."""
    if forced not in (None, MAPPED, *READERS):
        raise UnknownFormat(path, f"no format {forced!r}; there are {', '.join(READERS)} and {MAPPED}")
    if mapping is not None:
        return partial(mapped.read, mapping=load_mapping(mapping))
    if forced in READERS:
        return READERS[forced]
    found = sample(path)
    known = None if forced == MAPPED else _known(found)
    return known or _fitting(path, found)


def _known(found: Sample) -> Reader | None:
    columns = tuple(found.first.values)
    if found.packing == "jsonl":
        return native.read if native.FIELDS.issubset(columns) else None
    if shopify.is_shopify(columns):
        return shopify.read
    return google.read if google.is_google(columns) else None


def _fitting(path: Path, found: Sample) -> Reader:
    columns = tuple(found.first.values)
    fitting = find_mapping(path, columns)
    if fitting is None:
        shown = ", ".join(columns[:COLUMNS_SHOWN])
        raise UnknownFormat(path, f"no known format has the columns {shown}; name a mapping file")
    return partial(mapped.read, mapping=fitting)
