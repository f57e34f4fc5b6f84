"""WooCommerce's product CSV, as its exporter writes it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from shop.feeds import import_feed
from shop.money import Money
from shop.values import Availability, Product
from storage import Database

WriteRows = Callable[..., Path]
Records = Callable[[], dict[str, Product]]

BEANIE = {
    "ID": "11",
    "Type": "simple",
    "SKU": "beanie",
    "Name": "Beanie",
    "Published": "1",
    "Visibility in catalog": "visible",
    "Short description": "Warm.",
    "Description": "<p>Knitted from <b>wool</b>.</p>",
    "Date sale price starts": "",
    "Date sale price ends": "",
    "In stock?": "1",
    "Stock": "12",
    "Backorders allowed?": "0",
    "Weight (kg)": "0.2",
    "Sale price": "18",
    "Regular price": "20",
    "Categories": "Clothing > Hats, Sale",
    "Tags": "wool, winter",
    "Images": "https://shop.example/a.jpg, https://shop.example/b.jpg",
    "Parent": "",
    "Brands": "Weft",
    "Attribute 1 name": "Material",
    "Attribute 1 value(s)": "Wool\\, felted, Felt",
}
HOODIE = BEANIE | {
    "ID": "12", "Type": "variable", "SKU": "", "Name": "Hoodie", "Sale price": "", "Regular price": "",
    "Stock": "", "Attribute 1 name": "Colour", "Attribute 1 value(s)": "Blue, Green",
}  # fmt: skip
BLUE = BEANIE | {
    "ID": "13", "Type": "variation", "SKU": "hoodie-blue", "Name": "Hoodie - Blue", "Parent": "id:12",
    "Sale price": "", "Regular price": "45", "Stock": "3", "Categories": "",
    "Attribute 1 name": "Colour", "Attribute 1 value(s)": "Blue",
}  # fmt: skip
GREEN = BLUE | {"ID": "14", "SKU": "hoodie-green", "In stock?": "0", "Stock": "0",
                "Attribute 1 value(s)": "Green"}  # fmt: skip


@pytest.fixture
def bring_in(database: Database, write_csv: WriteRows, records: Records) -> Callable[..., dict[str, Product]]:
    def bring(*rows: Mapping[str, str], bad: int = 0) -> dict[str, Product]:
        report = import_feed(database, write_csv("export.csv", rows), currency="EUR")
        assert len(report.errors) == bad, report.errors
        return records()

    return bring


Bring = Callable[..., dict[str, Product]]


def test_a_simple_product_has_its_sale_price_its_facts_and_its_shelves(bring_in: Bring) -> None:
    beanie = bring_in(BEANIE)["beanie"]
    (variant,) = beanie.variants
    assert (variant.price, variant.list_price) == (Money(1800, "EUR"), Money(2000, "EUR"))
    assert variant.availability == Availability("in_stock", 12)
    assert beanie.categories == ("Clothing > Hats", "Sale")
    assert beanie.attributes == {"material": "Wool, felted, Felt", "weight": "0.2 kg"}
    assert (beanie.brand, beanie.tags, len(beanie.media)) == ("Weft", ("wool", "winter"), 2)
    assert beanie.description == "Knitted from wool."


def test_variations_are_the_variants_of_their_parent(bring_in: Bring) -> None:
    hoodie = bring_in(HOODIE, BLUE, GREEN)["id:12"]
    assert (hoodie.title, hoodie.options) == ("Hoodie", ("Colour",))
    assert [(each.id, each.options["Colour"]) for each in hoodie.variants] == [
        ("hoodie-blue", "Blue"),
        ("hoodie-green", "Green"),
    ]
    assert [each.availability.status for each in hoodie.variants] == ["in_stock", "out_of_stock"]
    assert hoodie.categories == ("Clothing > Hats", "Sale")
    assert "colour" not in hoodie.attributes


def test_a_sale_with_dates_is_not_taken_for_today(bring_in: Bring) -> None:
    beanie = bring_in(BEANIE | {"Date sale price starts": "2031-01-01"})["beanie"]
    assert (beanie.variants[0].price, beanie.variants[0].list_price) == (Money(2000, "EUR"), None)


@pytest.mark.parametrize(
    "hidden",
    [{"Published": "0"}, {"Published": "-1"}, {"Visibility in catalog": "hidden"}, {"Type": "grouped"}],
)
def test_what_is_not_shown_in_the_shop_is_not_for_sale(bring_in: Bring, hidden: dict[str, str]) -> None:
    assert set(bring_in(BEANIE, BEANIE | {"SKU": "other"} | hidden)) == {"beanie"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Stock": ""}, Availability("in_stock")),
        ({"Stock": "0"}, Availability("out_of_stock", 0)),
        ({"Stock": "-2", "Backorders allowed?": "notify"}, Availability("backorder")),
        ({"In stock?": "backorder", "Stock": "0"}, Availability("backorder")),
        ({"In stock?": "0", "Stock": ""}, Availability("out_of_stock")),
    ],
)
def test_stock_is_read_as_the_shop_means_it(
    bring_in: Bring, cells: dict[str, str], expected: Availability
) -> None:
    assert bring_in(BEANIE | cells)["beanie"].variants[0].availability == expected


def test_a_parent_without_variations_is_told(bring_in: Bring) -> None:
    assert set(bring_in(HOODIE, BEANIE, bad=1)) == {"beanie"}


def test_a_variation_shares_the_stock_of_its_parent(bring_in: Bring) -> None:
    hoodie = bring_in(HOODIE | {"Stock": "7"}, BLUE | {"Stock": "parent"})["id:12"]
    assert hoodie.variants[0].availability == Availability("in_stock", 7)
