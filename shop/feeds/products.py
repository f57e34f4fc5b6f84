"""Brings the products of one feed into the catalogue.

Everything is read, checked and compared first, in short looks at the database that stop nobody; what
differs waits in temporary tables until `Products.admit` moves it. The same feed again changes nothing.
Memory stays flat: rows stream through in batches, and what must be remembered of all rows lies on disk.

Errors: `FeedError`; nothing of the catalogue has been touched then.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from shop.catalogue import Catalogue
from shop.deserialise import BadValue
from shop.feeds.checks import checked
from shop.feeds.detect import open_feed
from shop.feeds.options import Options
from shop.feeds.reading import Draft, Reading
from shop.feeds.report import FeedError, ImportReport, Problems, Progress, RowError, TooMuchGone
from shop.feeds.scratch import Scratch
from shop.feeds.taxonomy import read_taxonomy
from shop.profile import DEFAULT_NAME, Profile
from shop.staging import Piece, Staging
from shop.values import ImportCounts, Product, ShopProfile, Variant
from storage import Held, UnitOfWork
from storage.batches import batches

#: Products written in one transaction; a feed of no more comes in whole or not at all.
PIECE = 10_000
#: Between two pieces others get their turn: whoever waits for SQLite's lock looks every tenth of a second.
TURN_S = 0.15
#: A feed that lacks more of the catalogue than this share, and than a few, was probably cut off.
MOST_PRUNED = 0.3
FEW = 10


class Products:
    """The products of one feed: read by `stage`, written by `admit`.

    `known` are the ids that the catalogue has after it, `sold_in` its currency.
    """

    def __init__(self, held: Held, staging: Staging) -> None:
        self._held = held
        self._staging = staging
        self._gone: list[str] = []
        self._pieces: list[Piece] = []
        self._removed = 0
        self._counts = ImportCounts()
        self.errors: tuple[RowError, ...] = ()
        with held.prepare() as work:
            profile = Profile(work).get()
        self._named = profile is not None
        self.sold_in = profile.currency if profile else None

    def stage(self, feed: Path, options: Options, progress: Progress | None = None) -> None:
        """Reads the feed; a new shop sells in the currency of the first product."""
        opened = open_feed(feed, options)
        taxonomy = read_taxonomy(options.taxonomy) if options.taxonomy else None
        problems = Problems(feed, options.max_errors)
        with Scratch() as scratch:
            rows = opened.rows(problems, progress)
            drafts = opened.read(Reading(rows, problems, scratch, options.currency, self.sold_in, taxonomy))
            gate = _Gate(problems, scratch, self.sold_in)
            self._stage_all(gate.usable(drafts))
            self.sold_in = gate.sold_in
            if (self._counts == ImportCounts() and not self._gone) or self.sold_in is None:
                raise _nothing_usable(feed, problems)
            if options.prune:
                self._gone += self._pruned(feed, scratch, force=options.force)
        self.errors = problems.errors

    def admit_ahead(self) -> None:
        """Writes all but the last piece of a very large feed, each in a transaction of its own, so that
        nobody waits long to write. A process that dies between them has brought in whole products; the same
        import again brings in the others."""
        with self._held.prepare() as work:
            self._pieces = Catalogue(work).pieces(self._staging, PIECE)
        while len(self._pieces) > 1:
            with self._held.begin() as work:
                self._removed += Catalogue(work).admit(self._staging, self._pieces[0])
            del self._pieces[0]
            time.sleep(TURN_S)

    def admit(self, work: UnitOfWork) -> ImportReport:
        """Writes what is left of what was staged; short, whatever the size of the feed."""
        if not self._named and self.sold_in is not None:
            Profile(work).put(ShopProfile(DEFAULT_NAME, self.sold_in))
        catalogue = Catalogue(work)
        removed = self._removed
        removed += sum(catalogue.admit(self._staging, piece) for piece in self._pieces)
        removed += catalogue.remove(self._gone)
        counts = self._counts
        return ImportReport(counts.added, counts.changed, counts.unchanged, removed, self.errors)

    def known(self) -> set[str]:
        """The ids of all products, those that wait included."""
        with self._held.prepare() as work:
            catalogue = Catalogue(work)
            return {*catalogue.ids(), *catalogue.staged_ids(self._staging)}.difference(self._gone)

    def skus(self) -> dict[str, tuple[str, str]]:
        """The product and the variant of each SKU, those that wait included."""
        with self._held.prepare() as work:
            return Catalogue(work).skus(self._staging)

    def _stage_all(self, drafts: Iterator[Draft]) -> None:
        for batch in batches(drafts):
            coming = [draft.product for draft in batch if draft.product]
            with self._held.prepare() as work:
                catalogue = Catalogue(work)
                self._counts += catalogue.stage(coming, self._staging)
                self._gone += catalogue.existing(draft.product_id for draft in batch if not draft.for_sale)

    def _pruned(self, feed: Path, scratch: Scratch, *, force: bool) -> list[str]:
        gone = self._unseen(scratch)
        with self._held.prepare() as work:
            there = Catalogue(work).count()
        if not force and len(gone) > max(FEW, there * MOST_PRUNED):
            raise TooMuchGone(feed, len(gone), there)
        return gone

    def _unseen(self, scratch: Scratch) -> list[str]:
        with self._held.prepare() as work:
            return [
                key for batch in batches(Catalogue(work).ids()) for key in scratch.unseen("product", batch)
            ]


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
        good = checked(self._without_doubles(line, product), self.sold_in)
        for variant in good.variants:
            before = self._scratch.first_seen("variant", variant.id, line)
            if before is not None:
                raise BadValue("variants", f"{variant.id!a} has come in line {before} already")
        self.sold_in = good.variants[0].price.currency
        return good

    def _without_doubles(self, line: int, product: Product) -> Product:
        """The first variant of each id: the others are told, and cost nobody the product."""
        first: dict[str, Variant] = {}
        for variant in product.variants:
            if first.setdefault(variant.id, variant) is not variant:
                self._problems.report(line, "variants", f"{variant.id!a} comes twice; the first counts")
        return (
            product
            if len(first) == len(product.variants)
            else replace(product, variants=tuple(first.values()))
        )
