"""Sessions as `bundles/*.jsonl` holds them: products that were looked at, and the bundles that people made.

Only titles are read: a category stands there only where a product is in some bundle, so it would tell the
answer. Errors: `BadSessions` for a line that is no session, with its file and number.
"""

import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Group = frozenset[int]


class BadSessions(ValueError):
    """A file that holds something else than sessions; says where and what."""


@dataclass(frozen=True, slots=True)
class Session:
    """`bundles` are groups of positions in `titles`, each of two products or more and each once."""

    domain: str
    key: str
    split: str
    products: tuple[str, ...]
    titles: tuple[str, ...]
    bundles: tuple[Group, ...]


def read(paths: Iterable[Path]) -> list[Session]:
    """Sessions that hold a bundle, in the order of the files. Raises `BadSessions`."""
    return [session for path in paths for session in _read(path) if session.bundles]


def _read(path: Path) -> Iterator[Session]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield parse(json.loads(line))
            except (KeyError, TypeError, ValueError) as wrong:
                raise BadSessions(f"{path}, line {number}: no session: {wrong!r}") from wrong


def parse(row: Any) -> Session:
    titles = {item["asin"]: html.unescape(html.unescape(item["title"])) for item in row["items"]}
    place = {product: number for number, product in enumerate(titles)}
    groups = (frozenset(place[product] for product in bundle["asins"]) for bundle in row["bundles"])
    return Session(
        domain=row["domain"],
        key=f"{row['domain']}/{row['session']}",
        split=row["split"],
        products=tuple(titles),
        titles=tuple(titles.values()),
        bundles=distinct(groups),
    )


def distinct(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Without groups of one, and each group once."""
    return tuple(dict.fromkeys(group for group in groups if len(group) > 1))


def by_domain(sessions: Sequence[Session]) -> dict[str, list[Session]]:
    found: dict[str, list[Session]] = {}
    for session in sessions:
        found.setdefault(session.domain, []).append(session)
    return found
