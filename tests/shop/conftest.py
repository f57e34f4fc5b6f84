"""A migrated database for each test, and products with only what a test is about."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shop.money import Money
from shop.values import Availability, AvailabilityStatus, Product, Variant
from storage import Database

MakeVariant = Callable[..., Variant]
MakeProduct = Callable[..., Product]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "shop.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.dispose()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(migrated, tmp_path / "shop.db")
    made = Database(f"sqlite:///{tmp_path}/shop.db")
    yield made
    made.dispose()


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
