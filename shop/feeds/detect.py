"""Which format a feed is in: by how it is packed and by its columns.

Errors: `UnknownFormat`, saying what was seen and what to do; `BadMapping` from a mapping file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from shop.feeds import acp, google, linked_data, mapped, native, shopify, woocommerce
from shop.feeds.mapping import Mapping, fitting_mapping, load_mapping, mapping_beside
from shop.feeds.options import Options
from shop.feeds.reading import Draft, Reading
from shop.feeds.report import Problems, Progress, UnknownFormat
from shop.feeds.row import Row
from shop.feeds.source import Sample, read_rows, sample

Reader = Callable[[Reading], Iterator[Draft]]

READERS: dict[str, Reader] = {
    "native": native.read,
    "shopify": shopify.read,
    "woocommerce": woocommerce.read,
    "google": google.read,
    "acp": acp.read,
    "schema.org": linked_data.read,
}
MAPPED = "mapped"
COLUMNS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and how to read it; `format` is one of `READERS` or mapped."""

    path: Path
    format: str
    read: Reader
    encoding: str | None = None

    def rows(self, problems: Problems, progress: Progress | None) -> Iterator[Row]:
        return read_rows(self.path, problems, progress, self.encoding)


def open_feed(path: Path, options: Options) -> Feed:
    """The feed in the format that is forced, or that it looks like; a named mapping decides alone."""
    forced = options.format
    if forced not in (None, MAPPED, *READERS):
        raise UnknownFormat(path, f"no format {forced!r}; there are {', '.join(READERS)} and {MAPPED}")
    if options.mapping is not None:
        return _mapped(path, load_mapping(options.mapping), options)
    if forced in READERS:
        return Feed(path, forced, READERS[forced], options.encoding)
    beside = mapping_beside(path)
    encoding = options.encoding or (beside.encoding if beside else None)
    found = sample(path, encoding)
    known = None if forced == MAPPED else format_of(found)
    if known is not None:
        return Feed(path, known, READERS[known], encoding)
    return _mapped(path, beside or _fitting(path, found), options)


def format_of(found: Sample) -> str | None:
    """The known format that a sample is in; None where only a mapping can read it."""
    columns = tuple(found.first.values)
    if found.packing == "html" or linked_data.is_linked(columns):
        return "schema.org"
    if found.packing in ("jsonl", "json") and native.FIELDS.issubset(columns):
        return "native"
    if acp.is_acp(columns):
        return "acp"
    if found.packing in ("jsonl", "json"):
        return None
    if found.packing == "delimited" and shopify.is_shopify(columns):
        return "shopify"
    if found.packing == "delimited" and woocommerce.is_woocommerce(columns):
        return "woocommerce"
    return "google" if google.is_google(columns) else None


def _mapped(path: Path, mapping: Mapping, options: Options) -> Feed:
    reader = partial(mapped.read, mapping=mapping)
    return Feed(path, MAPPED, reader, options.encoding or mapping.encoding)


def _fitting(path: Path, found: Sample) -> Mapping:
    columns = tuple(found.first.values)
    fitting = fitting_mapping(columns)
    if fitting is None:
        shown = ", ".join(columns[:COLUMNS_SHOWN])
        raise UnknownFormat(
            path,
            f"no known format has the columns {shown}; name a mapping file, or let `--inspect` write one",
        )
    return fitting
