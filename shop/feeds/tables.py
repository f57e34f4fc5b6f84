"""Orders and reviews as tables, by the names that shops export them under.

`orders.csv` has one row for each thing ordered; rows with one order number are one order. A product is
named by `product_id` and `variant_id`, or by its SKU, which the catalogue must know. A moment without a
zone is taken as UTC. What comes out are rows as the JSON-lines files have them.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from shop.deserialise import BadValue
from shop.feeds import fields
from shop.feeds.record_checks import Known
from shop.feeds.report import Problems, Progress
from shop.feeds.row import Row
from shop.feeds.scratch import Scratch
from shop.feeds.source import read_rows
from shop.money import Money
from shop.serialise import Json, to_json

Cells = Mapping[str, Json]

#: Our name of each column, then the headers of others.
_ORDERS = {
    "id": ("id", "order_id", "order_number", "order", "name", "invoice", "invoiceno"),
    "customer_id": ("customer_id", "customerid", "customer", "email"),
    "placed_at": ("placed_at", "created_at", "order_date", "date", "invoicedate"),
    "status": ("status", "fulfillment_status", "financial_status"),
    "product_id": ("product_id",),
    "variant_id": ("variant_id",),
    "sku": ("sku", "lineitem_sku", "stockcode"),
    "title": ("title", "lineitem_name", "product_name", "description"),
    "quantity": ("quantity", "lineitem_quantity"),
    "price": ("price", "unit_price", "unitprice", "lineitem_price"),
    "currency": ("currency",),
    "total": ("total", "order_total"),
    "tracking": ("tracking", "tracking_number"),
}
_REVIEWS = {
    "id": ("id", "review_id"),
    "product_id": ("product_id", "product"),
    "sku": ("sku", "product_sku"),
    "rating": ("rating", "score", "stars"),
    "text": ("text", "body", "review", "content", "comment"),
    "at": ("at", "date", "created_at", "review_date"),
    "customer_id": ("customer_id", "reviewer_id"),
    "verified": ("verified", "verified_purchase"),
}
#: How shops call the states of an order, beside our own words.
_STATES = {
    "fulfilled": "shipped",
    "unfulfilled": "paid",
    "partial": "shipped",
    "processing": "paid",
    "completed": "delivered",
    "complete": "delivered",
    "refunded": "returned",
    "partially_refunded": "returned",
    "canceled": "cancelled",
    "voided": "cancelled",
    "authorized": "pending",
    "open": "pending",
}
_YES = frozenset(("true", "yes", "1", "y"))


def review_rows(path: Path, problems: Problems, progress: Progress | None, shop: Known) -> Iterator[Row]:
    for row in read_rows(path, problems, progress):
        cells = _named(row.values, _REVIEWS)
        try:
            yield Row(row.line, _review(cells, shop))
        except BadValue as error:
            problems.report(row.line, error.field, error.reason)


def order_rows(path: Path, problems: Problems, progress: Progress | None, shop: Known) -> Iterator[Row]:
    named = (Row(row.line, _named(row.values, _ORDERS)) for row in read_rows(path, problems, progress))
    with Scratch() as scratch:
        for group in scratch.grouped(named, lambda row: str(row.values.get("id") or f"line {row.line}")):
            lead = group[0]
            try:
                yield Row(lead.line, _order(group, shop))
            except BadValue as error:
                problems.report(lead.line, error.field, error.reason)


def _named(cells: Cells, names: Mapping[str, tuple[str, ...]]) -> Cells:
    """The cells under our names; the first header that is there counts."""
    lowered = {re.sub(r"\W+", "_", name.strip().lower()): cell for name, cell in cells.items()}
    found = {
        ours: next((lowered[name] for name in theirs if lowered.get(name) not in (None, "")), None)
        for ours, theirs in names.items()
    }
    return {name: cell for name, cell in found.items() if cell is not None}


def _order(rows: list[Row], shop: Known) -> dict[str, Json]:
    lead = rows[0].values
    currency = fields.text(lead, "currency") or shop.currency()
    lines = [_line(row.values, currency, shop) for row in rows]
    total = fields.price(lead, "total", currency)
    return _filled(
        {
            "id": fields.required(lead, "id"),
            "customer_id": fields.required(lead, "customer_id"),
            "placed_at": moment(lead, "placed_at"),
            "status": _state(lead),
            "lines": [line for line, _ in lines],
            "total": to_json(total or _sum([money for _, money in lines])),
            "tracking": fields.text(lead, "tracking"),
        }
    )


def _line(cells: Cells, currency: str | None, shop: Known) -> tuple[dict[str, Json], Money]:
    """One thing ordered, and what it cost in all."""
    price = fields.required_price(cells, "price", currency)
    quantity = fields.quantity(cells, "quantity") or 1
    product_id, variant_id = _bought(cells, shop)
    line: dict[str, Json] = {
        "product_id": product_id,
        "variant_id": variant_id,
        "title": fields.text(cells, "title") or product_id,
        "quantity": quantity,
        "price": to_json(price),
    }
    return line, price * quantity


def _bought(cells: Cells, shop: Known) -> tuple[str, str]:
    product_id, variant_id = fields.text(cells, "product_id"), fields.text(cells, "variant_id")
    if product_id is not None:
        return product_id, variant_id or product_id
    sku = variant_id or fields.required(cells, "sku")
    found = shop.skus().get(sku)
    if found is None:
        raise BadValue("sku", f"no product has the SKU {sku[:40]!a}")
    return found


def _sum(amounts: list[Money]) -> Money:
    if len({money.currency for money in amounts}) > 1:
        raise BadValue("currency", "an order is in one currency")
    return Money(sum(money.amount for money in amounts), amounts[0].currency)


def _state(cells: Cells) -> str:
    words = re.sub(r"[\s-]+", "_", (fields.text(cells, "status") or "paid").lower())
    return _STATES.get(words, words)


def _review(cells: Cells, shop: Known) -> dict[str, Json]:
    product_id = fields.text(cells, "product_id")
    if product_id is None:
        product_id, _ = _bought({"sku": cells.get("sku")}, shop)
    rating = fields.required(cells, "rating")
    if not re.fullmatch(r"[0-9](\.0+)?", rating):
        raise BadValue("rating", f"is no rating from 1 to 5: {rating[:40]!a}")
    return _filled(
        {
            "id": fields.required(cells, "id"),
            "product_id": product_id,
            "rating": int(rating[0]),
            "text": fields.text(cells, "text") or "",
            "at": moment(cells, "at"),
            "customer_id": fields.text(cells, "customer_id"),
            "verified": (fields.text(cells, "verified") or "").lower() in _YES,
        }
    )


def _filled(row: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in row.items() if value is not None}


def moment(cells: Cells, column: str) -> str:
    """A moment in ISO 8601 with a zone: `2026-05-01 09:00 +0200`, `2026-05-01T07:00:00Z`, `2026-05-01`."""
    words = fields.required(cells, column)
    match = re.fullmatch(
        r"(?P<date>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?"
        r"\s*(?P<zone>Z|UTC|[+-]\d\d:?\d\d)?",
        words,
    )
    if match is None:
        raise BadValue(column, f"is no moment: {words[:40]!a}; write it like 2026-05-31 09:00 +0200")
    zone = (match["zone"] or "Z").replace("UTC", "Z")
    zone = zone if zone == "Z" or ":" in zone else f"{zone[:3]}:{zone[3:]}"
    return f"{match['date']}T{match['time'] or '00:00'}{zone}"
