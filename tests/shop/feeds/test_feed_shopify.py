"""Shopify's product CSV, as it is exported today and as it was before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shop.feeds import import_feed
from shop.money import Money
from shop.values import Availability, Media, Product
from storage import Database

WriteRows = Callable[..., Path]
Records = Callable[[], dict[str, Product]]

OLD = {
    "Handle": "linen-shirt",
    "Title": "Linen shirt",
    "Body (HTML)": "<p>Cool &amp; light.</p>",
    "Vendor": "Weft",
    "Product Category": "Apparel & Accessories > Clothing > Shirts",
    "Type": "Shirts",
    "Tags": "summer, linen",
    "Published": "TRUE",
    "Option1 Name": "Size",
    "Option1 Value": "S",
    "Option2 Name": "Colour",
    "Option2 Value": "White",
    "Variant SKU": "LS-S",
    "Variant Inventory Tracker": "shopify",
    "Variant Inventory Qty": "4",
    "Variant Inventory Policy": "deny",
    "Variant Price": "39.90",
    "Variant Compare At Price": "49.90",
    "Variant Barcode": "4006381333931",
    "Image Src": "https://cdn.example/shirt.jpg",
    "Image Alt Text": "A shirt",
    "Google Shopping / Gender": "unisex",
    "Fabric (product.metafields.custom.fabric)": "linen",
    "Variant Image": "https://cdn.example/shirt-s.jpg",
    "Status": "active",
}
#: The same columns under the names that Shopify writes now.
NOW = {
    "Handle": "URL handle",
    "Body (HTML)": "Description",
    "Product Category": "Product category",
    "Published": "Published on online store",
    "Option1 Name": "Option1 name",
    "Option1 Value": "Option1 value",
    "Option2 Name": "Option2 name",
    "Option2 Value": "Option2 value",
    "Variant SKU": "SKU",
    "Variant Inventory Tracker": "Inventory tracker",
    "Variant Inventory Qty": "Inventory quantity",
    "Variant Inventory Policy": "Continue selling when out of stock",
    "Variant Price": "Price",
    "Variant Compare At Price": "Compare-at price",
    "Variant Barcode": "Barcode",
    "Image Src": "Product image URL",
    "Image Alt Text": "Image alt text",
    "Variant Image": "Variant image URL",
}


def old(**cells: str) -> dict[str, str]:
    names = {name.lower().replace(" ", "_"): name for name in OLD}
    return OLD | {names[key]: cell for key, cell in cells.items()}


def more(**cells: str) -> dict[str, str]:
    """A further row of the same product: only the handle and what is given."""
    names = {name.lower().replace(" ", "_"): name for name in OLD}
    return (
        dict.fromkeys(OLD, "") | {"Handle": OLD["Handle"]} | {names[key]: cell for key, cell in cells.items()}
    )


def todays(row: dict[str, str]) -> dict[str, str]:
    return {NOW.get(column, column): cell for column, cell in row.items()}


ROWS = [
    old(),
    more(
        option1_value="M", option2_value="White", variant_price="39.90", variant_inventory_tracker="shopify"
    ),
    more(image_src="https://cdn.example/back.jpg", image_alt_text="Its back"),
]


def test_both_headers_give_the_same_product(
    database: Database, write_csv: WriteRows, records: Records
) -> None:
    import_feed(database, write_csv("products_export.csv", ROWS), currency="EUR")
    before = records()

    report = import_feed(database, write_csv("today.csv", [todays(row) for row in ROWS]))

    assert report.unchanged == 1
    assert records() == before


def test_a_product_has_what_its_rows_say(database: Database, write_csv: WriteRows, records: Records) -> None:
    import_feed(database, write_csv("products_export.csv", ROWS), currency="EUR")

    shirt = records()["linen-shirt"]
    assert (shirt.title, shirt.brand, shirt.description) == ("Linen shirt", "Weft", "Cool & light.")
    assert shirt.categories == ("Apparel & Accessories > Clothing > Shirts",)
    assert shirt.tags == ("summer", "linen")
    assert shirt.options == ("Size", "Colour")
    assert shirt.attributes == {"gender": "unisex", "fabric": "linen"}
    assert shirt.media == (
        Media("https://cdn.example/shirt.jpg", "A shirt"),
        Media("https://cdn.example/shirt-s.jpg", "Linen shirt"),
        Media("https://cdn.example/back.jpg", "Its back"),
    )
    small, medium = shirt.variants
    assert (small.id, small.sku, small.barcodes) == ("linen-shirt-s-white", "LS-S", ("4006381333931",))
    assert (small.price, small.list_price) == (Money(3990, "EUR"), Money(4990, "EUR"))
    assert small.options == {"Size": "S", "Colour": "White"}
    assert small.availability == Availability("in_stock", 4)
    assert (medium.id, medium.sku) == ("linen-shirt-m-white", "linen-shirt-m-white")


@pytest.mark.parametrize(
    ("tracker", "count", "policy", "availability"),
    [
        ("shopify", "4", "deny", Availability("in_stock", 4)),
        ("shopify", "0", "deny", Availability("out_of_stock", 0)),
        ("shopify", "0", "continue", Availability("backorder")),
        ("shopify", "-2", "continue", Availability("backorder")),
        ("", "0", "deny", Availability("in_stock")),
    ],
)
def test_stock_follows_tracker_count_and_policy(
    database: Database,
    write_csv: WriteRows,
    records: Records,
    tracker: str,
    count: str,
    policy: str,
    availability: Availability,
) -> None:
    row = old(variant_inventory_tracker=tracker, variant_inventory_qty=count, variant_inventory_policy=policy)

    import_feed(database, write_csv("shop.csv", [row]), currency="EUR")

    assert records()["linen-shirt"].variants[0].availability == availability


def test_a_product_without_options_has_one_variant_without_any(
    database: Database, write_csv: WriteRows, records: Records
) -> None:
    row = old(option1_name="Title", option1_value="Default Title", option2_name="", option2_value="")

    import_feed(database, write_csv("shop.csv", [row]), currency="EUR")

    shirt = records()["linen-shirt"]
    assert shirt.options == ()
    assert [(each.id, each.options) for each in shirt.variants] == [("linen-shirt", {})]


def test_rows_of_a_product_may_stand_apart(
    database: Database, write_csv: WriteRows, records: Records
) -> None:
    other = old(handle="hat", title="Hat", option1_value="", option2_value="")

    import_feed(database, write_csv("shop.csv", [ROWS[0], other, ROWS[1]]), currency="EUR")

    assert len(records()["linen-shirt"].variants) == 2
    assert len(records()["hat"].variants) == 1


def test_a_bad_variant_is_left_out_and_told_while_its_product_goes_in(
    database: Database, write_csv: WriteRows, records: Records
) -> None:
    bad = more(option1_value="L", variant_price="39,9,0")

    report = import_feed(database, write_csv("shop.csv", [ROWS[0], bad, ROWS[1]]), currency="EUR")

    assert [(error.line, error.field) for error in report.errors] == [(3, "price")]
    assert [each.options["Size"] for each in records()["linen-shirt"].variants] == ["S", "M"]


def test_oversold_stock_without_a_policy_for_it_is_told(database: Database, write_csv: WriteRows) -> None:
    rows = [old(variant_inventory_qty="-2"), old(handle="hat", title="Hat")]

    report = import_feed(database, write_csv("shop.csv", rows), currency="EUR")

    assert [error.reason for error in report.errors] == ["is a negative stock: -2"]


def test_a_feed_without_currency_says_how_to_give_one(database: Database, write_csv: WriteRows) -> None:
    report = import_feed(
        database,
        write_csv(
            "shop.csv", [old(variant_price="39.90 EUR", variant_compare_at_price=""), old(handle="hat")]
        ),
    )

    assert report.added == 1
    assert "name the currency of the feed" in report.errors[0].reason


@pytest.mark.parametrize("cells", [{"status": "draft"}, {"status": "archived"}, {"published": "FALSE"}])
def test_a_product_that_is_not_for_sale_leaves_the_shop(
    database: Database, write_csv: WriteRows, records: Records, cells: dict[str, str]
) -> None:
    hat = old(handle="hat", title="Hat")
    import_feed(database, write_csv("shop.csv", [old(), hat]), currency="EUR")

    report = import_feed(database, write_csv("shop.csv", [old(**cells), hat]))

    assert (report.removed, report.unchanged) == (1, 1)
    assert set(records()) == {"hat"}
