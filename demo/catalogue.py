"""The products for sale: variants, their stock, codes and pictures, made from the written families.

Prices, titles and facts come from the writers; only how many of a variant lie in the warehouse is drawn.
"""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product as combinations
from random import Random

from demo.draw import stream
from demo.sources import COLOUR, Family, WrittenProduct

#: Up to this price in cents, so many lie in the warehouse (at least, at most).
STOCK = ((2_000, 20, 160), (10_000, 6, 60), (40_000, 3, 25))
STOCK_ABOVE = (1, 10)
#: How often only one to three are left.
LOW_STOCK = 0.08


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing in one tint: a colour, or the colour of a department. `name` is its file's, without .svg."""

    name: str
    drawing: str
    tint: str
    alt: str


@dataclass(frozen=True, slots=True)
class Variant:
    """Prices are cents; `quantity` is None where none lies in the warehouse and more is on the way."""

    id: str
    sku: str
    barcode: str
    options: Mapping[str, str]
    price: int
    list_price: int | None
    status: str
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Product:
    """A written product of a family, with what is sold of it."""

    written: WrittenProduct
    family: Family
    handle: str
    pictures: tuple[Picture, ...]
    variants: tuple[Variant, ...]

    @property
    def id(self) -> str:
        return self.written.id


def catalogue(families: tuple[Family, ...], seed: int, problems: list[str]) -> tuple[Product, ...]:
    """All products in the order of their files. Names made here that meet each other are problems."""
    products = tuple(
        Product(
            written=written,
            family=family,
            handle=slug(written.title),
            pictures=_pictures(written, family),
            variants=tuple(_variants(written, seed, problems)),
        )
        for family in families
        for written in family.products
    )
    variants = [variant for product in products for variant in product.variants]
    for what, names in (
        ("handle", [product.handle for product in products]),
        ("variant id", [variant.id for variant in variants]),
        ("barcode", [variant.barcode for variant in variants]),
    ):
        problems += (f"{what} {name!r} is made {n} times" for name, n in Counter(names).items() if n > 1)
    return products


def slug(text: str) -> str:
    """`"Sauté Pan, 24 cm"` as `"saute-pan-24-cm"`."""
    plain = unicodedata.normalize("NFKD", text.replace("'", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")


def barcode(variant_id: str) -> str:
    """An EAN-13 from the range 200 that GS1 leaves for a shop's own use, so it is no other product's."""
    digits = f"200{zlib.crc32(variant_id.encode()) % 10**9:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _pictures(written: WrittenProduct, family: Family) -> tuple[Picture, ...]:
    tints = written.options.get(COLOUR)
    if not tints:
        name = f"{family.picture}-{slug(family.department)}"
        return (Picture(name, family.picture, family.department, written.title),)
    return tuple(
        Picture(f"{family.picture}-{slug(tint)}", family.picture, tint, f"{written.title}, {tint}")
        for tint in tints
    )


def _variants(written: WrittenProduct, seed: int, problems: list[str]) -> list[Variant]:
    variants = []
    matched: set[str] = set()
    for values in combinations(*written.options.values()):
        names = {*values, " / ".join(values)}
        matched |= names
        identity = f"{written.id}-{'-'.join(slug(value) for value in values) or 'one'}"
        price, extra = written.price, sum(written.surcharge.get(value, 0) for value in values)
        status, quantity = _stock(written, names, price + extra, stream(seed, "stock", identity))
        variants.append(
            Variant(
                id=identity,
                sku=identity.upper(),
                barcode=barcode(identity),
                options=dict(zip(written.options, values, strict=True)),
                price=price + extra,
                list_price=None if written.list_price is None else written.list_price + extra,
                status=status,
                quantity=quantity,
            )
        )
    unknown = sorted({*written.sold_out, *written.backorder} - matched)
    problems += (f"product {written.id}: {name!r}, out of stock, is no variant of it" for name in unknown)
    return variants


def _stock(written: WrittenProduct, names: set[str], price: int, draw: Random) -> tuple[str, int | None]:
    if not names.isdisjoint(written.sold_out):
        return "out_of_stock", 0
    if not names.isdisjoint(written.backorder):
        return "backorder", None
    if draw.random() < LOW_STOCK:
        return "in_stock", draw.randrange(1, 4)
    least, most = next((range_ for limit, *range_ in STOCK if price <= limit), STOCK_ABOVE)
    return "in_stock", draw.randrange(least, most + 1)
