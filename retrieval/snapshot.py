"""One state of the catalogue, ready to be searched, and how it follows the records.

A snapshot is immutable: a query reads one from beginning to end, whatever is written meanwhile. `follow`
gives the next one by delta: a price, stock or rating patches a few numbers; a text, a fact, a new or a
removed product builds columns and lexical index anew from what is kept of each product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.columns import Books, Columns, Item, item_digest
from retrieval.lexical import LexicalIndex
from retrieval.measures import MeasureIndex
from retrieval.offers import Offers
from shop.catalogue import Catalogue
from shop.values import Product
from storage import UnitOfWork


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The catalogue at `revision`. Two snapshots with the same `columns` have the same rows."""

    revision: int
    columns: Columns
    offers: Offers
    lexical: LexicalIndex
    measures: MeasureIndex


def read_snapshot(work: UnitOfWork, books: Books) -> Snapshot:
    """All of the catalogue."""
    catalogue = Catalogue(work)
    revision = catalogue.revision()
    items: list[Item] = []
    offers: list[Product] = []
    for product in catalogue.all():
        items.append(books.item(product))
        offers.append(product)
    return built(revision, items, Offers.of(offers), books)


def follow(snapshot: Snapshot, work: UnitOfWork) -> Snapshot:
    """The snapshot of now; the same one where nothing changed."""
    catalogue = Catalogue(work)
    revision, changed, removed = catalogue.changed_since(snapshot.revision)
    if revision == snapshot.revision:
        return snapshot
    products = catalogue.products(sorted(changed))
    columns = snapshot.columns
    if _only_offers(products, removed, columns):
        rows = [columns.row_of[product_id] for product_id in products]
        offers = snapshot.offers.patched(rows, list(products.values()), columns)
        return Snapshot(revision, columns, offers, snapshot.lexical, snapshot.measures)
    return _rebuilt(snapshot, revision, products, removed | (changed - products.keys()))


def _only_offers(products: Mapping[str, Product], removed: frozenset[str], columns: Columns) -> bool:
    if any(product_id in columns.row_of for product_id in removed):
        return False
    known = columns.row_of
    return all(
        product_id in known and columns.items[known[product_id]].digest == item_digest(product)
        for product_id, product in products.items()
    )


def _rebuilt(
    snapshot: Snapshot, revision: int, products: Mapping[str, Product], removed: frozenset[str]
) -> Snapshot:
    """Rows of before and of now stand side by side, then those that count are taken, by product id."""
    before, new = snapshot.columns, list(products.values())
    items = [*before.items, *(before.books.item(product) for product in new)]
    place = {item.product_id: at for at, item in enumerate(items) if item.product_id not in removed}
    order = [place[product_id] for product_id in sorted(place)]
    sizes = [len(item.variant_ids) for item in items]
    offers = snapshot.offers.joined(Offers.of(new)).taken(order, sizes)
    return built(revision, [items[at] for at in order], offers, before.books)


def built(revision: int, items: Sequence[Item], offers: Offers, books: Books) -> Snapshot:
    """The snapshot of products that stand in one order in `items` and `offers`."""
    lexical = LexicalIndex([item.document for item in items], books.tokens)
    measures = MeasureIndex(books.tokens.tokens(), books.locale)
    return Snapshot(revision, Columns(items, books), offers, lexical, measures)
