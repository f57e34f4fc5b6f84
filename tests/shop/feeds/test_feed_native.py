"""Pairwell's own feed: every field to its type, nothing lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shop.feeds import RowError, import_feed
from shop.serialise import to_json
from shop.values import Availability, Media, Product, Rating, Variant
from storage import Database

WriteRows = Callable[..., Path]
Records = Callable[[], dict[str, Product]]
MakeProduct = Callable[..., Product]
MakeVariant = Callable[..., Variant]


def mug(**fields: Any) -> dict[str, Any]:
    variant = {
        "id": "mug-red",
        "sku": "MUG",
        "price": {"amount": 900, "currency": "USD"},
        "availability": {"status": "in_stock", "quantity": 3},
    }
    return {
        "id": "mug",
        "handle": "mug",
        "title": "Mug",
        "description": "Holds tea.",
        "categories": ["Kitchen > Mugs"],
        "variants": [variant],
        **fields,
    }


def mug_with(**fields: Any) -> dict[str, Any]:
    return mug(variants=[{**mug()["variants"][0], **fields}])


def test_a_product_comes_in_as_it_was_written(
    database: Database, write_jsonl: WriteRows, records: Records, product: MakeProduct, variant: MakeVariant
) -> None:
    written = product(
        "kettle",
        variant("kettle-red", 4999, quantity=3, list_price=5999, Colour="red"),
        variant("kettle-blue", 4999, status="backorder", Colour="blue"),
        categories=("Kitchen > Kettles",),
        media=(Media("/media/kettle.svg", "A kettle"),),
        options=("Colour",),
        rating=Rating(4.5, 12),
        attributes={"volume": "1 l"},
        provides={"plug": "Type F", "watts": 1200},
        requires={"socket": ("Type F", "Type E")},
    )

    report = import_feed(database, write_jsonl("products.jsonl", [json.dumps(to_json(written))]))

    assert (report.added, report.errors) == (1, ())
    assert records() == {"kettle": written}


def test_html_in_a_description_becomes_text_and_in_a_title_stays_as_written(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    row = mug(title="<b>Mug</b>", description="<p>Holds <i>tea</i>.</p>")

    import_feed(database, write_jsonl("products.jsonl", [row]))

    assert (records()["mug"].title, records()["mug"].description) == ("<b>Mug</b>", "Holds tea.")


def test_a_list_price_that_is_not_above_the_price_says_nothing(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    row = mug_with(list_price={"amount": 900, "currency": "USD"})

    import_feed(database, write_jsonl("products.jsonl", [row]))

    assert records()["mug"].variants[0].list_price is None


def test_in_stock_with_none_left_is_sold_out(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    row = mug_with(availability={"status": "in_stock", "quantity": 0})

    import_feed(database, write_jsonl("products.jsonl", [row]))

    assert records()["mug"].variants[0].availability == Availability("out_of_stock", 0)


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("{not json", "", "is no JSON"),
        ("[" * 100_000, "", "is no JSON"),
        ("[1, 2]", "", "is no object"),
        ('{"id": NaN}', "", "NaN is no number"),
        (mug(colour="red"), "", "unknown field 'colour'"),
        (mug(title=""), "title", "is missing"),
        (mug(title="x" * 1_001), "title", "longer than 1000"),
        (mug(id="x" * 129), "id", "longer than 128"),
        (mug(variants=[]), "variants", "needs at least one"),
        (mug(rating={"value": 6, "count": 1}), "rating.value", "not 1 to 5"),
        (mug(rating={"value": 5, "count": -1}), "rating.count", "not a number of ratings"),
        (mug(description="a\ud800"), "description", "not UTF-8"),
        (mug_with(price={"amount": 0, "currency": "USD"}), "variants[0].price", "above zero"),
        (mug_with(price={"amount": -5, "currency": "USD"}), "variants[0].price", "above zero"),
        (mug_with(price={"amount": 10**12, "currency": "USD"}), "variants[0].price", "absurd"),
        (mug_with(price={"amount": 900}), "variants[0].price.currency", "is missing"),
        (mug_with(price={"amount": 900, "currency": "usd"}), "variants[0].price", "is in 'usd', the shop"),
        (mug_with(price={"amount": 900, "currency": "EUR"}), "variants[0].price", "the shop sells in USD"),
        (
            mug_with(availability={"status": "in_stock", "quantity": -1}),
            "variants[0].availability.quantity",
            "not a number in stock",
        ),
        (mug_with(availability={"status": "soon"}), "variants[0].availability.status", "must be one of"),
    ],
)
def test_a_bad_row_is_told_with_line_field_and_reason_while_the_rest_goes_in(
    database: Database, write_jsonl: WriteRows, records: Records, row: object, field: str, reason: str
) -> None:
    first, last = (
        mug(id="first", variants=[{**mug()["variants"][0], "id": "f"}]),
        mug(id="last", variants=[{**mug()["variants"][0], "id": "l"}]),
    )

    report = import_feed(database, write_jsonl("products.jsonl", [first, "", row, last]))

    assert set(records()) == {"first", "last"}
    (error,) = report.errors
    assert isinstance(error, RowError)
    assert (error.line, error.field) == (3, field)
    assert reason in error.reason


def test_an_unknown_currency_is_told_even_in_the_first_row(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    odd = mug_with(id="odd", price={"amount": 900, "currency": "XQQ"})

    report = import_feed(database, write_jsonl("products.jsonl", [{**odd, "id": "odd"}, mug()]))

    assert [error.reason for error in report.errors] == ["is no currency: 'XQQ'; write it like USD"]
    assert set(records()) == {"mug"}
