"""Products as schema.org describes them in JSON-LD: in files, or in the pages of a shop that were saved.

`Product` with its `offers`, or `ProductGroup` with `hasVariant`. A variant that names its group
(`isVariantOf`, `inProductGroupWithID`) comes to it from wherever it stands. What else a page describes
(breadcrumbs, the shop, its reviews) is passed over.

Reference: https://schema.org/Product, https://developers.google.com/search/docs/appearance/structured-data/product
"""

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.plain_text import slug
from shop.feeds.reading import Draft, Reading
from shop.feeds.row import Row
from shop.money import Money
from shop.serialise import Json
from shop.values import Availability, AvailabilityStatus, Media, Product, Rating, Variant

Node = dict[str, Json]

GROUP = "ProductGroup"
_PRODUCTS = frozenset(("Product", "IndividualProduct", "ProductModel", "Vehicle", "Car", GROUP))
_OPTIONS = {"color": "Colour", "size": "Size", "material": "Material", "pattern": "Pattern"}
_BARCODES = ("gtin", "gtin14", "gtin13", "gtin12", "gtin8", "isbn")
_STATUSES: Mapping[str, AvailabilityStatus] = {
    "instock": "in_stock",
    "instoreonly": "in_stock",
    "onlineonly": "in_stock",
    "limitedavailability": "in_stock",
    "outofstock": "out_of_stock",
    "soldout": "out_of_stock",
    "reserved": "out_of_stock",
    "preorder": "preorder",
    "presale": "preorder",
    "backorder": "backorder",
    "madetoorder": "backorder",
    "discontinued": "discontinued",
}
#: How deep a page's description is looked into.
DEEPEST = 12


def is_linked(columns: Collection[str]) -> bool:
    return bool({"@type", "@graph", "@context"} & set(columns))


def read(reading: Reading) -> Iterator[Draft]:
    rows = (Row(row.line, node) for row in reading.rows for node in _products(dict(row.values)))
    for group in reading.scratch.grouped(rows, _group):
        yield from _product(reading, group)


def _products(node: Json, depth: int = 0) -> Iterator[Node]:
    """The products described by a node and below it; a variant inside a product is part of that one."""
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        for each in node:
            yield from _products(each, depth + 1)
    elif isinstance(node, dict):
        if _types(node) & _PRODUCTS:
            yield node
            return
        for name in ("@graph", "itemListElement", "item", "mainEntity", "mainEntityOfPage"):
            yield from _products(node.get(name), depth + 1)


def _types(node: Node) -> set[str]:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return {re.split(r"[/#:]", name)[-1] for name in names if isinstance(name, str)}


def _group(row: Row) -> str:
    return _group_id(dict(row.values)) or _own_id(dict(row.values)) or f"line {row.line}"


def _group_id(node: Node) -> str | None:
    """The id of the group that a product is, or is a variant of."""
    if GROUP in _types(node):
        return _word(node, "productGroupID") or _own_id(node)
    parent = _first(node.get("isVariantOf"))
    named = _word(parent, "productGroupID", "@id", "sku", "name") if isinstance(parent, dict) else None
    return _word(node, "inProductGroupWithID") or named


def _own_id(node: Node) -> str | None:
    """What the page calls the product; its address where it has no number."""
    named = _word(node, "sku", "productID", *_BARCODES, "mpn")
    address = named or _word(node, "@id", "url") or _word(_first_dict(node.get("offers")), "url")
    if named is None and address is not None:
        return slug(urlsplit(address).path + " " + urlsplit(address).query)[-120:] or None
    return named or slug(_word(node, "name") or "") or None


