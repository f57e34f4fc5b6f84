"""Shopify's product CSV, with the headers of today ("URL handle") and those of before ("Handle").

Rows with one handle are one product: the first has the product's fields, every row with a price is a
variant, one with only a picture adds the picture. Product and variant ids come from the handle and the
options, since the file has none. A draft, an archived or an unpublished product is not for sale.

Reference: https://help.shopify.com/en/manual/products/import-export/using-csv
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.plain_text import slug
from shop.feeds.reading import Draft, Reading
from shop.feeds.row import Row
from shop.serialise import Json
from shop.values import Availability, Media, Product, Variant

#: Our name of each column, then its headers in lower case, today's first.
_HEADERS = {
    "handle": ("url handle", "handle"),
    "title": ("title",),
    "description": ("description", "body (html)", "body html"),
    "vendor": ("vendor",),
    "category": ("product category",),
    "type": ("type", "custom product type"),
    "tags": ("tags",),
    "published": ("published on online store", "published"),
    "status": ("status",),
    "sku": ("sku", "variant sku"),
    "barcode": ("barcode", "variant barcode"),
    "price": ("price", "variant price"),
    "compare-at price": ("compare-at price", "variant compare at price"),
    "inventory tracker": ("inventory tracker", "variant inventory tracker"),
    "inventory quantity": ("inventory quantity", "variant inventory qty"),
    "oversell": ("continue selling when out of stock", "variant inventory policy"),
    "image": ("product image url", "image src"),
    "image alt text": ("image alt text",),
    "variant image": ("variant image url", "variant image"),
}
_OURS = {header: name for name, headers in _HEADERS.items() for header in headers}
#: Columns that hold facts for the shopper: metafields, and two that Shopify fills for Google.
_FACT = re.compile(
    r"(?P<metafield>.+) \((?:product|variant)\.metafields\.[^)]+\)"
    r"|google shopping / (?P<google>gender|age group)"
)
_OPTIONS = ("1", "2", "3")
_YES = frozenset(("true", "yes", "1", "continue"))
_NO = frozenset(("false", "no", "0"))

Cells = Mapping[str, Json]


def is_shopify(columns: Collection[str]) -> bool:
    names = {column.lower() for column in columns}
    return "title" in names and ("url handle" in names or {"handle", "variant price"} <= names)


def read(reading: Reading) -> Iterator[Draft]:
    rows = (Row(row.line, _renamed(row.values)) for row in reading.rows)
    for group in reading.scratch.grouped(
        rows, lambda row: str(row.values.get("handle") or f"line {row.line}")
    ):
        yield from _product(reading, group)


def _renamed(cells: Cells) -> Cells:
    """The cells under our names; a header that is not ours keeps its own, in lower case."""
    lowered = {column.lower(): cell for column, cell in cells.items()}
    return {_OURS.get(column, column): cell for column, cell in lowered.items()}


def _product(reading: Reading, rows: list[Row]) -> Iterator[Draft]:
    lead = rows[0]
    try:
        # A shop may leave the handle of a new product to Shopify, which makes it from the title.
        handle = fields.text(lead.values, "handle") or slug(fields.required(lead.values, "title"))
        names = _option_names(lead.values)
        product = _lead_fields(lead.values, handle) if _for_sale(lead.values) else None
    except BadValue as error:
        reading.problems.report(lead.line, error.field, error.reason)
        known = lead.values.get("handle")
        if isinstance(known, str) and known.strip():
            yield Draft(lead.line, known.strip())
        return
    if product is None:
        yield Draft(lead.line, handle, for_sale=False)
        return
    whole = replace(
        product,
        variants=_variants(reading, rows, handle, names),
        media=_media(rows, product.title),
        options=tuple(names.values()),
    )
    yield Draft(lead.line, handle, whole if whole.variants else None)


def _for_sale(cells: Cells) -> bool:
    published = (fields.text(cells, "published") or "true").lower()
    return published not in _NO and (fields.text(cells, "status") or "active").lower() == "active"


def _lead_fields(cells: Cells, handle: str) -> Product:
    """The product without what other rows add to it."""
    category = fields.text(cells, "category") or fields.text(cells, "type")
    facts = {_fact_name(column): fields.text(cells, column) for column in cells if _FACT.fullmatch(column)}
    return Product(
        id=handle,
        handle=handle,
        title=fields.required(cells, "title"),
        description=fields.text(cells, "description") or "",
        categories=(fields.path(category),) if category else (),
        variants=(),
        tags=fields.texts(cells, "tags", ","),
        brand=fields.text(cells, "vendor"),
        attributes={name: value for name, value in facts.items() if value},
    )


def _fact_name(column: str) -> str:
    match = _FACT.fullmatch(column)
    words = (match["metafield"] or match["google"]) if match else column
    return slug(words).replace("-", "_")


def _option_names(cells: Cells) -> dict[str, str]:
    """The name of each option by its number; a product without options has the one called Title."""
    names = {number: fields.text(cells, f"option{number} name") for number in _OPTIONS}
    return {number: name for number, name in names.items() if name and name != "Title"}


def _variants(reading: Reading, rows: list[Row], handle: str, names: dict[str, str]) -> tuple[Variant, ...]:
    variants = []
    for row in rows:
        if not row.values.get("price") and row is not rows[0]:
            continue
        try:
            variants.append(_variant(row.values, handle, names, reading.currency or reading.shop_currency))
        except BadValue as error:
            reading.problems.report(row.line, error.field, error.reason)
    return tuple(variants)


def _variant(cells: Cells, handle: str, names: dict[str, str], currency: str | None) -> Variant:
    values = {name: fields.text(cells, f"option{number} value") for number, name in names.items()}
    options = {name: value for name, value in values.items() if value}
    key = "-".join((handle, *filter(None, map(slug, options.values()))))
    return Variant(
        id=key,
        sku=fields.text(cells, "sku") or key,
        price=fields.required_price(cells, "price", currency),
        availability=_availability(cells),
        list_price=fields.price(cells, "compare-at price", currency),
        options=options,
        barcodes=fields.texts(cells, "barcode"),
    )


def _availability(cells: Cells) -> Availability:
    """What is not tracked is always there; what may be oversold is on backorder once it is gone."""
    counted = fields.quantity(cells, "inventory quantity")
    if counted is None or not fields.text(cells, "inventory tracker"):
        return Availability("in_stock")
    if counted > 0:
        return Availability("in_stock", counted)
    if (fields.text(cells, "oversell") or "").lower() in _YES:
        return Availability("backorder")
    return Availability("out_of_stock", fields.stock(cells, "inventory quantity"))


def _media(rows: list[Row], title: str) -> tuple[Media, ...]:
    """Every picture once; its own words, else the product's title."""
    media: dict[str, Media] = {}
    for row in rows:
        for column in ("image", "variant image"):
            url = row.values.get(column)
            if isinstance(url, str) and url.strip():
                alt = row.values.get("image alt text") if column == "image" else None
                media.setdefault(url.strip(), Media(url.strip(), str(alt or title)))
    return tuple(media.values())
