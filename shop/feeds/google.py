"""Google Merchant's product data, as delimited text or as XML (RSS and Atom).

Rows with one `item_group_id` are variants of one product, whose id that is. Colour, size and the like are
options where a group has several variants, else attributes. A sale price is the price where it has no
dates; with dates it is left aside, since nothing looks again when they pass. A category of Google's own is
kept as an attribute by its path; it is the shop's shelf only where the shop names none.

Reference: https://support.google.com/merchants/answer/7052112
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import takewhile

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.plain_text import slug
from shop.feeds.reading import Draft, Reading
from shop.feeds.row import Row
from shop.feeds.taxonomy import GOOGLE_CATEGORY
from shop.money import Money
from shop.serialise import Json
from shop.values import Media, Product, Rating, Variant

#: Columns that tell the variants of a group apart, and what a shopper calls them.
_OPTIONS = {"color": "Colour", "size": "Size", "material": "Material", "pattern": "Pattern"}
_FACTS = ("gender", "age_group", "condition", "size_type", "size_system", "energy_efficiency_class")
#: Other names of the same: of Atom, of RSS, and of Google's own.
_SAME = {"summary": "description", "content": "description", "sell_on_google_quantity": "quantity"}
#: A shared beginning of the variants' titles is the product's if it is no shorter than this share of one.
SHARED_TITLE = 0.4

Cells = Mapping[str, Json]


def is_google(columns: Collection[str]) -> bool:
    names = {_name(column) for column in columns}
    return {"id", "title", "price", "availability"} <= names and bool(names & {"link", "image_link", "gtin"})


def read(reading: Reading) -> Iterator[Draft]:
    return read_renamed(reading, lambda cells: {_name(key): cell for key, cell in cells.items()})


def read_renamed(reading: Reading, rename: Callable[[Cells], Cells]) -> Iterator[Draft]:
    """Reads rows that have Google's columns once `rename` has been over them."""
    rows = (Row(row.line, rename(row.values)) for row in reading.rows)
    for group in reading.scratch.grouped(rows, _group):
        yield from _product(reading, group)


def _name(column: str) -> str:
    """`g:image link` and `image_link` are one column."""
    name = column.strip().lower().removeprefix("g:").replace(" ", "_")
    return _SAME.get(name, name)


def _group(row: Row) -> str:
    keys = (str(row.values.get(column) or "").strip() for column in ("item_group_id", "id"))
    return next(filter(None, keys), f"line {row.line}")


def _product(reading: Reading, rows: list[Row]) -> Iterator[Draft]:
    currency = reading.currency or reading.shop_currency
    columns = _option_columns(rows)
    good: list[tuple[Row, str, Variant]] = []
    for row in rows:
        try:
            title = fields.required(row.values, "title")
            good.append((row, title, _variant(row.values, _options(row.values, columns), currency)))
        except BadValue as error:
            reading.problems.report(row.line, error.field, error.reason)
    lead = good[0][0] if good else rows[0]
    product_id, product = None, None
    try:
        product_id = fields.text(lead.values, "item_group_id") or fields.required(lead.values, "id")
        if good:
            title = fields.text(lead.values, "item_group_title") or _shared_title(
                [title for _, title, _ in good]
            )
            variants = tuple(variant for _, _, variant in good)
            product = _with_variants(reading, lead.values, product_id, title, variants)
    except BadValue as error:
        if good:  # else its rows have been reported already
            reading.problems.report(lead.line, error.field, error.reason)
    if product_id is not None:
        yield Draft(lead.line, product_id, product)


def _option_columns(rows: list[Row]) -> tuple[str, ...]:
    if len(rows) == 1:
        return ()
    return tuple(column for column in _OPTIONS if any(row.values.get(column) for row in rows))


def _options(cells: Cells, columns: tuple[str, ...]) -> dict[str, str]:
    """What tells this variant from the others: as the row says it, else by the columns that may."""
    said = cells.get("variant_options")
    if isinstance(said, dict):
        return {name.strip().capitalize(): fields.required(said, name) for name in said if said[name]}
    values = {_OPTIONS[column]: fields.text(cells, column) for column in columns}
    return {name: value for name, value in values.items() if value}


