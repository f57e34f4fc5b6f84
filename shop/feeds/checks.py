"""What every product must keep to, whatever the format it came in."""

from collections import Counter
from dataclasses import replace
from functools import lru_cache

from babel.numbers import is_currency

from shop.deserialise import BadValue
from shop.feeds.fields import MOST_QUANTITY, availability
from shop.feeds.plain_text import plain_text
from shop.money import Money
from shop.values import Product, Variant

LONGEST_ID = 128
LONGEST_TITLE = 1_000
LONGEST_DESCRIPTION = 200_000
#: In minor units: nothing that a shop sells costs more, so a price above it is a mistake of the feed.
MOST_PRICE = 10_000_000_000


def checked(product: Product, currency: str | None) -> Product:
    """The product as it may be stored: its title on one line, its description plain, its list
    prices above its prices.

    `currency` is the shop's, None where its first product decides it. Raises `BadValue`.
    """
    check_id(product.id, "id")
    if not product.title.strip():
        raise BadValue("title", "is missing")
    if len(product.title) > LONGEST_TITLE:
        raise BadValue("title", f"is longer than {LONGEST_TITLE} characters")
    if len(product.description) > LONGEST_DESCRIPTION:
        raise BadValue("description", f"is longer than {LONGEST_DESCRIPTION} characters")
    if not product.variants:
        raise BadValue("variants", "is empty: a product needs at least one")
    twice = [key for key, n in Counter(variant.id for variant in product.variants).items() if n > 1]
    if twice:
        raise BadValue("variants", f"has {twice[0]!r} twice")
    _rating(product)
    sold_in = currency or product.variants[0].price.currency
    check_currency(sold_in, "variants[0].price.currency")
    variants = tuple(
        _variant(variant, f"variants[{index}]", sold_in) for index, variant in enumerate(product.variants)
    )
    title = " ".join(product.title.split())
    return replace(product, title=title, description=plain_text(product.description), variants=variants)


def check_id(key: str, field: str) -> None:
    """An id that is there, and that every database can hold."""
    if not key.strip():
        raise BadValue(field, "is missing")
    if len(key) > LONGEST_ID:
        raise BadValue(field, f"is longer than {LONGEST_ID} characters")


@lru_cache(maxsize=64)
def _is_currency(code: str) -> bool:
    return code.isupper() and is_currency(code)


def check_currency(code: str, field: str) -> None:
    """An ISO 4217 code in capitals."""
    if not _is_currency(code):
        raise BadValue(field, f"is no currency: {code!a}; write it like USD")


def _rating(product: Product) -> None:
    rating = product.rating
    if rating is not None and not 1 <= rating.value <= 5:
        raise BadValue("rating.value", f"is {rating.value}, not 1 to 5")
    if rating is not None and not 0 <= rating.count <= MOST_QUANTITY:
        raise BadValue("rating.count", f"is {rating.count}, not a number of ratings")


def _variant(variant: Variant, at: str, currency: str) -> Variant:
    check_id(variant.id, f"{at}.id")
    _price(variant.price, f"{at}.price", currency)
    if variant.list_price is not None:
        _price(variant.list_price, f"{at}.list_price", currency)
    counted = variant.availability.quantity
    if counted is not None and not 0 <= counted <= MOST_QUANTITY:
        raise BadValue(f"{at}.availability.quantity", f"is {counted}, not a number in stock")
    # A list price that is not above the price says nothing, and often only repeats it.
    above = variant.list_price is not None and variant.list_price > variant.price
    return replace(
        variant,
        availability=availability(variant.availability.status, counted),
        list_price=variant.list_price if above else None,
    )


def _price(price: Money, field: str, currency: str) -> None:
    if price.currency != currency:
        raise BadValue(field, f"is in {price.currency!a}, the shop sells in {currency}")
    if price.amount <= 0:
        raise BadValue(field, f"is {price.amount}: a price is above zero")
    if price.amount > MOST_PRICE:
        raise BadValue(field, f"is absurd: {price.amount} minor units")
