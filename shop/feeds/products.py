"""Brings the products of one feed into the catalogue.

The same feed again changes nothing. Memory stays flat: rows stream through in batches, and what must be
remembered of all rows lies on disk.

Errors: `FeedError`; whatever was written by then is for the caller's unit of work to undo.
"""

from collections.abc import Iterator
from pathlib import Path

from shop.catalogue import Catalogue
from shop.deserialise import BadValue
from shop.feeds.checks import checked
from shop.feeds.detect import reader_for
from shop.feeds.options import Options
from shop.feeds.reading import Draft, Reading
from shop.feeds.report import FeedError, ImportReport, Problems, Progress
from shop.feeds.scratch import Scratch
from shop.feeds.source import read_rows
from shop.profile import DEFAULT_NAME, Profile
from shop.values import ImportCounts, Product, ShopProfile
from storage import UnitOfWork
from storage.batches import batches


def import_products(
    work: UnitOfWork, feed: Path, options: Options, progress: Progress | None = None
) -> ImportReport:
    """Adds, replaces and (with `prune`) removes products; a new shop sells in the currency of the first."""
    read = reader_for(feed, options.mapping, options.format)
    problems = Problems(feed, options.max_errors)
    catalogue, profile = Catalogue(work), Profile(work)
    known = profile.get()
    sold_in = known.currency if known else None
    with Scratch() as scratch:
        rows = read_rows(feed, problems, progress)
        drafts = read(Reading(rows, problems, scratch, options.currency, sold_in))
        gate = _Gate(problems, scratch, sold_in)
        counts = _write(catalogue, gate.usable(drafts))
        if counts == ImportCounts() or gate.sold_in is None:
            raise _nothing_usable(feed, problems)
        if options.prune:
            gone = [key for batch in batches(catalogue.ids()) for key in scratch.unseen("product", batch)]
            counts += ImportCounts(removed=catalogue.remove(gone))
    if known is None:
        profile.put(ShopProfile(DEFAULT_NAME, gate.sold_in))
    return ImportReport(counts.added, counts.changed, counts.unchanged, counts.removed, problems.errors)


def _write(catalogue: Catalogue, drafts: Iterator[Draft]) -> ImportCounts:
    counts = ImportCounts()
    for batch in batches(drafts):
        counts += catalogue.put(draft.product for draft in batch if draft.product)
        gone = catalogue.remove(draft.product_id for draft in batch if not draft.for_sale)
        counts += ImportCounts(removed=gone)
    return counts


def _nothing_usable(feed: Path, problems: Problems) -> FeedError:
    first = f", the first bad row: {problems.errors[0]}" if problems.errors else ""
    return FeedError(feed, f"holds no product that could be used{first}")


class _Gate:
    """Lets through what may be written, once, and reports what is wrong with the rest."""

    def __init__(self, problems: Problems, scratch: Scratch, sold_in: str | None) -> None:
        self._problems = problems
        self._scratch = scratch
        self.sold_in = sold_in

    def usable(self, drafts: Iterator[Draft]) -> Iterator[Draft]:
        for draft in drafts:
            try:
                self._check_key(draft)
                product = self._checked(draft.line, draft.product) if draft.product else None
            except BadValue as error:
                self._problems.report(draft.line, error.field, error.reason)
                continue
            if product is not None:
                yield Draft(draft.line, product.id, product)
            elif not draft.for_sale:
                yield draft

    def _check_key(self, draft: Draft) -> None:
        before = self._scratch.first_seen("product", draft.product_id, draft.line)
        if before is not None:
            raise BadValue("id", f"{draft.product_id!a} has come in line {before} already")

    def _checked(self, line: int, product: Product) -> Product:
        good = checked(product, self.sold_in)
        for variant in good.variants:
            before = self._scratch.first_seen("variant", variant.id, line)
            if before is not None:
                raise BadValue("variants", f"{variant.id!a} has come in line {before} already")
        self.sold_in = good.variants[0].price.currency
        return good
