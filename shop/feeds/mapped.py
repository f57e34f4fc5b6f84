"""Any CSV or JSON-lines feed, read by a mapping file (`shop.feeds.mapping`)."""

import re
from collections import abc
from collections.abc import Iterator
from functools import lru_cache, partial

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.mapping import Mapping
from shop.feeds.plain_text import slug
from shop.feeds.reading import Draft, Reading
from shop.feeds.row import Row
from shop.money import Money
from shop.serialise import Json
from shop.values import Media, Product, Rating, Variant

Cells = abc.Mapping[str, Json]


def read(reading: Reading, mapping: Mapping) -> Iterator[Draft]:
    group = mapping.columns.group
    if group is None:
        for row in reading.rows:
            yield from _product(reading, mapping, [row])
    else:
        # A row without a group is a product by itself.
        by_group = partial(_key, columns=(group, mapping.columns.id))
        for rows in reading.scratch.grouped(reading.rows, by_group):
            yield from _product(reading, mapping, rows)


def _key(row: Row, columns: tuple[str, ...]) -> str:
    filled = ((column, str(row.values.get(column) or "")) for column in columns)
    return next((f"{column}={cell}" for column, cell in filled if cell), f"line={row.line}")


def _product(reading: Reading, mapping: Mapping, rows: list[Row]) -> Iterator[Draft]:
    """The product of one group; a bad row costs one variant, the others go in."""
    currency = reading.currency or mapping.currency or reading.shop_currency
    variants: list[tuple[Row, Variant]] = []
    for row in rows:
        try:
            variants.append((row, _variant(row, mapping, currency)))
        except BadValue as error:
            reading.problems.report(row.line, error.field, error.reason)
    lead = variants[0][0] if variants else rows[0]
    product_id, product = None, None
    try:
        product_id = _product_id(lead, mapping)
        if variants:
            product = _with_variants(lead, mapping, product_id, tuple(variant for _, variant in variants))
    except BadValue as error:
        if variants:  # else its rows have been reported already
            reading.problems.report(lead.line, error.field, error.reason)
    if product_id is not None:
        yield Draft(lead.line, product_id, product)


def _product_id(row: Row, mapping: Mapping) -> str:
    group = mapping.columns.group
    return (fields.text(row.values, group) if group else None) or fields.required(
        row.values, mapping.columns.id
    )


def _variant(row: Row, mapping: Mapping, currency: str | None) -> Variant:
    columns, cells = mapping.columns, row.values
    key = fields.required(cells, columns.id)
    said = fields.status(cells, columns.status) if columns.status else None
    counted = fields.stock(cells, columns.stock) if columns.stock else None
    price, before = _prices(cells, mapping, currency)
    options = {name: fields.text(cells, column) for name, column in mapping.options.items()}
    return Variant(
        id=key,
        sku=(fields.text(cells, columns.sku) if columns.sku else None) or key,
        price=price,
        availability=fields.availability(said, counted),
        list_price=before,
        options={name: value for name, value in options.items() if value is not None},
        barcodes=fields.texts(cells, columns.barcodes, mapping.list_separator) if columns.barcodes else (),
    )


def _prices(cells: Cells, mapping: Mapping, currency: str | None) -> tuple[Money, Money | None]:
    """What it costs, and what it did before."""
    columns = mapping.columns
    named = fields.text(cells, columns.currency) if columns.currency else None
    currency = named.upper() if named else currency

    def read(column: str | None) -> Money | None:
        return fields.price(cells, column, currency, mapping.price_unit, mapping.decimals) if column else None

    price, sale, before = read(columns.price), read(columns.sale_price), read(columns.list_price)
    if price is None:
        raise BadValue(columns.price, "is missing")
    if sale is not None and sale.currency == price.currency and 0 < sale.amount < price.amount:
        return sale, before or price
    return price, before


def _with_variants(row: Row, mapping: Mapping, key: str, variants: tuple[Variant, ...]) -> Product:
    columns, cells = mapping.columns, row.values

    def cell(column: str | None) -> str | None:
        return fields.text(cells, column) if column else None

    title = fields.required(cells, columns.title)
    return Product(
        id=key,
        handle=cell(columns.handle) or slug(f"{title} {key}") or key,
        title=title,
        description=cell(columns.description) or "",
        categories=_categories(row, mapping),
        variants=variants,
        url=cell(columns.url),
        media=_media(row, mapping, title),
        options=tuple(name for name in mapping.options if any(name in each.options for each in variants)),
        rating=_rating(row, mapping),
        tags=fields.texts(cells, columns.tags, mapping.list_separator) if columns.tags else (),
        brand=cell(columns.brand),
        attributes=_attributes(row, mapping),
    )


def _categories(row: Row, mapping: Mapping) -> tuple[str, ...]:
    rules = mapping.categories
    cells = (fields.text(row.values, column) for column in rules.columns)
    parts = (fields.path(cell, rules.separator) for cell in cells if cell)
    joined = " > ".join(part for part in parts if part)
    if not any(letter.isalpha() for letter in joined):
        return ()  # a bare number is no shelf
    return (_title_case(joined) if rules.case == "title" else joined,)


def _title_case(words: str) -> str:
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda word: word[0].capitalize(), words)


def _media(row: Row, mapping: Mapping, alt: str) -> tuple[Media, ...]:
    cells = (fields.text(row.values, column) for column in mapping.images.columns)
    whole = re.compile(r"[a-z]+://", re.IGNORECASE)
    urls = (cell if whole.match(cell) else mapping.images.prefix + cell for cell in cells if cell)
    return tuple(Media(url, alt) for url in dict.fromkeys(urls))


def _rating(row: Row, mapping: Mapping) -> Rating | None:
    columns = mapping.columns
    words = fields.text(row.values, columns.rating) if columns.rating else None
    if words is None:
        return None
    if not re.fullmatch(r"[0-9](\.[0-9]{1,10})?", words):
        raise BadValue(columns.rating or "", f"is no rating from 1 to 5: {words[:40]!a}")
    count = fields.stock(row.values, columns.rating_count) if columns.rating_count else None
    return Rating(float(words), count or 0)


def _attributes(row: Row, mapping: Mapping) -> dict[str, str]:
    rules = mapping.attributes
    found = {name: fields.text(row.values, column) for name, column in rules.columns.items()}
    for column in row.values:
        name = _attribute_name(column, rules.prefixes)
        if name is not None and column not in rules.skip:
            found.setdefault(rules.names.get(name, name), fields.text(row.values, column))
    return {
        name: rules.values.get(name, {}).get(value, value) for name, value in found.items() if name and value
    }


@lru_cache(maxsize=10_000)
def _attribute_name(column: str, prefixes: tuple[str, ...]) -> str | None:
    """`attr_t_contrast_ratio__typical_` is `contrast_ratio_typical`; None for a column without prefix."""
    prefix = next((prefix for prefix in prefixes if column.startswith(prefix)), None)
    if prefix is None:
        return None
    return re.sub(r"\W+|_+", "_", column.removeprefix(prefix).lower()).strip("_")