def _shared_title(titles: list[str]) -> str:
    """What the variants' titles begin with, word for word; the first title where that is too little."""
    if len(set(titles)) == 1:
        return titles[0]
    words = zip(*(title.split() for title in titles), strict=False)
    shared = " ".join(same[0] for same in takewhile(lambda same: len(set(same)) == 1, words))
    shared = shared.rstrip(" -–—,/|(:")
    return shared if len(shared) >= SHARED_TITLE * len(titles[0]) else titles[0]


def _variant(cells: Cells, options: dict[str, str], currency: str | None) -> Variant:
    key = fields.required(cells, "id")
    price, list_price = _prices(cells, currency)
    return Variant(
        id=key,
        sku=fields.text(cells, "mpn") or key,
        price=price,
        availability=fields.availability(
            fields.status(cells, "availability"), fields.stock(cells, "quantity")
        ),
        list_price=list_price,
        options=options,
        barcodes=fields.texts(cells, "gtin"),
    )


def _prices(cells: Cells, currency: str | None) -> tuple[Money, Money | None]:
    price = fields.required_price(cells, "price", currency)
    sale = fields.price(cells, "sale_price", currency)
    if sale is None or fields.text(cells, "sale_price_effective_date"):
        return price, None
    return sale, price


def _with_variants(
    reading: Reading, cells: Cells, key: str, title: str, variants: tuple[Variant, ...]
) -> Product:
    pictures = (fields.text(cells, "image_link"), *fields.texts(cells, "additional_image_link", ","))
    options = tuple(dict.fromkeys(name for variant in variants for name in variant.options))
    return Product(
        id=key,
        handle=slug(f"{title} {key}") or key,
        title=title,
        description=fields.text(cells, "description") or "",
        categories=_categories(reading, cells),
        variants=variants,
        url=fields.text(cells, "link"),
        media=tuple(Media(url, title) for url in dict.fromkeys(pictures) if url),
        options=options,
        rating=_rating(cells),
        brand=fields.text(cells, "brand"),
        attributes=_attributes(reading, cells, options),
    )


def _attributes(reading: Reading, cells: Cells, options: tuple[str, ...]) -> dict[str, str]:
    facts = (*_FACTS, *(column for column, name in _OPTIONS.items() if name not in options))
    found = {_OPTIONS.get(name, name).lower(): fields.text(cells, name) for name in facts}
    details = cells.get("product_detail")
    for detail in details if isinstance(details, list) else [details]:
        if isinstance(detail, dict) and (name := fields.text(detail, "attribute_name")):
            found.setdefault(slug(name).replace("-", "_"), fields.text(detail, "attribute_value"))
    found[GOOGLE_CATEGORY] = _google_path(reading, cells)
    return {name: value for name, value in found.items() if name and value}


def _google_path(reading: Reading, cells: Cells) -> str | None:
    """Google's category as a path: as it is written, else by its number or the shop's own shelf."""
    words = fields.text(cells, "google_product_category") or ""
    if words and not words.isdigit():
        return fields.path(words)
    if reading.taxonomy is None:
        return None
    return reading.taxonomy.path_of(words or fields.text(cells, "product_type") or "")


def _categories(reading: Reading, cells: Cells) -> tuple[str, ...]:
    """The shop's own shelves; Google's where the shop names none and its path is known."""
    own = cells.get("product_type")
    shelves = (
        fields.texts(cells, "product_type") if isinstance(own, list) else [fields.text(cells, "product_type")]
    )
    paths = [fields.path(words) for words in shelves if words and not words.isdigit()]
    return tuple(dict.fromkeys(paths or filter(None, [_google_path(reading, cells)])))


def _rating(cells: Cells) -> Rating | None:
    words, count = fields.text(cells, "star_rating"), fields.quantity(cells, "review_count")
    if words is None or not count or count < 0:
        return None
    if not re.fullmatch(r"[1-5](\.[0-9]{1,10})?", words):
        raise BadValue("star_rating", f"is no rating from 1 to 5: {words[:40]!a}")
    return Rating(float(words), count)
