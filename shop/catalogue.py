"""The catalogue: products, their variants, and which of them changed since when.

Every write of something different takes a new revision, so that whoever keeps a copy (an index, a cache)
follows by delta with `changed_since`; writing what is there already takes none. Revisions are committed
in their order: the row that holds the last one makes writers queue.

Errors: `UnknownVariant` where a variant to be set does not exist, `UnknownRevision` where a delta is asked
for from a revision that this catalogue never had. A lookup that finds nothing is None or left out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from shop.errors import UnknownRevision, UnknownVariant
from shop.money import Money
from shop.product_rows import product_rows, read_product, read_variant
from shop.staging import Piece, Staging
from shop.tables import catalogue_state, product_categories, product_changes, products, variants
from shop.values import Availability, ImportCounts, Product, Variant
from storage import UnitOfWork
from storage.batches import BATCH, batches


class Catalogue:
    """Products of one shop, read and written in one unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._connection = work.connection

    def product(self, product_id: str) -> Product | None:
        return self.products([product_id]).get(product_id)

    def products(self, ids: Iterable[str]) -> dict[str, Product]:
        """Those of `ids` that exist, in the order of `ids`; three queries for each 500."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Product] = {}
        for batch in batches(wanted):
            rows = self._connection.execute(sa.select(products).where(products.c.id.in_(batch)))
            found |= {product.id: product for product in self._complete(rows.all())}
        return {product_id: found[product_id] for product_id in wanted if product_id in found}

    def all(self) -> Iterator[Product]:
        """Every product by id, a batch in memory at a time."""
        last = ""
        while True:
            page = sa.select(products).where(products.c.id > last).order_by(products.c.id).limit(BATCH)
            rows = self._connection.execute(page).all()
            yield from self._complete(rows)
            if len(rows) < BATCH:
                return
            last = rows[-1].id

    def ids(self) -> Iterator[str]:
        """The id of every product, in order."""
        yield from self._connection.execute(sa.select(products.c.id).order_by(products.c.id)).scalars()

    def shelves(self) -> dict[str, int]:
        """How many products stand in each category."""
        paths = product_categories.c.path
        counted = sa.select(paths, sa.func.count().label("products")).group_by(paths)
        return {row.path: row.products for row in self._connection.execute(counted)}

    def count(self) -> int:
        return self._connection.execute(sa.select(sa.func.count()).select_from(products)).scalar_one()

    def by_handle(self, handle: str) -> Product | None:
        """The product with this handle; the first by id where a feed gave it to several."""
        query = sa.select(products.c.id).where(products.c.handle == handle).order_by(products.c.id).limit(1)
        product_id = self._connection.execute(query).scalar()
        return None if product_id is None else self.product(product_id)

    def variant(self, variant_id: str) -> tuple[Product, Variant] | None:
        return self.with_variants([variant_id]).get(variant_id)

    def with_variants(self, variant_ids: Iterable[str]) -> dict[str, tuple[Product, Variant]]:
        """Those of `variant_ids` that exist, each with the product that it belongs to."""
        owners: dict[str, str] = {}
        for batch in batches(dict.fromkeys(variant_ids)):
            owners |= self._owners(batch)
        found = self.products(owners.values())
        pairs = {
            variant_id: (found[product_id], found[product_id].variant(variant_id))
            for variant_id, product_id in owners.items()
        }
        return {key: (product, variant) for key, (product, variant) in pairs.items() if variant is not None}

    def origin(self) -> str:
        """A random name that tells this catalogue from any other, for copies that outlive it."""
        origin: str = self._connection.execute(sa.select(catalogue_state.c.origin)).scalar_one()
        return origin

    def revision(self) -> int:
        """Grows with every change of a product, its price or its stock; 0 for a catalogue never written."""
        revision: int = self._connection.execute(sa.select(catalogue_state.c.revision)).scalar_one()
        return revision

    def changed_since(self, revision: int) -> tuple[int, frozenset[str], frozenset[str]]:
        """The revision of now, the products added or changed after `revision`, and those removed.

        Raises `UnknownRevision` for one that is still to come.
        """
        now = self.revision()
        if revision > now:
            raise UnknownRevision(revision, now)
        query = sa.select(product_changes.c.product_id, product_changes.c.deleted).where(
            product_changes.c.revision > revision
        )
        rows = self._connection.execute(query).all()
        changed = frozenset(row.product_id for row in rows if not row.deleted)
        return now, changed, frozenset(row.product_id for row in rows if row.deleted)

    def put(self, new: Iterable[Product]) -> ImportCounts:
        """Adds or replaces products; those that are there already, to the letter, are left alone.

        A variant belongs to one product: one that another product brings moves to it, and a product left
        without variants is removed. Raises `ValueError` for a product without variants, and where two
        products of one batch bring the same variant.
        """
        counts = ImportCounts()
        for batch in batches(new):
            counts += self._put_batch({product.id: product for product in batch})
        return counts

    def stage(self, new: Sequence[Product], staging: Staging) -> ImportCounts:
        """Puts aside those products that differ from what is there, for `admit`; the same rules as `put`."""
        stored, different = self._different({product.id: product for product in new})
        for table, rows in _rows_by_table(different.values()):
            staging.add(self._work, table, rows)
        changed = sum(key in stored for key in different)
        return ImportCounts(len(different) - changed, changed, len(new) - len(different))

    def pieces(self, staging: Staging, size: int) -> list[Piece]:
        """What was staged, cut so that `admit` is short for each."""
        return staging.pieces(self._work, products, size)

    def admit(self, staging: Staging, piece: Piece | None = None) -> int:
        """Writes what was staged, in one revision; returns how many products lost their last variant.

        What somebody else wrote since a product was staged is written over.
        """
        coming, bringing = staging.coming(products), staging.coming(variants)
        if coming is None or bringing is None:
            return 0
        self._queue()
        staged = sa.select(coming.c.id)
        brought: sa.ColumnElement[bool] = sa.true()
        if piece is not None:
            staged, brought = staged.where(piece.holds(coming.c.id)), piece.holds(bringing.c.product_id)
        taken = (
            sa.select(variants.c.id, variants.c.product_id)
            .join(bringing, bringing.c.id == variants.c.id)
            .where(variants.c.product_id.not_in(staged), brought)
        )
        empty = self._take({row.id: row.product_id for row in self._connection.execute(taken)})
        staging.move(self._work, products, product_categories, variants, piece=piece)
        self._log_all(staged)
        # One that another piece brings is gone for a moment only.
        returns = sa.select(coming.c.id).where(coming.c.id.in_(empty))
        return len(empty) - len(self._connection.execute(returns).all())

    def staged_ids(self, staging: Staging) -> list[str]:
        """The ids of the products that wait to be admitted."""
        coming = staging.coming(products)
        return [] if coming is None else list(self._connection.execute(sa.select(coming.c.id)).scalars())

    def skus(self, staging: Staging) -> dict[str, tuple[str, str]]:
        """The product and the variant of each SKU; what waits to be admitted comes first."""
        found: dict[str, tuple[str, str]] = {}
        for table in (staging.coming(variants), variants):
            if table is not None:
                query = sa.select(table.c.sku, table.c.product_id, table.c.id).order_by(table.c.id)
                for row in self._connection.execute(query):
                    found.setdefault(row.sku, (row.product_id, row.id))
        return found

    def existing(self, ids: Iterable[str]) -> list[str]:
        """Those of `ids` that exist."""
        return [
            key
            for batch in batches(dict.fromkeys(ids))
            for key in self._connection.execute(
                sa.select(products.c.id).where(products.c.id.in_(batch))
            ).scalars()
        ]

    def set_availability(self, variant_id: str, availability: Availability) -> None:
        self._set(variant_id, status=availability.status, quantity=availability.quantity)

    def set_price(self, variant_id: str, price: Money, list_price: Money | None = None) -> None:
        before = None if list_price is None else (list_price - Money.zero(price.currency)).amount
        self._set(variant_id, price=price.amount, currency=price.currency, list_price=before)

    def remove(self, ids: Iterable[str]) -> int:
        """Removes products with their variants; returns how many there were."""
        self._queue()
        present = self.existing(ids)
        for batch in batches(present):
            self._delete(batch)
            self._log(batch, deleted=True)
        return len(present)

    def _complete(self, rows: Sequence[sa.Row[Any]]) -> Iterator[Product]:
        ids = [row.id for row in rows]
        if not ids:
            return
        paths: defaultdict[str, list[str]] = defaultdict(list)
        for row in self._children(product_categories, ids):
            paths[row.product_id].append(row.path)
        of_product: defaultdict[str, list[Variant]] = defaultdict(list)
        for row in self._children(variants, ids):
            of_product[row.product_id].append(read_variant(row))
        for row in rows:
            yield read_product(row, paths[row.id], of_product[row.id])

    def _children(self, table: sa.Table, product_ids: Sequence[str]) -> Iterator[sa.Row[Any]]:
        query = sa.select(table).where(table.c.product_id.in_(product_ids))
        yield from self._connection.execute(query.order_by(table.c.product_id, table.c.position))

    def _owners(self, variant_ids: Sequence[str]) -> dict[str, str]:
        query = sa.select(variants.c.id, variants.c.product_id).where(variants.c.id.in_(variant_ids))
        return {row.id: row.product_id for row in self._connection.execute(query)}

    def _put_batch(self, new: dict[str, Product]) -> ImportCounts:
        bringers = _bringers(new.values())
        self._queue()
        stored, different = self._different(new)
        if not different:
            return ImportCounts(unchanged=len(new))
        removed = self._take_variants(
            [key for key, owner in bringers.items() if owner in different], different
        )
        self._delete(list(different))
        for table, rows in _rows_by_table(different.values()):
            if rows:
                self._connection.execute(sa.insert(table), rows)
        self._log(list(different), deleted=False)
        changed = sum(key in stored for key in different)
        return ImportCounts(len(different) - changed, changed, len(new) - len(different), removed)

    def _take_variants(self, variant_ids: Sequence[str], new: Collection[str]) -> int:
        """Takes variants from products other than `new`; returns how many of these have none left."""
        owners: dict[str, str] = {}
        for batch in batches(variant_ids):
            owners |= self._owners(batch)
        return len(self._take({key: owner for key, owner in owners.items() if owner not in new}))

    def _take(self, owners: dict[str, str]) -> list[str]:
        """Takes variants from their owners; those that have none left are removed, and returned."""
        losers = set(owners.values())
        for batch in batches(owners):
            self._connection.execute(sa.delete(variants).where(variants.c.id.in_(batch)))
        empty = [product.id for product in self.products(sorted(losers)).values() if not product.variants]
        self._log(sorted(losers.difference(empty)), deleted=False)
        self.remove(empty)
        return empty

    def _delete(self, ids: Sequence[str]) -> None:
        self._connection.execute(sa.delete(products).where(products.c.id.in_(ids)))

    def _different(self, new: dict[str, Product]) -> tuple[dict[str, Product], dict[str, Product]]:
        """What is stored of these products, and those of them that say something else."""
        stored = self.products(new)
        return stored, {key: product for key, product in new.items() if stored.get(key) != product}

    def _set(self, variant_id: str, **values: object) -> None:
        self._queue()
        query = sa.select(variants).where(variants.c.id == variant_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise UnknownVariant(variant_id)
        if all(getattr(row, name) == value for name, value in values.items()):
            return
        self._connection.execute(sa.update(variants).where(variants.c.id == variant_id).values(values))
        self._log([row.product_id], deleted=False)

    def _queue(self) -> None:
        """Waits for whoever else writes products: all take this row first, so none waits for another's."""
        self._connection.execute(sa.update(catalogue_state).values(revision=catalogue_state.c.revision))

    def _next_revision(self) -> int:
        state = catalogue_state.c.revision
        self._connection.execute(sa.update(catalogue_state).values(revision=state + 1))
        return self.revision()

    def _log(self, product_ids: Sequence[str], *, deleted: bool) -> None:
        """Takes the next revision and notes it as the last change of these products."""
        if not product_ids:
            return
        revision = self._next_revision()
        known = product_changes.c.product_id.in_(product_ids)
        self._connection.execute(sa.delete(product_changes).where(known))
        rows = [{"product_id": key, "revision": revision, "deleted": deleted} for key in product_ids]
        self._connection.execute(sa.insert(product_changes), rows)

    def _log_all(self, product_ids: sa.Select[tuple[str]]) -> None:
        """The same for products that were written by one statement."""
        revision = self._next_revision()
        self._connection.execute(
            sa.delete(product_changes).where(product_changes.c.product_id.in_(product_ids))
        )
        changes = product_ids.add_columns(sa.literal(revision), sa.false())
        self._connection.execute(
            sa.insert(product_changes).from_select(["product_id", "revision", "deleted"], changes)
        )


def _rows_by_table(new: Iterable[Product]) -> tuple[tuple[sa.Table, list[dict[str, Any]]], ...]:
    written = [product_rows(product) for product in new]
    return (
        (products, [each.product for each in written]),
        (product_categories, [row for each in written for row in each.categories]),
        (variants, [row for each in written for row in each.variants]),
    )


def _bringers(new: Iterable[Product]) -> dict[str, str]:
    """Which of the products brings each variant."""
    bringers: dict[str, str] = {}
    for product in new:
        if not product.variants:
            raise ValueError(f"product {product.id!r} has no variant")
        for variant in product.variants:
            if variant.id in bringers:
                raise ValueError(f"variant {variant.id!r} is in {bringers[variant.id]!r} and {product.id!r}")
            bringers[variant.id] = product.id
    return bringers