def _product(reading: Reading, rows: list[Row]) -> Iterator[Draft]:
    """One product from all that is said of it; a bad variant costs itself."""
    lead = next((row for row in rows if GROUP in _types(dict(row.values))), rows[0])
    currency = reading.currency or reading.shop_currency
    variants: dict[str, Variant] = {}
    nodes = [(row.line, node) for row in rows for node in _variant_nodes(dict(row.values))]
    key: str | None = None
    product: Product | None = None
    for line, node in nodes:
        try:
            variant = _variant(node, currency, alone=len(nodes) == 1)
        except BadValue as error:
            reading.problems.report(line, error.field, error.reason)
            continue
        if variants.setdefault(variant.id, variant) != variant:
            reading.problems.report(line, "sku", f"{variant.id!a} is described twice, differently")
    if not nodes:
        reading.problems.report(lead.line, "hasVariant", "is empty: a product needs an offer with a price")
    try:
        key = _id(lead)
        if variants:
            product = _with_variants(dict(lead.values), key, tuple(variants.values()))
    except BadValue as error:
        reading.problems.report(lead.line, error.field, error.reason)
    if key is not None:
        yield Draft(lead.line, key, product)


def _id(row: Row) -> str:
    key = _group_id(dict(row.values)) or _own_id(dict(row.values))
    if key is None:
        raise BadValue("sku", "is missing")
    return fields.required({"sku": key}, "sku")


def _variant_nodes(node: Node) -> list[Node]:
    """What can be bought: the variants of a group, or the product with each of its offers."""
    inside = node.get("hasVariant")
    variants: list[Node] = [
        each for each in (inside if isinstance(inside, list) else [inside]) if isinstance(each, dict)
    ]
    if variants:
        # A variant says only what is its own; the rest is the group's.
        shared: Node = {name: node[name] for name in ("name", "offers", "url") if name in node}
        return [{**shared, **variant} for variant in variants]
    if GROUP in _types(node) and "offers" not in node:
        return []
    offers = _offers(node)
    own = [offer for offer in offers if _word(offer, "sku", "mpn", *_BARCODES)]
    if len(own) > 1:
        return [{**node, "offers": offer, "sku": _word(offer, "sku", "mpn", *_BARCODES)} for offer in own]
    return [node]


def _offers(node: Node) -> list[Node]:
    listed = node.get("offers")
    offers: list[Node] = [
        each for each in (listed if isinstance(listed, list) else [listed]) if isinstance(each, dict)
    ]
    inner = [offer.get("offers") for offer in offers if "AggregateOffer" in _types(offer)]
    nested = [
        each for listed in inner if isinstance(listed, list) for each in listed if isinstance(each, dict)
    ]
    return nested or offers


def _variant(node: Node, currency: str | None, *, alone: bool) -> Variant:
    key = _own_id(node)
    if key is None:
        raise BadValue("sku", "is missing")
    offers = _offers(node)
    if not offers:
        raise BadValue("offers", "is missing: a product needs a price")
    price, list_price = _prices(offers[0], currency)
    options = {} if alone else {_OPTIONS[name]: _word(node, name) for name in _OPTIONS}
    return Variant(
        id=fields.required({"sku": key}, "sku"),
        sku=_word(node, "sku", "mpn") or key,
        price=price,
        availability=_availability(offers[0]),
        list_price=list_price,
        options={name: value for name, value in options.items() if value},
        barcodes=tuple(dict.fromkeys(filter(None, (_word(node, name) for name in _BARCODES)))),
    )


def _prices(offer: Node, currency: str | None) -> tuple[Money, Money | None]:
    """The offer's price, and the higher one that it is crossed out beside."""
    listed = offer.get("priceSpecification")
    specified = [
        each for each in (listed if isinstance(listed, list) else [listed]) if isinstance(each, dict)
    ]
    crossed = [each for each in specified if re.search("list|strike", _word(each, "priceType") or "", re.I)]
    plain = [each for each in specified if each not in crossed]
    for source in (offer, *plain):
        for column in ("price", "lowPrice"):
            if source.get(column) not in (None, ""):
                code = _word(source, "priceCurrency") or _word(offer, "priceCurrency") or currency
                before = fields.price(crossed[0], "price", code) if crossed else None
                return fields.required_price(source, column, code), before
    raise BadValue("offers.price", "is missing")


def _availability(offer: Node) -> Availability:
    words = _word(offer, "availability")
    counted = _first(offer.get("inventoryLevel"))
    level = fields.stock(counted, "value") if isinstance(counted, dict) else None
    if words is None:
        return fields.availability(None, level)
    status = _STATUSES.get(re.split(r"[/#:]", words)[-1].lower().replace("_", "").replace(" ", ""))
    if status is None:
        raise BadValue("offers.availability", f"is {words[:60]!a}, which schema.org does not have")
    return fields.availability(status, level)


