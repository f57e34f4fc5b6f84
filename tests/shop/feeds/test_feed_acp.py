"""The product feed of the Agentic Commerce Protocol, with today's field names and those of before."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shop.feeds import import_feed
from shop.money import Money
from shop.values import Availability, Product, Rating
from storage import Database

WriteRows = Callable[..., Path]
Records = Callable[[], dict[str, Product]]

TODAY: dict[str, Any] = {
    "is_eligible_search": True,
    "is_eligible_checkout": False,
    "item_id": "S10",
    "title": "Trail shoe - 10",
    "description": "Grips.",
    "url": "https://shop.example/shoe?size=10",
    "brand": "Pace",
    "image_url": "https://shop.example/1.jpg",
    "additional_image_urls": ["https://shop.example/2.jpg"],
    "price": "79.99 USD",
    "sale_price": "59.99 USD",
    "availability": "in_stock",
    "group_id": "S",
    "listing_has_variations": True,
    "variant_dict": {"size": "10", "width": "wide"},
    "product_category": "Sport > Shoes",
    "inventory_quantity": 7,
    "star_rating": "4.5",
    "review_count": 12,
}
BEFORE: dict[str, Any] = {
    "enable_search": "true",
    "enable_checkout": "false",
    "id": "S10",
    "title": "Trail shoe - 10",
    "description": "Grips.",
    "link": "https://shop.example/shoe?size=10",
    "brand": "Pace",
    "image_link": "https://shop.example/1.jpg",
    "additional_image_link": "https://shop.example/2.jpg",
    "price": "79.99 USD",
    "sale_price": "59.99 USD",
    "availability": "in_stock",
    "item_group_id": "S",
    "size": "10",
    "custom_variant1_category": "Width",
    "custom_variant1_option": "wide",
    "product_category": "Sport > Shoes",
    "inventory_quantity": "7",
    "product_review_rating": 4.5,
    "product_review_count": "12",
}


@pytest.mark.parametrize("row", [TODAY, BEFORE], ids=["today", "before"])
def test_old_and_new_names_say_the_same(
    database: Database, write_jsonl: WriteRows, records: Records, row: dict[str, Any]
) -> None:
    report = import_feed(database, write_jsonl("feed.jsonl", [row]))

    assert report.errors == ()
    shoe = records()["S"]
    (variant,) = shoe.variants
    assert (variant.id, variant.price, variant.list_price) == ("S10", Money(5999, "USD"), Money(7999, "USD"))
    assert variant.options == {"Size": "10", "Width": "wide"}
    assert variant.availability == Availability("in_stock", 7)
    assert (shoe.brand, shoe.categories, shoe.rating) == ("Pace", ("Sport > Shoes",), Rating(4.5, 12))
    assert [media.url[-5:] for media in shoe.media] == ["1.jpg", "2.jpg"]


def test_rows_of_a_group_are_variants(database: Database, write_jsonl: WriteRows, records: Records) -> None:
    nine = {**TODAY, "item_id": "S9", "title": "Trail shoe - 9", "variant_dict": {"size": "9"}}

    import_feed(database, write_jsonl("feed.jsonl", [TODAY, nine]))

    shoe = records()["S"]
    assert (shoe.title, shoe.options, len(shoe.variants)) == ("Trail shoe", ("Size", "Width"), 2)


@pytest.mark.parametrize(
    ("price", "amount"),
    [({"amount": "19.99", "currency": "USD"}, 1999), ({"amount": 20, "currency": "USD"}, 2000)],
)
def test_a_price_may_be_an_object(
    database: Database, write_jsonl: WriteRows, records: Records, price: object, amount: int
) -> None:
    import_feed(database, write_jsonl("feed.jsonl", [{**TODAY, "price": price, "sale_price": None}]))

    assert records()["S"].variants[0].price == Money(amount, "USD")


@pytest.mark.parametrize(("said", "status"), [("pre_order", "preorder"), ("backorder", "backorder")])
def test_availability_is_read_as_the_protocol_spells_it(
    database: Database, write_jsonl: WriteRows, records: Records, said: str, status: str
) -> None:
    import_feed(
        database,
        write_jsonl("feed.jsonl", [{**TODAY, "availability": said, "inventory_quantity": None}]),
    )

    assert records()["S"].variants[0].availability.status == status


def test_the_same_feed_as_a_table(database: Database, write_csv: WriteRows, records: Records) -> None:
    cells = {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in TODAY.items()
    }
    cells["variant_dict"] = '{"size": "10"}'
    cells["additional_image_urls"] = "https://shop.example/2.jpg"

    import_feed(database, write_csv("feed.csv", [cells]))

    assert records()["S"].variants[0].options == {"Size": "10"}


def test_what_another_assistant_may_show_is_sold_here_all_the_same(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("feed.jsonl", [{**TODAY, "is_eligible_search": False}]))

    assert set(records()) == {"S"}
