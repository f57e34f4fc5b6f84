"""Products with only what a test is about."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shop.money import Money
from shop.values import Availability, AvailabilityStatus, Product, Variant

MakeVariant = Callable[..., Variant]
MakeProduct = Callable[..., Product]


@pytest.fixture
def variant() -> MakeVariant:
    """`variant("mug-red", 900, quantity=3)`: 9.00 USD, three in stock."""

    def make(
        key: str,
        price: int = 1000,
        *,
        status: AvailabilityStatus = "in_stock",
        quantity: int | None = None,
        list_price: int | None = None,
        currency: str = "USD",
        **options: str,
    ) -> Variant:
        return Variant(
            id=key,
            sku=key.upper(),
            price=Money(price, currency),
            availability=Availability(status, quantity),
            list_price=None if list_price is None else Money(list_price, currency),
            options=options,
        )

    return make


@pytest.fixture
def product(variant: MakeVariant) -> MakeProduct:
    """`product("mug", variant("mug-red"))`; without variants it has one, which costs `price`."""

    def make(key: str, *variants: Variant, price: int = 1000, **fields: Any) -> Product:
        sold = variants or (variant(f"{key}-one", price),)
        plain = Product(key, key, key.title(), f"A {key}.", (), sold)
        return replace(plain, **fields)

    return make
