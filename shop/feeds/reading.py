"""What a format's reader is given and what it gives: rows in, drafts of products out."""

from collections.abc import Iterable
from dataclasses import dataclass

from shop.feeds.report import Problems
from shop.feeds.row import Row
from shop.feeds.scratch import Scratch
from shop.feeds.taxonomy import Taxonomy
from shop.values import Product


@dataclass(frozen=True, slots=True)
class Reading:
    """One pass over a feed.

    A price that names no currency is in `currency`, else in what the format knows, else in
    `shop_currency`. `taxonomy` tells Google's categories by their numbers.
    """

    rows: Iterable[Row]
    problems: Problems
    scratch: Scratch
    currency: str | None = None
    shop_currency: str | None = None
    taxonomy: Taxonomy | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What the feed says about one product; `line` is where it starts.

    Without a `product` its rows were bad: the shop keeps the product that it has. `for_sale` False: the
    feed says that the product is not sold, so the shop drops it.
    """

    line: int
    product_id: str
    product: Product | None = None
    for_sale: bool = True
