"""Any feed, read by the merchant's own mapping file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shop.feeds import BadMapping, import_feed
from shop.money import Money
from shop.values import Availability, Media, Product, Rating
from storage import Database

WriteRows = Callable[..., Path]
Records = Callable[[], dict[str, Product]]

MAPPING = """
currency = "EUR"
list_separator = ";"

[columns]
id = "Art-Nr"
title = "Name"
description = "Text"
price = "Preis"
list_price = "UVP"
stock = "Lager"
brand = "Marke"
url = "Link"
barcodes = "EAN"
tags = "Stichworte"
rating = "Sterne"
rating_count = "Stimmen"

[categories]
columns = ["Bereich", "Regal"]
case = "title"

[attributes]
prefixes = ["attr_"]
skip = ["attr_internal"]
[attributes.columns]
weight = "Gewicht"
[attributes.names]
product_colour = "colour"
[attributes.values.waterproof]
ja = "yes"

[images]
columns = ["Bild", "Bild2"]
prefix = "https://img.example/"
"""

ROW = {
    "Art-Nr": "4711",
    "Name": "Wander Rucksack",
    "Text": "<p>Leicht.</p>",
    "Preis": "89.90",
    "UVP": "99.90",
    "Lager": "12",
    "Marke": "Gipfel",
    "Link": "https://shop.example/4711",
    "EAN": "4006381333931;4006381333948",
    "Stichworte": "leicht;neu",
    "Sterne": "4.5",
    "Stimmen": "12",
    "Bereich": "OUTDOOR",
    "Regal": "RUCKSÄCKE & TASCHEN",
    "Gewicht": "900 g",
    "attr_Product colour": "red",
    "attr_waterproof": "ja",
    "attr_internal": "secret",
    "attr_empty": "",
    "Bild": "a.jpg",
    "Bild2": "https://other.example/b.jpg",
}


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def test_every_column_lands_where_the_mapping_says(
    database: Database, write_csv: WriteRows, records: Records, mapping: Path
) -> None:
    import_feed(database, write_csv("feed.csv", [ROW], delimiter=";"), mapping=mapping)

    pack = records()["4711"]
    assert (pack.title, pack.description, pack.brand) == ("Wander Rucksack", "Leicht.", "Gipfel")
    assert (pack.handle, pack.url) == ("wander-rucksack-4711", "https://shop.example/4711")
    assert pack.categories == ("Outdoor > Rucksäcke & Taschen",)
    assert pack.attributes == {"weight": "900 g", "colour": "red", "waterproof": "yes"}
    assert pack.media == (
        Media("https://img.example/a.jpg", "Wander Rucksack"),
        Media("https://other.example/b.jpg", "Wander Rucksack"),
    )
    assert (pack.tags, pack.rating) == (("leicht", "neu"), Rating(4.5, 12))
    (variant,) = pack.variants
    assert (variant.id, variant.sku) == ("4711", "4711")
    assert (variant.price, variant.list_price) == (Money(8990, "EUR"), Money(9990, "EUR"))
    assert variant.availability == Availability("in_stock", 12)
    assert variant.barcodes == ("4006381333931", "4006381333948")


def test_json_values_are_read_like_cells(
    database: Database, write_jsonl: WriteRows, records: Records, mapping: Path
) -> None:
    row = ROW | {"Preis": 89.9, "Lager": 12, "EAN": ["1", "2"], "attr_pockets": 3.0, "attr_laptop": True}

    import_feed(database, write_jsonl("feed.jsonl", [row]), mapping=mapping)

    pack = records()["4711"]
    assert pack.attributes["pockets"] == "3"
    assert pack.attributes["laptop"] == "yes"
    assert pack.variants[0].barcodes == ("1", "2")
    assert pack.variants[0].price == Money(8990, "EUR")


def test_prices_in_minor_units_are_taken_as_they_are(
    database: Database, write_csv: WriteRows, records: Records, tmp_path: Path
) -> None:
    (tmp_path / "cents.toml").write_text('price_unit = "minor"\n' + MAPPING, encoding="utf-8")

    import_feed(
        database, write_csv("f.csv", [ROW | {"Preis": "8990", "UVP": ""}]), mapping=tmp_path / "cents.toml"
    )

    assert records()["4711"].variants[0].price == Money(8990, "EUR")


def test_a_bare_number_is_no_shelf_and_a_path_in_one_cell_is_one(
    database: Database, write_csv: WriteRows, records: Records, mapping: Path
) -> None:
    rows = [
        ROW | {"Art-Nr": "1", "Bereich": "17", "Regal": ""},
        ROW | {"Art-Nr": "2", "Bereich": "a>b > c", "Regal": ""},
    ]

    import_feed(database, write_csv("feed.csv", rows), mapping=mapping)

    assert records()["1"].categories == ()
    assert records()["2"].categories == ("A > B > C",)


GROUPED = """
currency = "EUR"
[columns]
id = "sku"
title = "name"
price = "price"
group = "model"
status = "state"
[options]
Colour = "colour"
Size = "size"
"""


def test_rows_of_a_group_become_the_variants_of_one_product(
    database: Database, write_csv: WriteRows, records: Records, tmp_path: Path
) -> None:
    (tmp_path / "feed.toml").write_text(GROUPED, encoding="utf-8")
    rows = [
        {
            "sku": "r",
            "name": "Sock",
            "price": "5",
            "model": "sock",
            "colour": "red",
            "size": "M",
            "state": "",
        },
        {
            "sku": "x",
            "name": "Hat",
            "price": "9",
            "model": "",
            "colour": "",
            "size": "",
            "state": "backorder",
        },
        {
            "sku": "b",
            "name": "Sock",
            "price": "6",
            "model": "sock",
            "colour": "blue",
            "size": "",
            "state": "",
        },
        {
            "sku": "g",
            "name": "Sock",
            "price": "?",
            "model": "sock",
            "colour": "grey",
            "size": "",
            "state": "",
        },
    ]

    report = import_feed(database, write_csv("feed.csv", rows))

    found = records()
    assert set(found) == {"sock", "x"}
    assert found["sock"].options == ("Colour", "Size")
    assert [(each.id, each.options) for each in found["sock"].variants] == [
        ("r", {"Colour": "red", "Size": "M"}),
        ("b", {"Colour": "blue"}),
    ]
    assert found["x"].variants[0].availability == Availability("backorder")
    assert [(error.line, error.field) for error in report.errors] == [(5, "price")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns]\nid = 'a'", "columns.title: Field required"),
        ("colour = 'x'\n" + GROUPED, "colour: Extra inputs are not permitted"),
        ("price_unit = 'dollars'\n" + GROUPED, "price_unit: Input should be 'major' or 'minor'"),
        ("not toml", "cannot be read"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(
    database: Database, write_csv: WriteRows, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "feed.toml").write_text(text, encoding="utf-8")

    with pytest.raises(BadMapping, match=said):
        import_feed(database, write_csv("feed.csv", [{"sku": "1"}]))


def test_a_mapping_that_is_not_there_names_those_that_ship(database: Database, write_csv: WriteRows) -> None:
    with pytest.raises(BadMapping, match="these ship: icecat, retail_demo_store, zava_diy"):
        import_feed(database, write_csv("feed.csv", [{"sku": "1"}]), mapping="nowhere")


def test_a_row_without_id_or_title_is_told(
    database: Database, write_csv: WriteRows, records: Records, mapping: Path
) -> None:
    rows = [ROW | {"Art-Nr": ""}, ROW | {"Name": " "}, ROW | {"Art-Nr": "1"}]

    report = import_feed(database, write_csv("feed.csv", rows), mapping=mapping)

    assert [(error.line, error.field, error.reason) for error in report.errors] == [
        (2, "Art-Nr", "is missing"),
        (3, "Name", "is missing"),
    ]
    assert set(records()) == {"1"}
