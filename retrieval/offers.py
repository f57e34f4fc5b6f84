"""What of the catalogue changes with every order: prices, availability and ratings, as columns.

A sold item patches a few numbers of a copy; readers keep the columns that they have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from retrieval.columns import Columns, Mask
from shop.values import Product

Scalar = TypeVar("Scalar", bound=np.generic)

#: So many ratings weigh as much as the shop's mean does.
RATINGS_TO_BELIEVE = 10


@dataclass(frozen=True, slots=True)
class Offers:
    """By variant: price in minor units, its currency's number, whether it can be bought. By product:
    mean rating (nan: none) and how many there are."""

    price: npt.NDArray[np.int64]
    currency: npt.NDArray[np.int16]
    available: Mask
    rating: npt.NDArray[np.float64]
    ratings: npt.NDArray[np.int64]
    currencies: tuple[str, ...]

    @classmethod
    def of(cls, products: Sequence[Product]) -> "Offers":
        variants = [variant for product in products for variant in product.variants]
        currencies = tuple(dict.fromkeys(variant.price.currency for variant in variants))
        return cls(
            np.array([variant.price.amount for variant in variants], np.int64),
            np.array([currencies.index(variant.price.currency) for variant in variants], np.int16),
            np.array([variant.availability.available for variant in variants], np.bool_),
            np.array([p.rating.value if p.rating else np.nan for p in products], np.float64),
            np.array([p.rating.count if p.rating else 0 for p in products], np.int64),
            currencies,
        )

    def patched(self, rows: Sequence[int], products: Sequence[Product], columns: Columns) -> "Offers":
        """The same with the offers of some products; each has the variants that it had."""
        variants = [variant for row in rows for variant in columns.variants_of(row)]
        new, currencies = self._renumbered(Offers.of(products))
        return replace(
            self,
            price=_put(self.price, variants, new.price),
            currency=_put(self.currency, variants, new.currency),
            available=_put(self.available, variants, new.available),
            rating=_put(self.rating, rows, new.rating),
            ratings=_put(self.ratings, rows, new.ratings),
            currencies=currencies,
        )

    def joined(self, other: "Offers") -> "Offers":
        """These rows, then those of `other`."""
        new, currencies = self._renumbered(other)
        return Offers(
            np.concatenate((self.price, new.price)),
            np.concatenate((self.currency, new.currency)),
            np.concatenate((self.available, new.available)),
            np.concatenate((self.rating, new.rating)),
            np.concatenate((self.ratings, new.ratings)),
            currencies,
        )

    def taken(self, order: Sequence[int], sizes: Sequence[int]) -> "Offers":
        """Products in a new order, or fewer of them; `sizes` says how many variants each row has."""
        rows = np.asarray(order, np.int64)
        ends = np.cumsum(np.asarray(sizes, np.int64))
        ranges = [np.arange(ends[row] - sizes[row], ends[row]) for row in rows]
        variants = np.concatenate(ranges) if ranges else np.empty(0, np.int64)
        return replace(
            self,
            price=self.price[variants],
            currency=self.currency[variants],
            available=self.available[variants],
            rating=self.rating[rows],
            ratings=self.ratings[rows],
        )

    def _renumbered(self, other: "Offers") -> tuple["Offers", tuple[str, ...]]:
        """`other` with this one's numbers for currencies, new ones after them."""
        currencies = tuple(dict.fromkeys((*self.currencies, *other.currencies)))
        numbers = np.array([currencies.index(code) for code in other.currencies], np.int16)
        return replace(other, currency=numbers[other.currency]), currencies

    def quality(self) -> npt.NDArray[np.float64]:
        """Ratings in 0 to 1, pulled to the shop's mean where there are few (a Bayesian mean)."""
        rated = self.ratings > 0
        mean = float(self.rating[rated].mean()) if rated.any() else 3.0
        values = np.where(rated, self.rating, 0.0)
        pulled = (values * self.ratings + mean * RATINGS_TO_BELIEVE) / (self.ratings + RATINGS_TO_BELIEVE)
        return np.clip((pulled - 1) / 4, 0.0, 1.0)


def _put(array: npt.NDArray[Scalar], at: Sequence[int], values: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    patched = array.copy()
    patched[np.asarray(at, np.int64)] = values
    return patched
