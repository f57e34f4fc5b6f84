"""Products with only what a test is about, and an embedder that needs no model."""

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b

import numpy as np

from retrieval.embedding import Vectors
from shop.money import Money
from shop.values import Availability, AvailabilityStatus, FactValue, Product, Rating, Variant


class HashingEmbedder:
    """Texts that share words are close. Counts what it encoded, and can be told to fail."""

    dimension = 128

    def __init__(self, name: str = "hashing") -> None:
        self.name = name
        self.encoded: list[str] = []
        self.error: Exception | None = None

    @property
    def digest(self) -> str:
        return f"digest of {self.name}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.error is not None:
            raise self.error
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [text]:
                vectors[row, int.from_bytes(blake2b(word.encode()).digest()[:4]) % self.dimension] += 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def variant(
    key: str,
    price: int = 1000,
    status: AvailabilityStatus = "in_stock",
    *,
    currency: str = "USD",
    **options: str,
) -> Variant:
    """`variant("mug-red", 900, "out_of_stock", colour="red")`: 9.00 USD, sold out."""
    return Variant(key, key.upper(), Money(price, currency), Availability(status), options=options)


def product(
    key: str,
    title: str,
    *variants: Variant,
    description: str = "",
    category: str | None = None,
    brand: str | None = None,
    rating: tuple[float, int] | None = None,
    attributes: Mapping[str, str] | None = None,
    provides: Mapping[str, FactValue] | None = None,
    requires: Mapping[str, FactValue] | None = None,
    price: int = 1000,
    status: AvailabilityStatus = "in_stock",
) -> Product:
    """A product; without variants it has one that bears its id."""
    return Product(
        id=key,
        handle=key,
        title=title,
        description=description,
        categories=(category,) if category else (),
        variants=variants or (variant(key, price, status),),
        rating=Rating(*rating) if rating else None,
        brand=brand,
        attributes=attributes or {},
        provides=provides or {},
        requires=requires or {},
    )
