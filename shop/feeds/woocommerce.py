"""WooCommerce's product CSV, as its own exporter writes it in English.

A variation names its parent by SKU, or by number where the parent has none: the parent and its variations
are one product. A sale price is the price where it has no dates. What is private, a draft or hidden from the
catalogue is not for sale; a grouped product is a list of others, and none itself.

Reference: https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import count, takewhile

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.plain_text import slug
from shop.feeds.reading import Draft, Reading
from shop.feeds.row import Row
from shop.money import Money
from shop.serialise import Json
from shop.values import Availability, Media, Product, Variant

_RECOGNISED = frozenset(("type", "sku", "name", "published", "regular price"))
#: A comma within an entry of a list is written `\\,`.
_COMMA = re.compile(r"(?<!\\),")
_MEASURE = re.compile(r"(weight|length|width|height) \((.+)\)")
_SHOWN = frozenset(("", "visible", "catalog", "search"))
_YES = frozenset(("1", "yes", "true", "notify"))

Cells = Mapping[str, Json]


def is_woocommerce(columns: Collection[str]) -> bool:
    return _RECOGNISED.issubset(column.lower() for column in columns)


def read(reading: Reading) -> Iterator[Draft]:
    rows = (Row(row.line, {name.lower(): cell for name, cell in row.values.items()}) for row in reading.rows)
    for group in reading.scratch.grouped(rows, lambda row: _group(row.values) or f"line {row.line}"):
        yield from _product(reading, group)


def _group(cells: Cells) -> str | None:
    """What the rows of one product have in common, as a variation spells it."""
    try:
        return fields.text(cells, "parent") if _is(cells, "variation") else _key(cells)
    except BadValue:
        return None


def _key(cells: Cells) -> str | None:
    number = fields.text(cells, "id")
    return fields.text(cells, "sku") or (f"id:{number}" if number else None)


def _is(cells: Cells, kind: str) -> bool:
    """The cell holds several: `simple, downloadable, virtual`."""
    return kind in (part.strip() for part in (fields.text(cells, "type") or "").lower().split(","))


def _product(reading: Reading, rows: list[Row]) -> Iterator[Draft]:
    lead = next((row for row in rows if not _is(row.values, "variation")), rows[0])
    key = _group(lead.values)
    if key is None:
        reading.problems.report(lead.line, "SKU", "is missing, and so is the ID")
        return
    try:
        if _is(lead.values, "grouped") or not _for_sale(lead.values):
            yield Draft(lead.line, key, for_sale=False)
            return
        variants = _variants(reading, rows, lead)
        product = _whole(lead.values, key, variants) if variants else None
    except BadValue as error:
        reading.problems.report(lead.line, error.field, error.reason)
        product = None
    yield Draft(lead.line, key, product)


def _for_sale(cells: Cells) -> bool:
    shown = (fields.text(cells, "visibility in catalog") or "").lower()
    return (fields.text(cells, "published") or "1") == "1" and shown in _SHOWN


def _variants(reading: Reading, rows: list[Row], lead: Row) -> tuple[Variant, ...]:
    """The variations; the row itself where it has none and is no parent of any."""
    sold = [row for row in rows if _is(row.values, "variation")]
    if not sold and _is(lead.values, "variable"):
        reading.problems.report(lead.line, "Type", "is variable, and the file has no variation of it")
    if not sold and not _is(lead.values, "variable"):
        sold = [lead]
    found = []
    for row in sold:
        try:
            if (fields.text(row.values, "published") or "1") == "1":
                found.append(_variant(row.values, lead.values, reading.currency or reading.shop_currency))
        except BadValue as error:
            reading.problems.report(row.line, error.field, error.reason)
    return tuple(found)


def _variant(cells: Cells, parent: Cells, currency: str | None) -> Variant:
    key = _key(cells)
    if key is None:
        raise BadValue("SKU", "is missing, and so is the ID")
    price, before = _prices(cells, currency)
    options = _attributes(cells) if cells is not parent else {}
    return Variant(
        id=key,
        sku=key,
        price=price,
        availability=_availability(cells, parent),
        list_price=before,
        options=options,
        barcodes=fields.texts(cells, "gtin, upc, ean, or isbn", ","),
    )


def _prices(cells: Cells, currency: str | None) -> tuple[Money, Money | None]:
    """What it costs, and what it did before the sale."""
    sale = fields.price(cells, "sale price", currency)
    dated = any(fields.text(cells, f"date sale price {end}") for end in ("starts", "ends"))
    regular = fields.price(cells, "regular price", currency)
    if sale is not None and not dated:
        return sale, regular
    if regular is None:
        raise BadValue("Regular price", "is missing")
    return regular, None


def _availability(cells: Cells, parent: Cells) -> Availability:
    """A variation whose stock is `parent` shares its parent's."""
    counted = cells if (fields.text(cells, "stock") or "").lower() != "parent" else parent
    number = fields.quantity(counted, "stock")
    said = (fields.text(cells, "in stock?") or "1").lower()
    if said == "backorder":
        return Availability("backorder")
    if said not in _YES:
        return Availability("out_of_stock", 0 if number is not None else None)
    if number is None or number > 0:
        return Availability("in_stock", number)
    oversold = (fields.text(counted, "backorders allowed?") or "").lower() in _YES
    return Availability("backorder") if oversold else Availability("out_of_stock", 0)


def _whole(cells: Cells, key: str, variants: tuple[Variant, ...]) -> Product:
    title = fields.required(cells, "name")
    options = tuple(dict.fromkeys(name for each in variants for name in each.options))
    facts = {slug(name).replace("-", "_"): value for name, value in _attributes(cells).items()
             if name not in options}  # fmt: skip
    return Product(
        id=key,
        handle=slug(f"{title} {key}") or key,
        title=title,
        description=fields.text(cells, "description") or fields.text(cells, "short description") or "",
        categories=tuple(fields.path(each) for each in _list(cells, "categories")),
        variants=variants,
        media=tuple(Media(url, title) for url in _list(cells, "images")),
        options=options,
        tags=_list(cells, "tags"),
        brand=next(iter(_list(cells, "brands")), None),
        attributes={name: value for name, value in (facts | _measures(cells)).items() if name},
    )


def _attributes(cells: Cells) -> dict[str, str]:
    """The numbered attributes by their names; several values of one with commas between."""
    numbered = takewhile(lambda number: f"attribute {number} name" in cells, count(1))
    found = {
        fields.text(cells, f"attribute {number} name"): ", ".join(
            _list(cells, f"attribute {number} value(s)")
        )
        for number in numbered
    }
    return {name: value for name, value in found.items() if name and value}


def _measures(cells: Cells) -> dict[str, str]:
    """`Weight (kg)` and its like, with the unit that the header names."""
    found = {}
    for column in cells:
        match = _MEASURE.fullmatch(column)
        value = fields.text(cells, column) if match else None
        if match and value:
            found[match[1]] = f"{value} {match[2]}"
    return found


def _list(cells: Cells, column: str) -> tuple[str, ...]:
    parts = (part.replace("\\,", ",").strip() for part in _COMMA.split(fields.text(cells, column) or ""))
    return tuple(dict.fromkeys(part for part in parts if part))
