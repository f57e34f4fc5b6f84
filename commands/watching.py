"""Follows a source of feeds: does something at once, and again whenever the source has changed."""

import time
from collections.abc import Callable
from pathlib import Path

Stamp = tuple[tuple[str, int, int], ...]


def stamp(source: Path) -> Stamp:
    """What tells one state of a file or a folder from another; empty while it is not there."""
    files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    found = []
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        found.append((str(file), status.st_size, status.st_mtime_ns))
    return tuple(found)


def follow(
    look: Callable[[], object],
    do: Callable[[], bool],
    every_s: float,
    *,
    settles: bool,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Runs until `KeyboardInterrupt`. With `settles`, a change counts once two looks in a row see the same,
    so that a file is not read while it is written. Where `do` gives False it is done again, though nothing
    has changed."""
    done: object = None
    before = look()
    try:
        while True:
            now = look()
            if now != done and (not settles or (now == before and now)):
                done = now if do() else None
            before = now
            sleep(every_s)
    except KeyboardInterrupt:
        return
