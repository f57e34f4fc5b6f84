"""A product as the rows of its tables, and back; pure.

`Product` -> one row of `products`, its categories and its variants. Both directions belong together:
whatever `product_rows` writes, `read_product` reads as an equal value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shop.money import Money
from shop.serialise import to_json
from shop.values import Availability, FactValue, Media, Product, Rating, Variant

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProductRows:
    product: Row
    categories: tuple[Row, ...]
    variants: tuple[Row, ...]


def product_rows(product: Product) -> ProductRows:
    return ProductRows(
        {
            "id": product.id,
            "handle": product.handle,
            "title": product.title,
            "description": product.description,
            "url": product.url,
            "brand": product.brand,
            "rating_value": product.rating.value if product.rating else None,
            "rating_count": product.rating.count if product.rating else None,
            "media": to_json(product.media),
            "options": to_json(product.options),
            "tags": to_json(product.tags),
            "attributes": to_json(product.attributes),
            "provides": to_json(product.provides),
            "requires": to_json(product.requires),
        },
        tuple(
            {"product_id": product.id, "position": position, "path": path}
            for position, path in enumerate(product.categories)
        ),
        tuple(_variant_row(product.id, *numbered) for numbered in enumerate(product.variants)),
    )


def _variant_row(product_id: str, position: int, variant: Variant) -> Row:
    list_price = variant.list_price
    return {
        "id": variant.id,
        "product_id": product_id,
        "position": position,
        "sku": variant.sku,
        "price": variant.price.amount,
        # Only a price in the variant's own currency can stand beside it.
        "list_price": None
        if list_price is None
        else (list_price - Money.zero(variant.price.currency)).amount,
        "currency": variant.price.currency,
        "status": variant.availability.status,
        "quantity": variant.availability.quantity,
        "options": to_json(variant.options),
        "barcodes": to_json(variant.barcodes),
    }


def read_product(row: sa.Row[Any], categories: Sequence[str], variants: Sequence[Variant]) -> Product:
    return Product(
        id=row.id,
        handle=row.handle,
        title=row.title,
        description=row.description,
        categories=tuple(categories),
        variants=tuple(variants),
        url=row.url,
        media=tuple(Media(**media) for media in row.media),
        options=tuple(row.options),
        rating=None if row.rating_value is None else Rating(row.rating_value, row.rating_count),
        tags=tuple(row.tags),
        brand=row.brand,
        attributes=row.attributes,
        provides=_facts(row.provides),
        requires=_facts(row.requires),
    )


def read_variant(row: sa.Row[Any]) -> Variant:
    list_price = None if row.list_price is None else Money(row.list_price, row.currency)
    return Variant(
        id=row.id,
        sku=row.sku,
        price=Money(row.price, row.currency),
        availability=Availability(row.status, row.quantity),
        list_price=list_price,
        options=row.options,
        barcodes=tuple(row.barcodes),
    )


def _facts(stored: Mapping[str, Any]) -> dict[str, FactValue]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}
