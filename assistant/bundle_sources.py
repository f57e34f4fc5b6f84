"""Where bundles come from: the search, what goes with what, and one snapshot of the records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.bundling.values import Deals, Line, SlotChoice
from retrieval.values import Finder, Relations
from shop.catalogue import Catalogue
from shop.money import Money
from shop.pricing import is_joint, most_off, price_cart
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

    def deals(self, choices: Sequence[SlotChoice], records: Records) -> Deals | None:
        """What promotions may take off several of these at once: sets, and an amount off the whole. None
        where no such promotion holds. Choices of one slot are taken to be of different slots."""
        given = [each for choice in choices for each in choice.candidates]
        if not given or not any(map(is_joint, self.promotions)):
            return None
        products = records(each.product_id for each in given)
        currency = given[0].price.currency

        def lines(held: Iterable[Line]) -> list[tuple[Product, str, int]]:
            return [(products[each.product_id], each.variant_id, quantity) for each, quantity in held]

        places = [lines((each, choice.slot.quantity) for each in choice.candidates) for choice in choices]
        off = most_off(places, self.promotions, now=self.now, currency=currency)
        if not off:
            return None

        def total(held: Sequence[Line]) -> int:
            cart = price_cart(lines(held), self.promotions, codes=(), now=self.now, currency=currency)
            return cart.total.amount

        # A candidate's price is rounded up for each piece.
        return Deals(total, off + sum(choice.slot.quantity for choice in choices))

    def before_promotions(self, price: Money) -> Money:
        """The highest price in the records that promotions may bring down to `price`."""
        given = [each for each in self.promotions if each.code is None]
        percent = max((each.percent or 0 for each in given), default=0)
        amounts = (each.amount for each in given if each.amount is not None)
        off = sum(amount.amount for amount in amounts if amount.currency == price.currency)
        return (
            Money((price.amount + off) * 100 // (100 - percent), price.currency) if percent < 100 else price
        )


@dataclass(frozen=True, slots=True)
class Sources:
    finder: Finder
    relations: Relations
    records: Records
    prices: Prices
