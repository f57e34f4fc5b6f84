"""Google Merchant's product data."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shop.feeds import import_feed
from shop.money import Money
from shop.values import Availability, Media, Product
from storage import Database

WriteRows = Callable[..., Path]
Records = Callable[[], dict[str, Product]]


def row(key: str, **cells: str) -> dict[str, str]:
    return {
        "id": key,
        "title": "Rain jacket",
        "description": "Keeps dry.",
        "link": "https://shop.example/jacket",
        "image_link": "https://shop.example/jacket.jpg",
        "additional_image_link": "",
        "availability": "in_stock",
        "price": "79.00 EUR",
        "sale_price": "",
        "sale_price_effective_date": "",
        "brand": "Weft",
        "gtin": "4006381333931",
        "product_type": "Outdoor > Jackets",
        "google_product_category": "1594",
        "item_group_id": "",
        "color": "",
        "size": "",
        "gender": "",
        **cells,
    }


@pytest.fixture
def ingest(database: Database, write_csv: WriteRows, records: Records) -> Callable[..., dict[str, Product]]:
    def run(*rows: dict[str, str]) -> dict[str, Product]:
        import_feed(database, write_csv("feed.tsv", rows, delimiter="\t"))
        return records()

    return run


Ingest = Callable[..., dict[str, Product]]


def test_a_row_without_a_group_is_a_product(ingest: Ingest) -> None:
    jacket = ingest(row("J1", color="red", gender="female", additional_image_link="https://a/1,https://a/2"))[
        "J1"
    ]

    assert (jacket.title, jacket.brand, jacket.url) == ("Rain jacket", "Weft", "https://shop.example/jacket")
    assert jacket.categories == ("Outdoor > Jackets",)
    assert jacket.attributes == {"gender": "female", "colour": "red"}
    assert [media.url for media in jacket.media] == [
        "https://shop.example/jacket.jpg",
        "https://a/1",
        "https://a/2",
    ]
    assert jacket.media[0] == Media("https://shop.example/jacket.jpg", "Rain jacket")
    (variant,) = jacket.variants
    assert (variant.id, variant.price, variant.options) == ("J1", Money(7900, "EUR"), {})
    assert variant.barcodes == ("4006381333931",)


def test_rows_of_a_group_are_variants_wherever_they_stand(ingest: Ingest) -> None:
    found = ingest(
        row("J1", item_group_id="J", title="Rain jacket - red / M", color="red", size="M"),
        row("H1", title="Hat"),
        row(
            "J2", item_group_id="J", title="Rain jacket - blue / L", color="blue", size="L", price="89.00 EUR"
        ),
    )

    jacket = found["J"]
    assert set(found) == {"J", "H1"}
    assert jacket.title == "Rain jacket"
    assert jacket.options == ("Colour", "Size")
    assert [(each.id, each.options, each.price.amount) for each in jacket.variants] == [
        ("J1", {"Colour": "red", "Size": "M"}, 7900),
        ("J2", {"Colour": "blue", "Size": "L"}, 8900),
    ]


def test_titles_that_share_too_little_leave_the_first(ingest: Ingest) -> None:
    found = ingest(
        row("J1", item_group_id="J", title="Red rain jacket", color="red"),
        row("J2", item_group_id="J", title="Blue rain jacket", color="blue"),
    )

    assert found["J"].title == "Red rain jacket"


def test_a_sale_price_is_the_price_unless_it_has_dates(ingest: Ingest) -> None:
    dates = "2026-05-01T00:00+0000/2026-05-08T00:00+0000"
    found = ingest(
        row("now", sale_price="59.00 EUR"),
        row("later", sale_price="59.00 EUR", sale_price_effective_date=dates),
    )

    assert (found["now"].variants[0].price.amount, found["now"].variants[0].list_price) == (
        5900,
        Money(7900, "EUR"),
    )
    assert (found["later"].variants[0].price.amount, found["later"].variants[0].list_price) == (7900, None)


@pytest.mark.parametrize(
    ("said", "availability"),
    [
        ("in stock", Availability("in_stock")),
        ("out of stock", Availability("out_of_stock")),
        ("preorder", Availability("preorder")),
        ("backorder", Availability("backorder")),
    ],
)
def test_availability_is_read_as_google_spells_it(
    ingest: Ingest, said: str, availability: Availability
) -> None:
    assert ingest(row("J1", availability=said))["J1"].variants[0].availability == availability


def test_headers_with_prefix_and_blanks_are_the_same_columns(
    database: Database, write_csv: WriteRows, records: Records
) -> None:
    spelt = {f"g:{name.replace('_', ' ')}": cell for name, cell in row("J1", item_group_id="J").items()}

    import_feed(database, write_csv("feed.txt", [spelt], delimiter="\t"))

    assert set(records()) == {"J"}


def test_a_bad_variant_is_told_while_the_rest_of_its_group_goes_in(
    database: Database, write_csv: WriteRows, records: Records
) -> None:
    rows = [row("J1", item_group_id="J"), row("J2", item_group_id="J", price="cheap")]

    report = import_feed(database, write_csv("feed.tsv", rows, delimiter="\t"))

    assert [(error.line, error.field) for error in report.errors] == [(3, "price")]
    assert [each.id for each in records()["J"].variants] == ["J1"]
