"""`backup` and `restore`: the whole shop in one file, without the search index: the records make it anew."""

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import typer

from commands.console import console, errors, progress
from commands.reading import read_settings
from storage import Database, StorageUnavailable
from storage.backup import BadBackup, NotEmpty, TableRow, dump, restore
from wiring import now, open_database

ABOUT = "about.json"
ROWS = "rows.jsonl"
MEDIA = "media/"
FORMAT = 1


def run_backup(out: Path) -> None:
    """Writes one state of the records, and the pictures, readable by its owner only."""
    settings = read_settings()
    database = open_database(settings)
    partial = out.with_name(f"{out.name}.part")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                count = _write_rows(archive, database)
                pictures = _write_media(archive, settings.media)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    except (OSError, StorageUnavailable) as error:
        partial.unlink(missing_ok=True)
        errors.print(f"no backup was made: {error}", markup=False)
        raise typer.Exit(1) from error
    console.print(f"{count} rows and {pictures} pictures in {out}")


def run_restore(source: Path) -> None:
    """Brings a backup back into an empty database, of whichever kind."""
    settings = read_settings()
    database = Database(settings.database)
    try:
        with zipfile.ZipFile(source) as archive:
            revision = _revision(archive)
            _check_media(archive, settings.media)
            with archive.open(ROWS) as rows:
                count = restore(database, revision, _read_rows(rows))
            pictures = _read_media(archive, settings.media)
    except (BadBackup, NotEmpty, StorageUnavailable) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from error
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        errors.print(f"{source.name} is no backup, or is damaged: {error}", markup=False)
        raise typer.Exit(1) from error
    console.print(f"{count} rows and {pictures} pictures; the next `serve` builds the search index")


def _write_rows(archive: zipfile.ZipFile, database: Database) -> int:
    count = 0
    with database.read() as work, progress("rows") as advance:
        about = {"format": FORMAT, "revision": database.revision(), "made_at": now().isoformat()}
        archive.writestr(ABOUT, json.dumps(about))
        with archive.open(ROWS, "w", force_zip64=True) as rows:
            for count, row in enumerate(dump(work), start=1):
                rows.write(json.dumps(row).encode() + b"\n")
                if count % 1_000 == 0:
                    advance(count, None)
    return count


def _revision(archive: zipfile.ZipFile) -> str:
    about = json.loads(archive.read(ABOUT))
    if about["format"] != FORMAT:
        raise BadBackup(f"this backup is of another version: {about['format']!r}")
    return str(about["revision"])


def _read_rows(lines: Iterator[bytes] | zipfile.ZipExtFile) -> Iterator[TableRow]:
    for line in lines:
        name, cells = json.loads(line)
        yield str(name), dict(cells)


def _write_media(archive: zipfile.ZipFile, media: Path) -> int:
    files = sorted(path for path in media.rglob("*") if path.is_file()) if media.is_dir() else []
    for path in files:
        archive.write(path, MEDIA + path.relative_to(media).as_posix())
    return len(files)


def _check_media(archive: zipfile.ZipFile, media: Path) -> None:
    """Before anything is brought back: every entry is whole, and no picture would leave the shop's folder."""
    damaged = archive.testzip()
    if damaged is not None:
        raise BadBackup(f"{damaged!r} is damaged: nothing was brought back")
    for name in _pictures(archive):
        if not (media / name.removeprefix(MEDIA)).resolve().is_relative_to(media.resolve()):
            raise BadBackup(f"{name!r} would be written outside {media}")


def _pictures(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith(MEDIA) and not name.endswith("/")]


def _read_media(archive: zipfile.ZipFile, media: Path) -> int:
    names = _pictures(archive)
    for name in names:
        target = media / name.removeprefix(MEDIA)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(name))
    return len(names)
