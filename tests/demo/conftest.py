"""The demo shop, built once, and its rows as the shop's own values."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import TypeVar

import pytest

from demo.build import SOURCES, build
from shop.deserialise import from_json
from shop.values import Customer, Order, Product, Promotion, Review

Value = TypeVar("Value")


@dataclass(frozen=True)
class Shop:
    """What a build wrote, read back strictly: an unknown or a wrongly typed field is an error."""

    folder: Path
    products: tuple[Product, ...]
    reviews: tuple[Review, ...]
    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    promotions: tuple[Promotion, ...]

    def product(self, product_id: str) -> Product:
        return next(product for product in self.products if product.id == product_id)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    build(folder)
    return Shop(
        folder=folder,
        products=tuple(_rows(folder / "products.jsonl", Product)),
        reviews=tuple(_rows(folder / "reviews.jsonl", Review)),
        customers=tuple(_rows(folder / "customers.jsonl", Customer)),
        orders=tuple(_rows(folder / "orders.jsonl", Order)),
        promotions=tuple(_rows(folder / "promotions.jsonl", Promotion)),
    )


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the shop's sources that a test may spoil."""
    return copytree(SOURCES, tmp_path / "sources", ignore=ignore_patterns("*.py", "__pycache__"))


def _rows(path: Path, kind: type[Value]) -> Iterator[Value]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield from_json(kind, json.loads(line))