def _with_variants(node: Node, key: str, variants: tuple[Variant, ...]) -> Product:
    parent = _first(node.get("isVariantOf"))
    title = (_word(parent, "name") if isinstance(parent, dict) else None) or fields.required(node, "name")
    options = tuple(dict.fromkeys(name for variant in variants for name in variant.options))
    return Product(
        id=key,
        handle=slug(f"{title} {key}") or key,
        title=title,
        description=_word(node, "description") or "",
        categories=_categories(node),
        variants=variants,
        url=_word(node, "url") or _word(_first_dict(node.get("offers")), "url"),
        media=_media(node, title),
        options=options,
        rating=_rating(node),
        brand=_word(node, "brand", "manufacturer"),
        attributes=_attributes(node, options),
    )


def _categories(node: Node) -> tuple[str, ...]:
    listed = node.get("category")
    words = [_said(each) for each in (listed if isinstance(listed, list) else [listed])]
    paths = [fields.path(re.sub(r"\s[/»›]\s", " > ", each)) for each in words if each]
    # An address or a number is no shelf.
    return tuple(dict.fromkeys(path for path in paths if re.search(r"[^\W\d]", path) and "://" not in path))


def _media(node: Node, title: str) -> tuple[Media, ...]:
    listed = node.get("image")
    pictures = [
        _said(each, "contentUrl", "url", "@id") for each in (listed if isinstance(listed, list) else [listed])
    ]
    return tuple(Media(url, title) for url in dict.fromkeys(pictures) if url)


def _rating(node: Node) -> Rating | None:
    """The mean of the ratings, on a scale to five."""
    said = _first(node.get("aggregateRating"))
    if not isinstance(said, dict):
        return None
    value, best = _word(said, "ratingValue") or "", _word(said, "bestRating") or "5"
    count = fields.quantity(said, "ratingCount") or fields.quantity(said, "reviewCount") or 0
    if count < 1 or not all(re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,10})?", each) for each in (value, best)):
        return None
    scale = float(best.replace(",", "."))
    mean = float(value.replace(",", ".")) / scale * 5 if scale else 0.0
    return Rating(round(mean, 2), count) if 1 <= mean <= 5 else None


def _attributes(node: Node, options: tuple[str, ...]) -> dict[str, str]:
    facts = [column for column, name in _OPTIONS.items() if name not in options]
    found = {_OPTIONS[column].lower(): _word(node, column) for column in facts}
    for name in ("width", "height", "depth", "weight"):
        found[name] = _measured(node.get(name))
    listed = node.get("additionalProperty")
    for each in listed if isinstance(listed, list) else [listed]:
        if isinstance(each, dict) and (called := _word(each, "name")):
            found.setdefault(slug(called).replace("-", "_"), _measured(each))
    return {name: value for name, value in found.items() if name and value}


def _measured(value: Json) -> str | None:
    """`{"value": 1.2, "unitText": "kg"}` as `1.2 kg`."""
    if not isinstance(value, dict):
        return _said(value)
    amount, unit = _word(value, "value"), _word(value, "unitText", "unitCode")
    return f"{amount} {unit}" if amount and unit else amount


def _word(node: Json, *names: str) -> str | None:
    """What the first of the properties that is there says."""
    if not isinstance(node, dict):
        return None
    return next(filter(None, (_said(node.get(name), property_=name) for name in names)), None)


def _said(value: Json, *names: str, property_: str = "") -> str | None:
    """A text or a number; of a list the first, of a node its name or the properties named."""
    value = _first(value)
    if isinstance(value, dict):
        inner = names or ("name", "value")
        return next(filter(None, (_said(value.get(name), property_=name) for name in inner)), None)
    return fields.text({property_: value}, property_)


def _first(value: Json) -> Json:
    while isinstance(value, list):
        value = value[0] if value else None
    return value


def _first_dict(value: Json) -> Node:
    first = _first(value)
    return first if isinstance(first, dict) else {}
