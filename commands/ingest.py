"""`ingest`: a feed or a whole shop folder into the records, then the search index."""

from contextlib import closing
from pathlib import Path

import typer
from rich.table import Table

from commands.console import console, errors, progress
from commands.reading import read_settings
from retrieval.chroma_index import IndexInUse, IndexUnavailable
from retrieval.embedding import EmbedderUnavailable
from settings import Settings
from shop.feeds import FeedError, ImportReport, import_shop
from storage import Database
from wiring import open_database, open_search

SHOWN_ERRORS = 20


def run_ingest(
    feed: Path,
    mapping: str | None,
    feed_format: str | None,
    currency: str | None,
    max_errors: int,
    *,
    prune: bool,
    index: bool,
) -> None:
    settings = read_settings()
    database = open_database(settings)
    try:
        with progress(f"reading {feed.name}") as advance:
            report = import_shop(
                database,
                feed,
                mapping=mapping,
                format=feed_format,
                currency=currency,
                max_errors=max_errors,
                prune=prune,
                progress=advance,
                media_dir=settings.media,
            )
    except FeedError as error:
        errors.print(str(error))
        raise typer.Exit(1) from error
    console.print(summary(report))
    if index:
        build_index(settings, database)


def build_index(settings: Settings, database: Database) -> None:
    """Embeds what is new, with progress; a running server that holds the index does it by itself."""
    try:
        with progress("indexing") as advance, closing(open_search(settings, database)) as search:
            search.build(advance)
    except IndexInUse:
        console.print("a running server holds the search index: it embeds the new products by itself")
    except (IndexUnavailable, EmbedderUnavailable) as error:
        errors.print(str(error))
        raise typer.Exit(1) from error


def summary(report: ImportReport) -> Table:
    """Counts, then the first bad rows with line, field and reason."""
    table = Table("added", "changed", "unchanged", "removed", "bad rows", title="products")
    table.add_row(
        *(
            str(n)
            for n in (report.added, report.changed, report.unchanged, report.removed, len(report.errors))
        )
    )
    for error in report.errors[:SHOWN_ERRORS]:
        errors.print(f"line {error.line}, {error.field}: {error.reason}")
    return table
