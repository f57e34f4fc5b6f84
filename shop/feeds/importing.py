"""Imports: a feed of products, or the whole folder of a shop.

    products.*         the feed, in any format; products.toml may be its mapping
    reviews.jsonl, customers.jsonl, orders.jsonl, promotions.jsonl
    occasions.toml, hours.toml, policies/*.md
    media/             pictures, copied to where the shop serves them from

All of it is one transaction: nobody sees half an import, and one that fails leaves every record as it was.
Meanwhile others read what was there before; whoever wants to write waits.

Errors: `FeedError`, of which `TooManyErrors` carries the bad rows; `storage.StorageUnavailable`.
"""

import shutil
from pathlib import Path

from shop.feeds.options import MOST_ERRORS, Options
from shop.feeds.products import import_products
from shop.feeds.records import import_records, record_files
from shop.feeds.report import ImportReport, Progress, UnknownFormat, UnreadableFeed
from storage import Database


def import_feed(
    database: Database,
    path: str | Path,
    *,
    mapping: str | Path | None = None,
    format: str | None = None,  # noqa: A002 - the option's name on the command line
    currency: str | None = None,
    max_errors: int = MOST_ERRORS,
    prune: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Imports one file of products; `Options` says what the arguments mean."""
    options = Options(mapping, format, currency, max_errors, prune)
    with database.begin() as work:
        return import_products(work, Path(path), options, progress)


def import_shop(
    database: Database,
    source: str | Path,
    *,
    mapping: str | Path | None = None,
    format: str | None = None,  # noqa: A002 - the option's name on the command line
    currency: str | None = None,
    max_errors: int = MOST_ERRORS,
    prune: bool = False,
    progress: Progress | None = None,
    media_dir: Path | None = None,
) -> ImportReport:
    """Imports a folder with what it holds, or one file of products.

    The report counts products, and in `records` what each file beside them changed.
    """
    folder = Path(source)
    if not folder.is_dir():
        return import_feed(
            database,
            folder,
            mapping=mapping,
            format=format,
            currency=currency,
            max_errors=max_errors,
            prune=prune,
            progress=progress,
        )
    options = Options(mapping, format, currency, max_errors, prune)
    return _import_folder(database, folder, options, progress, media_dir)


def _import_folder(
    database: Database, folder: Path, options: Options, progress: Progress | None, media_dir: Path | None
) -> ImportReport:
    feed, others = _product_file(folder), record_files(folder)
    if feed is None and not others:
        raise UnknownFormat(folder, "holds neither products.* nor any other file of a shop")
    whole = _Whole(progress, [*([feed] if feed else []), *others])
    with database.begin() as work:
        products = import_products(work, feed, options, whole.of(feed)) if feed else ImportReport()
        records, errors = import_records(work, others, options, whole.of)
        if media_dir is not None:
            _copy_media(folder / "media", media_dir)
    return ImportReport(
        products.added,
        products.changed,
        products.unchanged,
        products.removed,
        (*products.errors, *errors),
        records,
    )


def _product_file(folder: Path) -> Path | None:
    found = sorted(path for path in folder.glob("products.*") if path.suffix != ".toml")
    if len(found) > 1:
        raise UnknownFormat(folder, f"holds several feeds: {', '.join(path.name for path in found)}")
    return found[0] if found else None


class _Whole:
    """The progress of several files as one."""

    def __init__(self, progress: Progress | None, files: list[Path]) -> None:
        self._progress = progress
        self._sizes = {path: path.stat().st_size for path in files}

    def of(self, path: Path) -> Progress | None:
        progress = self._progress
        if progress is None:
            return None
        paths = list(self._sizes)
        before = sum(self._sizes[each] for each in paths[: paths.index(path)])
        total = sum(self._sizes.values())
        return lambda done, _size: progress(before + done, total)


def _copy_media(pictures: Path, media_dir: Path) -> None:
    try:
        if pictures.is_dir():
            shutil.copytree(pictures, media_dir, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise UnreadableFeed(pictures, f"cannot be copied to {media_dir}: {error}") from error
