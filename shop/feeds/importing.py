"""Imports: a feed of products, or the whole folder of a shop.

    products.*         the feed, in any format; products.toml may be its mapping
    reviews.jsonl or .csv, orders.jsonl or .csv, customers.jsonl, promotions.jsonl
    occasions.toml, hours.toml, policies/*.md, *.html, *.pdf
    media/             pictures, copied to where the shop serves them from

It is read, checked and compared first, then written in one short transaction: nobody sees half an import,
one that fails leaves every record as it was, and whoever else wants to write hardly waits. Of a very large
feed the products come in pieces (`shop.feeds.products.PIECE`), each product whole.

Errors: `FeedError`, of which `TooManyErrors` carries the bad rows; `storage.StorageUnavailable`.
"""

import shutil
from dataclasses import replace
from pathlib import Path

from shop.feeds.opening import has_pages
from shop.feeds.options import MOST_ERRORS, Options
from shop.feeds.products import Products
from shop.feeds.record_checks import Known
from shop.feeds.records import Records, record_files
from shop.feeds.report import ImportReport, Progress, UnknownFormat, UnreadableFeed
from shop.staging import Staging
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
    encoding: str | None = None,
    taxonomy: Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Imports one file of products; `Options` says what the arguments mean."""
    options = Options(mapping, format, currency, max_errors, prune, encoding, taxonomy, force)
    with database.hold() as held:
        products = Products(held, Staging())
        products.stage(Path(path), options, progress)
        products.admit_ahead()
        with held.begin() as work:
            return products.admit(work)


def import_shop(
    database: Database,
    source: str | Path,
    *,
    mapping: str | Path | None = None,
    format: str | None = None,  # noqa: A002 - the option's name on the command line
    currency: str | None = None,
    max_errors: int = MOST_ERRORS,
    prune: bool = False,
    encoding: str | None = None,
    taxonomy: Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
    media_dir: Path | None = None,
) -> ImportReport:
    """Imports a folder with what it holds, or a feed of products: one file, or a folder of saved pages.

    The report counts products, and in `records` what each file beside them changed.
    """
    folder = Path(source)
    if not folder.is_dir() or _is_feed(folder):
        return import_feed(
            database,
            folder,
            mapping=mapping,
            format=format,
            currency=currency,
            max_errors=max_errors,
            prune=prune,
            encoding=encoding,
            taxonomy=taxonomy,
            force=force,
            progress=progress,
        )
    options = Options(mapping, format, currency, max_errors, prune, encoding, taxonomy, force)
    return _import_folder(database, folder, options, progress, media_dir)


def _import_folder(
    database: Database, folder: Path, options: Options, progress: Progress | None, media_dir: Path | None
) -> ImportReport:
    feed, others = _product_file(folder), record_files(folder)
    if feed is None and not others:
        raise UnknownFormat(folder, "holds neither products.* nor any other file of a shop")
    whole = _Whole(progress, [*([feed] if feed else []), *others])
    with database.hold() as held:
        staging = Staging()
        products = Products(held, staging)
        records = Records(held, staging, Known(products.known, products.skus, lambda: products.sold_in))
        if feed is not None:
            products.stage(feed, options, whole.of(feed))
        for path in others:
            records.stage(path, options, whole.of(path))
        if media_dir is not None:
            _copy_media(folder / "media", media_dir)
        products.admit_ahead()
        with held.begin() as work:
            report, beside = products.admit(work), records.admit(work)
    return replace(report, errors=(*report.errors, *records.errors), records=beside)


def _is_feed(folder: Path) -> bool:
    return _product_file(folder) is None and not record_files(folder) and has_pages(folder)


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
