"""What an import tells: its report, the rows that it could not use, and why it gave up.

* FeedError             the file as a whole; nothing was changed
  x UnreadableFeed      no such file, damaged, or not text
  x UnreachableFeed     its address does not give it
  x UnknownFormat       neither the name nor the columns say what it is
  x BadMapping          the mapping file does not say how to read a feed
  x TooManyErrors       more bad rows than allowed
  x TooMuchGone         it would remove a large share of the catalogue
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from shop.values import ImportCounts

#: Called now and then with the bytes read so far and the bytes in all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was left out. `line` is where it starts in `file`, 1 for the first; 0 where no line can
    be told, as in TOML.
    """

    line: int
    field: str
    reason: str
    file: str = ""

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        return ": ".join(filter(None, (line, self.field, self.reason)))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import changed: in products, and in the records of each file beside them.

    `errors` are the bad rows of all files.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    errors: tuple[RowError, ...] = ()
    records: Mapping[str, ImportCounts] = field(default_factory=dict)


class FeedError(Exception):
    """A file that cannot be imported. Nothing was changed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")
        self.path = path
        self.reason = reason


class UnreadableFeed(FeedError):
    """The file is missing, damaged, or not text."""


class UnreachableFeed(FeedError):
    """The address does not give the feed, or must not be asked."""

    def __init__(self, url: str, reason: str) -> None:
        parts = urlsplit(url)
        # Without the query, in which there may be a key, and without a password.
        super().__init__(Path(f"{parts.hostname}{parts.path}".replace("/", "∕")), reason)


class UnknownFormat(FeedError):
    """Neither the file's name nor its columns say what it is."""


class BadMapping(FeedError):
    """The mapping file is missing, or does not say how to read a feed."""


class TooManyErrors(FeedError):
    """More rows are bad than the import may skip."""

    def __init__(self, path: Path, errors: tuple[RowError, ...]) -> None:
        super().__init__(path, f"more than {len(errors) - 1} bad rows, the first: {errors[0]}")
        self.errors = errors


class TooMuchGone(FeedError):
    """Pruning would remove a large share of the catalogue; the feed may have been cut off."""

    def __init__(self, path: Path, gone: int, there: int) -> None:
        super().__init__(
            path,
            f"lacks {gone} of the catalogue's {there} products, which pruning would remove; if it is whole, "
            "import it again with --force, else without --prune",
        )


class Problems:
    """Collects the bad rows of one file; one too many ends its import."""

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most
        self._errors: list[RowError] = []

    @property
    def errors(self) -> tuple[RowError, ...]:
        return tuple(self._errors)

    def report(self, line: int, field: str, reason: str) -> None:
        """Raises `TooManyErrors` where this row is one more than allowed."""
        self._errors.append(RowError(line, field, reason, self._path.name))
        if len(self._errors) > self._most:
            raise TooManyErrors(self._path, self.errors)
