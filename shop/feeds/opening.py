"""Opens a feed as text, whatever it is packed in, and bounds what it may unpack to.

Plain, gzipped, or the one file in a zip archive; UTF-8 or UTF-16 by its byte order mark, another encoding
where it is named. A folder or an archive of saved pages opens page by page.

Errors: `UnreadableFeed`.
"""

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from shop.feeds.report import UnreadableFeed

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
ENCRYPTED = 1
PAGES = (".html", ".htm")
#: Text packs to a tenth or a twentieth; what unpacks to more than this many times its size, and to more
#: than `SMALL_BYTES`, is made to fill the disk or the memory.
MOST_RATIO = 200
SMALL_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """One text of a feed: `name` says what it is, `raw` how far the file has been read, `page` which of
    several it is (0: the only one)."""

    name: str
    text: TextIO
    raw: BinaryIO
    page: int = 0


def has_pages(path: Path) -> bool:
    """A folder with saved pages in it."""
    return path.is_dir() and any(_pages(path))


def open_texts(path: Path, encoding: str | None = None) -> Iterator[Opened]:
    """Every text of the feed: one, or each page of a folder or an archive by name.

    To be gone through inside `translated`.
    """
    _check_encoding(path, encoding)
    for page, file in enumerate(_pages(path), start=1) if path.is_dir() else [(0, path)]:
        with file.open("rb") as raw:
            if raw.peek(4)[:4] == ZIP_MAGIC:
                yield from _members(raw, file.stat().st_size, encoding)
            else:
                yield Opened(file.name, _text(_unpacked(raw, file.stat().st_size), encoding), raw, page)


def _check_encoding(path: Path, encoding: str | None) -> None:
    try:
        known = encoding is None or codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        known = False
    if not known:
        raise UnreadableFeed(path, f"no encoding {encoding!r}; write it like utf-8, cp1252 or shift_jis")


def _pages(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in PAGES)


def _members(raw: BinaryIO, size: int, encoding: str | None) -> Iterator[Opened]:
    with zipfile.ZipFile(raw) as archive:
        names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        if len(names) != 1 and not all(name.lower().endswith(PAGES) for name in names):
            raise OSError(f"the archive holds {len(names)} files; pack one feed, or saved pages")
        spare = _Spare(size)
        for page, name in enumerate(names, start=1):
            if archive.getinfo(name).flag_bits & ENCRYPTED:
                raise OSError("the archive has a password")
            with archive.open(name) as member:
                yield Opened(
                    Path(name).name,
                    _text(_bounded(member, spare), encoding),
                    raw,
                    page if len(names) > 1 else 0,
                )


def _unpacked(raw: io.BufferedReader, size: int) -> io.BufferedReader:
    if raw.peek(2)[:2] != GZIP_MAGIC:
        return raw
    return _bounded(gzip.GzipFile(fileobj=raw), _Spare(size))


def _bounded(packed: IO[bytes] | gzip.GzipFile, spare: "_Spare") -> io.BufferedReader:
    return io.BufferedReader(_Bounded(packed, spare))


def _text(plain: io.BufferedReader, encoding: str | None) -> TextIO:
    if encoding is not None:
        return io.TextIOWrapper(plain, encoding, errors="surrogateescape", newline="")
    if plain.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return io.TextIOWrapper(plain, "utf-16", newline="")
    # Bytes that are no UTF-8 spoil their row, not the file: they come through as half characters.
    return io.TextIOWrapper(plain, "utf-8-sig", errors="surrogateescape", newline="")


class _Spare:
    """How much a file of `size` bytes may still unpack to."""

    def __init__(self, size: int) -> None:
        self.left = max(SMALL_BYTES, size * MOST_RATIO)

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise OSError(f"it unpacks to more than {MOST_RATIO} times its size; unpack it by hand")


class _Bounded(io.RawIOBase):
    """What is unpacked, as long as there is not too much of it."""

    def __init__(self, packed: IO[bytes] | gzip.GzipFile, spare: _Spare) -> None:
        self._packed = packed
        self._spare = spare

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # any buffer will do
        data = self._packed.read(len(buffer))
        self._spare.take(len(data))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Whatever a file and what it is packed in raise while they are read, as `UnreadableFeed`."""
    try:
        yield
    except (OSError, EOFError, zlib.error, UnicodeError, zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableFeed(path, f"cannot be read: {error}") from error
