"""Where bundles come from: the search, what goes with what, and one snapshot of the records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retrieval.values import Finder, Relations
from shop.catalogue import Catalogue
from shop.values import Product
from storage import UnitOfWork


class Records:
    """Products of one moment, each read once."""

    def __init__(self, work: UnitOfWork) -> None:
        self._catalogue = Catalogue(work)
        self._read: dict[str, Product | None] = {}

    def __call__(self, ids: Iterable[str]) -> Mapping[str, Product]:
        """Those of `ids` that exist."""
        wanted = list(dict.fromkeys(ids))
        missing = [product_id for product_id in wanted if product_id not in self._read]
        if missing:
            found = self._catalogue.products(missing)
            self._read |= {product_id: found.get(product_id) for product_id in missing}
        return {product_id: product for product_id in wanted if (product := self._read[product_id])}


@dataclass(frozen=True, slots=True)
class Sources:
    finder: Finder
    relations: Relations
    records: Records
