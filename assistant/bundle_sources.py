"""Where bundles come from: the search, what goes with what, and one snapshot of the records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from retrieval.values import Finder, Relations
from shop.catalogue import Catalogue
from shop.money import Money
from shop.pricing import price_cart
from shop.promotions import Promotions
from shop.values import Product, Promotion, Variant
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


class Prices:
    """What things cost at one moment."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self.promotions: tuple[Promotion, ...] = Promotions(work).all()
        self.now = now
        self._percentages = [each for each in self.promotions if each.kind == "percentage"]

    def each(self, product: Product, variant: Variant, quantity: int) -> Money:
        """What one of so many costs in any bundle, at most, rounded up: what is taken off each line by itself
        counts, what depends on the other lines or on the whole does not."""
        currency = variant.price.currency
        line = (product, variant.id, quantity)
        cart = price_cart([line], self._percentages, codes=(), now=self.now, currency=currency)
        return Money(-(-cart.total.amount // quantity), currency)

    def before_promotions(self, price: Money) -> Money:
        """The highest price in the records that promotions may bring down to `price`."""
        off = max((each.percent or 0 for each in self._percentages if each.code is None), default=0)
        return Money(price.amount * 100 // (100 - off), price.currency) if off < 100 else price


@dataclass(frozen=True, slots=True)
class Sources:
    finder: Finder
    relations: Relations
    records: Records
    prices: Prices
