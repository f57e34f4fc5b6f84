"""`ingest`: a feed or a whole shop folder into the records, then the search index; once or as it changes."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep

import typer
from rich.table import Table

from commands.console import console, errors, progress
from commands.reading import read_settings
from commands.watching import follow, stamp
from retrieval.chroma_index import IndexInUse, IndexUnavailable
from retrieval.embedding import EmbedderUnavailable
from settings import Settings
from shop.feeds import (
    Bounds,
    FeedError,
    FeedFetcher,
    ImportReport,
    Inspection,
    Options,
    import_shop,
    inspect,
    is_address,
    mapping_path,
)
from shop.values import Product
from storage import Database, StorageUnavailable
from wiring import open_database, open_search

SHOWN_ERRORS = 20
#: How often a file and an address are looked at, where nobody says.
FILE_S = 0.25
ADDRESS_S = 300.0
#: A pause before what the database did not take is tried again.
AGAIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Ingest:
    """What is to be brought in: a file, a folder or an address, and how."""

    source: str
    options: Options
    index: bool = True
    private: bool = False


def run_ingest(wanted: Ingest) -> None:
    settings = read_settings()
    database = open_database(settings)
    try:
        bring_in(wanted, settings, database)
    except FeedError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from error


def run_watch(wanted: Ingest, every_s: float | None) -> None:
    """Brings in what there is, then every change of it, until it is stopped."""
    settings = read_settings()
    database = open_database(settings)
    remote = is_address(wanted.source)

    def again() -> bool:
        try:
            bring_in(wanted, settings, database)
        except FeedError as error:
            errors.print(f"{error}; it is read again when it changes", markup=False)
        except StorageUnavailable as error:
            errors.print(f"{error}; it is tried again", markup=False)
            sleep(AGAIN_S)
            return False
        except (IndexUnavailable, EmbedderUnavailable) as error:
            # The records have it; a server serves the new prices, and finds the new goods by their words.
            errors.print(f"{error}; the records are up to date", markup=False)
        return True

    every_s = every_s or (ADDRESS_S if remote else FILE_S)
    console.print(f"following {wanted.source} every {every_s:g} s (Ctrl+C stops it)")
    # An address says by itself whether it has changed.
    look: Callable[[], object] = object if remote else lambda: stamp(Path(wanted.source))
    follow(look, again, every_s, settles=not remote)


def bring_in(wanted: Ingest, settings: Settings, database: Database) -> ImportReport | None:
    """Imports and indexes; None where an address still gives what was imported last."""
    if not is_address(wanted.source):
        return _import(Path(wanted.source), wanted, settings, database)
    fetcher = FeedFetcher(settings.data_dir / "feeds", Bounds(private=wanted.private))
    fetched = fetcher.fetch(wanted.source)
    if fetched is None:
        console.print("the feed has not changed")
        return None
    report = _import(fetched.path, wanted, settings, database)
    fetcher.imported(wanted.source, fetched)
    return report


def _import(feed: Path, wanted: Ingest, settings: Settings, database: Database) -> ImportReport:
    options = wanted.options
    with progress(f"reading {feed.name}") as advance:
        report = import_shop(
            database,
            feed,
            mapping=options.mapping,
            format=options.format,
            currency=options.currency,
            max_errors=options.max_errors,
            prune=options.prune,
            encoding=options.encoding,
            taxonomy=options.taxonomy,
            force=options.force,
            progress=advance,
            media_dir=settings.media,
        )
    console.print(summary(report))
    if wanted.index and (report.added or report.changed or report.removed):
        build_index(settings, database)
    return report


def build_index(settings: Settings, database: Database) -> None:
    """Embeds what is new, with progress; a running server that holds the index does it by itself."""
    try:
        with progress("indexing") as advance, closing(open_search(settings, database)) as search:
            search.build(advance)
    except IndexInUse:
        console.print("a running server holds the search index: it embeds the new products by itself")


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
        errors.print(f"line {error.line}, {error.field}: {error.reason}", markup=False)
    return table


def run_inspect(wanted: Ingest) -> None:
    """Shows what an import would make of a feed; writes a mapping file where it has to guess."""
    settings = read_settings()
    try:
        feed, beside = Path(wanted.source), mapping_path(Path(wanted.source))
        if is_address(wanted.source):
            fetcher = FeedFetcher(settings.data_dir / "feeds", Bounds(private=wanted.private))
            fetched = fetcher.fetch(wanted.source)
            if fetched is None:
                console.print("the feed is the one that was imported last")
                return
            feed, beside = fetched.path, Path("mapping.toml")
        found = inspect(feed, replace(wanted.options), beside)
    except FeedError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from error
    _show(found, beside)


def _show(found: Inspection, beside: Path) -> None:
    console.print(f"format: [bold]{found.format}[/bold]; {len(found.columns)} columns")
    if found.mapping is not None:
        console.print(f"the guess, written to {beside}:\n", markup=False)
        console.print(found.mapping, markup=False, highlight=False, soft_wrap=True)
    for missing in found.missing:
        errors.print(f"no column looks like the {missing}: name it in {beside}", markup=False)
    for product in found.products:
        console.print(_product_table(product))
    for error in found.errors[:SHOWN_ERRORS]:
        errors.print(f"line {error.line}, {error.field}: {error.reason}", markup=False)
    if found.missing:
        raise typer.Exit(1)


def _product_table(product: Product) -> Table:
    table = Table("field", "value", title=product.title, show_header=False)
    rows = {
        "id": product.id,
        "brand": product.brand,
        "categories": "; ".join(product.categories),
        "description": product.description[:160],
        "pictures": str(len(product.media)),
        "attributes": ", ".join(f"{name}: {value}" for name, value in product.attributes.items())[:200],
    }
    for variant in product.variants[:5]:
        options = ", ".join(variant.options.values())
        stock = variant.availability
        counted = "" if stock.quantity is None else f" ({stock.quantity})"
        rows[f"variant {variant.id}"] = f"{options} {variant.price} {stock.status}{counted}".strip()
    for name, value in rows.items():
        if value:
            table.add_row(name, value)
    return table
