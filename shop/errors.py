"""What the shop's records refuse.

* ShopError
  x UnknownVariant    no product has this variant
  x UnknownLine       no such line in this cart
  x OutOfStock        fewer are left than were asked for
  x BadQuantity       not a number of things that a cart can hold
  x UnknownRanking    no such list was shown to this shopper, or it did not hold this product
  x OrderRefused      a rule of the shop forbids this change of an order; `why` names it
  x UnknownRevision   the catalogue never was at this revision

All but the last are the shopper's to act on: the reply says what to do. Feeds have errors of their own,
in `shop.feeds.report`.
"""

from typing import Literal

Refusal = Literal[
    "unknown_order",
    "unknown_customer",
    "not_changeable",
    "not_delivered",
    "too_late",
    "bad_reason",
    "not_in_order",
    "count_mismatch",
    "same_item",
    "unknown_product",
    "unknown_variant",
    "unavailable",
    "unknown_method",
    "method_not_allowed",
    "same_method",
    "paid_otherwise",
    "balance_too_low",
]


class ShopError(Exception):
    """The base of what this package raises about its records."""


class UnknownVariant(ShopError):
    def __init__(self, variant_id: str) -> None:
        super().__init__(f"no variant {variant_id!r}")
        self.variant_id = variant_id


class UnknownLine(ShopError):
    def __init__(self, line_id: str) -> None:
        super().__init__(f"no line {line_id!r} in this cart")
        self.line_id = line_id


class OutOfStock(ShopError):
    """`available` is how many the shopper may have in all, 0 for a variant that is sold out."""

    def __init__(self, variant_id: str, available: int) -> None:
        left = f"only {available} left" if available else "sold out"
        super().__init__(f"variant {variant_id!r}: {left}")
        self.variant_id = variant_id
        self.available = available


class BadQuantity(ShopError):
    def __init__(self, quantity: int, most: int) -> None:
        super().__init__(f"a quantity is 1 to {most}, not {quantity}")
        self.quantity = quantity
        self.most = most


class UnknownRanking(ShopError):
    def __init__(self, ranking_id: str, product_id: str) -> None:
        super().__init__(f"product {product_id!r} was not shown to this shopper in ranking {ranking_id!r}")
        self.ranking_id = ranking_id
        self.product_id = product_id


class OrderRefused(ShopError):
    """`why` is for programs, `subject` the order, item or method that it is about."""

    def __init__(self, why: Refusal, subject: str = "") -> None:
        super().__init__(f"{why.replace('_', ' ')}: {subject}" if subject else why.replace("_", " "))
        self.why = why
        self.subject = subject


class UnknownRevision(ShopError):
    """What follows the catalogue from there must be built anew."""

    def __init__(self, revision: int, now: int) -> None:
        super().__init__(f"asked for changes since revision {revision}, the catalogue is at {now}")
        self.revision = revision
        self.now = now
