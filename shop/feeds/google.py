"""Google Merchant's product data as delimited text.

Rows with one `item_group_id` are variants of one product, whose id that is. Colour, size and the like are
options where a group has several variants, else attributes. A sale price is the price where it has no
dates; with dates it is left aside, since nothing looks again when they pass.

Reference: https://support.google.com/merchants/answer/7052112
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import takewhile

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.plain_text import slug
from shop.feeds.reading import Draft, Reading
from shop.feeds.source import Row
from shop.money import Money
from shop.serialise import Json
from shop.values import Media, Product, Variant

#: Columns that tell the variants of a group apart, and what a shopper calls them.
_OPTIONS = {"color": "Colour", "size": "Size", "material": "Material", "pattern": "Pattern"}
_FACTS = ("gender", "age_group", "condition", "size_type", "size_system", "energy_efficiency_class")
#: A shared beginning of the variants' titles is the product's if it is no shorter than this share of one.
SHARED_TITLE = 0.4

Cells = Mapping[str, Json]


def is_google(columns: Collection[str]) -> bool:
    names = {_name(column) for column in columns}
    return {"id", "title", "price", "availability"} <= names and bool(names & {"link", "image_link", "gtin"})


def read(reading: Reading) -> Iterator[Draft]:
    rows = (Row(row.line, {_name(key): cell for key, cell in row.values.items()}) for row in reading.rows)
    for group in reading.scratch.grouped(rows, _group):
        yield from _product(reading, group)


def _name(column: str) -> str:
    """`g:image link` and `image_link` are one column."""
    return column.strip().lower().removeprefix("g:").replace(" ", "_")


def _group(row: Row) -> str:
    keys = (str(row.values.get(column) or "").strip() for column in ("item_group_id", "id"))
    return next(filter(None, keys), f"line {row.line}")


def _product(reading: Reading, rows: list[Row]) -> Iterator[Draft]:
    currency = reading.currency or reading.shop_currency
    options = _option_columns(rows)
    good: list[tuple[Row, str, Variant]] = []
    for row in rows:
        try:
            title = fields.required(row.values, "title")
            good.append((row, title, _variant(row.values, options, currency)))
        except BadValue as error:
            reading.problems.report(row.line, error.field, error.reason)
    lead = good[0][0] if good else rows[0]
    product_id, product = None, None
    try:
        product_id = fields.text(lead.values, "item_group_id") or fields.required(lead.values, "id")
        if good:
            title = _shared_title([title for _, title, _ in good])
            variants = tuple(variant for _, _, variant in good)
            product = _with_variants(lead.values, product_id, title, variants, options)
    except BadValue as error:
        if good:  # else its rows have been reported already
            reading.problems.report(lead.line, error.field, error.reason)
    if product_id is not None:
        yield Draft(lead.line, product_id, product)


def _option_columns(rows: list[Row]) -> tuple[str, ...]:
    if len(rows) == 1:
        return ()
    return tuple(column for column in _OPTIONS if any(row.values.get(column) for row in rows))


def _shared_title(titles: list[str]) -> str:
    """What the variants' titles begin with, word for word; the first title where that is too little."""
    if len(set(titles)) == 1:
        return titles[0]
    words = zip(*(title.split() for title in titles), strict=False)
    shared = " ".join(same[0] for same in takewhile(lambda same: len(set(same)) == 1, words))
    shared = shared.rstrip(" -–—,/|(:")
    return shared if len(shared) >= SHARED_TITLE * len(titles[0]) else titles[0]


def _variant(cells: Cells, options: tuple[str, ...], currency: str | None) -> Variant:
    key = fields.required(cells, "id")
    price, list_price = _prices(cells, currency)
    values = {_OPTIONS[column]: fields.text(cells, column) for column in options}
    return Variant(
        id=key,
        sku=fields.text(cells, "mpn") or key,
        price=price,
        availability=fields.availability(
            fields.status(cells, "availability"), fields.stock(cells, "quantity")
        ),
        list_price=list_price,
        options={name: value for name, value in values.items() if value},
        barcodes=fields.texts(cells, "gtin"),
    )


def _prices(cells: Cells, currency: str | None) -> tuple[Money, Money | None]:
    price = fields.required_price(cells, "price", currency)
    sale = fields.price(cells, "sale_price", currency)
    if sale is None or fields.text(cells, "sale_price_effective_date"):
        return price, None
    return sale, price


def _with_variants(
    cells: Cells, key: str, title: str, variants: tuple[Variant, ...], options: tuple[str, ...]
) -> Product:
    facts = (*_FACTS, *(column for column in _OPTIONS if column not in options))
    attributes = {_OPTIONS.get(name, name).lower(): fields.text(cells, name) for name in facts}
    pictures = (fields.text(cells, "image_link"), *fields.texts(cells, "additional_image_link", ","))
    return Product(
        id=key,
        handle=slug(f"{title} {key}") or key,
        title=title,
        description=fields.text(cells, "description") or "",
        categories=_categories(cells),
        variants=variants,
        url=fields.text(cells, "link"),
        media=tuple(Media(url, title) for url in dict.fromkeys(pictures) if url),
        options=tuple(_OPTIONS[column] for column in options),
        brand=fields.text(cells, "brand"),
        attributes={name: value for name, value in attributes.items() if value},
    )


def _categories(cells: Cells) -> tuple[str, ...]:
    """The shop's own shelf; Google's where the shop names none and it is a path, not a number."""
    words = fields.text(cells, "product_type") or fields.text(cells, "google_product_category") or ""
    return (fields.path(words),) if words and not words.isdigit() else ()
