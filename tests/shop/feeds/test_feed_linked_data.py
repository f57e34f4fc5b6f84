"""schema.org in JSON-LD: files, and pages of a shop that were saved."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shop.feeds import ImportReport, UnreadableFeed, import_feed, import_shop
from shop.money import Money
from shop.values import Availability, Product, Rating
from storage import Database

Records = Callable[[], dict[str, Product]]

OFFER = {
    "@type": "Offer",
    "price": "9.00",
    "priceCurrency": "USD",
    "availability": "https://schema.org/InStock",
    "url": "https://shop.example/mug",
}
MUG: dict[str, Any] = {
    "@context": "https://schema.org/",
    "@type": "Product",
    "name": "Mug",
    "sku": "M1",
    "gtin13": "4006381333931",
    "description": "<p>Holds tea.</p>",
    "image": [
        "https://shop.example/1.jpg",
        {"@type": "ImageObject", "contentUrl": "https://shop.example/2.jpg"},
    ],
    "brand": {"@type": "Brand", "name": "Clay"},
    "category": "Kitchen > Mugs",
    "color": "red",
    "weight": {"@type": "QuantitativeValue", "value": 0.3, "unitText": "kg"},
    "additionalProperty": [{"@type": "PropertyValue", "name": "Dishwasher safe", "value": True}],
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": "9.0", "bestRating": 10, "reviewCount": 4},
    "offers": OFFER,
}
GROUP: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ProductGroup",
    "productGroupID": "hat",
    "name": "Hat",
    "variesBy": ["https://schema.org/color"],
    "hasVariant": [
        {"@type": "Product", "sku": "hat-red", "color": "red", "offers": OFFER},
        {"@type": "Product", "sku": "hat-blue", "color": "blue", "offers": {**OFFER, "price": 10}},
    ],
}


@pytest.fixture
def ingest(database: Database, tmp_path: Path) -> Callable[..., ImportReport]:
    def run(*nodes: Any, name: str = "feed.jsonld") -> ImportReport:
        (tmp_path / name).write_text(json.dumps(nodes[0] if len(nodes) == 1 else nodes, indent=1))
        return import_feed(database, tmp_path / name)

    return run


Ingest = Callable[..., ImportReport]


def page(*documents: Any) -> str:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in documents)
    return f"<!doctype html><html><head><title>Shop</title>{scripts}</head><body><p>Buy!</p></body></html>"


def test_a_product_is_read_with_all_it_says(ingest: Ingest, records: Records) -> None:
    assert ingest(MUG) == ImportReport(added=1)

    mug = records()["M1"]
    assert (mug.title, mug.description, mug.brand) == ("Mug", "Holds tea.", "Clay")
    assert (mug.categories, mug.url) == (("Kitchen > Mugs",), "https://shop.example/mug")
    assert (mug.rating, [media.url[-5:] for media in mug.media]) == (Rating(4.5, 4), ["1.jpg", "2.jpg"])
    assert mug.attributes == {"colour": "red", "weight": "0.3 kg", "dishwasher_safe": "yes"}
    (variant,) = mug.variants
    assert (variant.price, variant.availability) == (Money(900, "USD"), Availability("in_stock"))
    assert variant.barcodes == ("4006381333931",)


def test_a_group_is_one_product_with_its_variants(ingest: Ingest, records: Records) -> None:
    ingest(GROUP)

    hat = records()["hat"]
    assert (hat.title, hat.options) == ("Hat", ("Colour",))
    assert [(each.id, each.options["Colour"], each.price.amount) for each in hat.variants] == [
        ("hat-red", "red", 900),
        ("hat-blue", "blue", 1000),
    ]


def test_variants_come_to_their_group_from_wherever_they_stand(ingest: Ingest, records: Records) -> None:
    alone = {"@type": "Product", "isVariantOf": {"@type": "ProductGroup", "productGroupID": "hat"}}
    ingest(
        {**alone, "sku": "hat-red", "name": "Hat red", "color": "red", "offers": OFFER},
        MUG,
        {**alone, "sku": "hat-blue", "name": "Hat blue", "color": "blue", "offers": OFFER},
    )

    assert set(records()) == {"hat", "M1"}
    assert len(records()["hat"].variants) == 2


@pytest.mark.parametrize("property_", ["productGroupID", "inProductGroupWithID"])
def test_a_group_named_by_an_impossible_number_is_told_and_costs_itself(
    ingest: Ingest, records: Records, property_: str
) -> None:
    node = GROUP if property_ == "productGroupID" else MUG
    report = ingest({**node, property_: 1.0000000000000002e20}, {**MUG, "sku": "M2"})

    assert [(error.field, error.reason) for error in report.errors] == [(property_, "is too large")]
    assert [variant.sku for product in records().values() for variant in product.variants] == ["M2"]


@pytest.mark.parametrize("wrap", ["@graph", "itemListElement", "mainEntity"])
def test_products_are_found_inside_what_describes_the_page(
    ingest: Ingest, records: Records, wrap: str
) -> None:
    inner: Any = [{"@type": "ListItem", "item": MUG}] if wrap == "itemListElement" else [MUG]
    ingest({"@context": "https://schema.org", "@type": "WebPage", wrap: inner})

    assert set(records()) == {"M1"}


@pytest.mark.parametrize(
    ("offers", "price", "before"),
    [
        ({**OFFER, "@type": "AggregateOffer", "lowPrice": 8, "price": None}, 800, None),
        ({"@type": "AggregateOffer", "offers": [OFFER]}, 900, None),
        ([OFFER, {**OFFER, "price": 99}], 900, None),
        (
            {
                **OFFER,
                "priceSpecification": {
                    "priceType": "https://schema.org/StrikethroughPrice",
                    "price": 12,
                    "priceCurrency": "USD",
                },
            },
            900,
            1200,
        ),
        ({**OFFER, "price": None, "priceSpecification": [{"price": 7.5, "priceCurrency": "USD"}]}, 750, None),
    ],
)
def test_a_price_is_found_however_it_is_offered(
    ingest: Ingest, records: Records, offers: Any, price: int, before: int | None
) -> None:
    ingest({**MUG, "offers": offers})

    (variant,) = records()["M1"].variants
    assert variant.price.amount == price
    assert (variant.list_price.amount if variant.list_price else None) == before


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("http://schema.org/OutOfStock", "out_of_stock"),
        ("SoldOut", "out_of_stock"),
        ("schema:PreOrder", "preorder"),
        ("https://schema.org/BackOrder", "backorder"),
        ("Discontinued", "discontinued"),
        (None, "in_stock"),
    ],
)
def test_availability_is_read_as_schema_org_spells_it(
    ingest: Ingest, records: Records, said: str | None, status: str
) -> None:
    ingest({**MUG, "offers": {**OFFER, "availability": said}})

    assert records()["M1"].variants[0].availability.status == status


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"offers": None}, "offers"),
        ({"offers": {**OFFER, "price": "soon"}}, "price"),
        ({"offers": {**OFFER, "availability": "Maybe"}}, "offers.availability"),
        ({"name": None}, "name"),
    ],
)
def test_a_product_that_cannot_be_sold_is_told(
    ingest: Ingest, records: Records, change: dict[str, Any], field: str
) -> None:
    report = ingest(GROUP, {**MUG, **change})

    assert [error.field for error in report.errors] == [field]
    assert set(records()) == {"hat"}


def test_a_saved_page_is_a_feed(database: Database, tmp_path: Path, records: Records) -> None:
    shop = {"@context": "https://schema.org", "@type": "Organization", "name": "Shop"}
    (tmp_path / "mug.html").write_text(page(shop, MUG), encoding="utf-8")

    import_feed(database, tmp_path / "mug.html")

    assert set(records()) == {"M1"}


def test_a_folder_of_saved_pages_is_a_feed(database: Database, tmp_path: Path, records: Records) -> None:
    pages = tmp_path / "pages"
    (pages / "hats").mkdir(parents=True)
    (pages / "mug.html").write_text(page(MUG), encoding="utf-8")
    (pages / "about.html").write_text(page(), encoding="utf-8")
    (pages / "hats" / "hat.htm").write_text(page(GROUP), encoding="utf-8")

    assert import_shop(database, pages).added == 2
    assert set(records()) == {"M1", "hat"}


def test_an_archive_of_saved_pages_is_a_feed(database: Database, tmp_path: Path, records: Records) -> None:
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        archive.writestr("shop/mug.html", page(MUG))
        archive.writestr("shop/hat.html", page(GROUP))

    import_feed(database, tmp_path / "pages.zip")

    assert set(records()) == {"M1", "hat"}


def test_a_page_without_any_product_says_so(database: Database, tmp_path: Path) -> None:
    (tmp_path / "about.html").write_text(page(), encoding="utf-8")

    with pytest.raises(UnreadableFeed, match="holds no row"):
        import_feed(database, tmp_path / "about.html")


def test_a_page_with_broken_data_is_told_by_its_line(
    database: Database, tmp_path: Path, records: Records
) -> None:
    broken = '\n<script type="application/ld+json">{"@type": "Product",</script>'
    (tmp_path / "mug.html").write_text(page(MUG).replace("</head>", f"{broken}</head>"), encoding="utf-8")

    report = import_feed(database, tmp_path / "mug.html")

    assert [error.line for error in report.errors] == [2]
    assert set(records()) == {"M1"}
