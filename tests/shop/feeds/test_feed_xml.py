"""Google Merchant's product data as XML, and what an XML file may try."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shop.feeds import FeedError, ImportReport, UnreadableFeed, import_feed
from shop.money import Money
from shop.values import Product
from storage import Database

Records = Callable[[], dict[str, Product]]

ITEM = """
  <item>
    <g:id>J1</g:id>
    <title>Jacket</title>
    <g:title>Rain jacket &amp; hood</g:title>
    <description><![CDATA[<p>Keeps <b>dry</b>.</p>]]></description>
    <link>https://shop.example/jacket</link>
    <g:image_link>https://shop.example/1.jpg</g:image_link>
    <g:additional_image_link>https://shop.example/2.jpg</g:additional_image_link>
    <g:additional_image_link>https://shop.example/3.jpg</g:additional_image_link>
    <g:availability>in_stock</g:availability>
    <g:price>79.00 EUR</g:price>
    <g:sale_price>59,50 EUR</g:sale_price>
    <g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping>
    <g:product_type>Outdoor &gt; Jackets</g:product_type>
    <g:product_detail><g:attribute_name>Water column</g:attribute_name>
      <g:attribute_value>10 m</g:attribute_value></g:product_detail>
  </item>"""


def rss(items: str) -> str:
    return (
        '<?xml version="1.0"?>\n<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0">'
        f"<channel><title>Shop</title><link>https://shop.example</link>{items}</channel></rss>"
    )


@pytest.fixture
def ingest(database: Database, tmp_path: Path) -> Callable[..., ImportReport]:
    def run(text: str, name: str = "feed.xml", encoding: str = "utf-8") -> ImportReport:
        (tmp_path / name).write_bytes(text.encode(encoding))
        return import_feed(database, tmp_path / name)

    return run


Ingest = Callable[..., ImportReport]


def test_an_item_of_a_channel_is_a_product(ingest: Ingest, records: Records) -> None:
    assert ingest(rss(ITEM)) == ImportReport(added=1)

    jacket = records()["J1"]
    assert (jacket.title, jacket.description) == ("Rain jacket & hood", "Keeps dry.")
    assert (jacket.url, jacket.categories) == ("https://shop.example/jacket", ("Outdoor > Jackets",))
    assert [media.url[-5:] for media in jacket.media] == ["1.jpg", "2.jpg", "3.jpg"]
    assert (jacket.variants[0].price, jacket.variants[0].list_price) == (
        Money(5950, "EUR"),
        Money(7900, "EUR"),
    )
    assert jacket.attributes == {"water_column": "10 m"}


def test_an_entry_of_atom_is_a_product(ingest: Ingest, records: Records) -> None:
    ingest(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>'
        '<entry><title>Mug</title><link href="https://shop.example/mug"/><summary>Holds tea.</summary>'
        "<g:id>M</g:id><g:price>9.00 USD</g:price><g:availability>in stock</g:availability></entry></feed>",
        "feed.atom",
    )

    mug = records()["M"]
    assert (mug.title, mug.description, mug.url) == ("Mug", "Holds tea.", "https://shop.example/mug")


def test_items_of_a_group_are_variants(ingest: Ingest, records: Records) -> None:
    item = (
        "<item><g:id>{0}</g:id><g:title>Hat</g:title><g:link>https://a/b</g:link><g:price>5 USD</g:price>"
        "<g:availability>in_stock</g:availability><g:item_group_id>hat</g:item_group_id>"
        "<g:color>{0}</g:color></item>"
    )
    ingest(rss(item.format("red") + item.format("blue")))

    assert [each.options for each in records()["hat"].variants] == [{"Colour": "red"}, {"Colour": "blue"}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_an_xml_file_is_read_in_its_encoding(ingest: Ingest, records: Records, encoding: str) -> None:
    ingest(rss(ITEM.replace("Rain", "Régen")), encoding=encoding)

    assert records()["J1"].title == "Régen jacket & hood"


def test_an_xml_file_is_known_without_its_name(ingest: Ingest, records: Records) -> None:
    ingest(rss(ITEM), "download")

    assert set(records()) == {"J1"}


def test_a_bad_item_is_told_by_its_line(ingest: Ingest, records: Records) -> None:
    report = ingest(rss(ITEM + ITEM.replace("79.00 EUR", "cheap").replace("J1", "J2")))

    assert [(error.line, error.field) for error in report.errors] == [(20, "price")]
    assert set(records()) == {"J1"}


def test_a_file_that_ends_in_the_middle_changes_nothing(ingest: Ingest, records: Records) -> None:
    with pytest.raises(UnreadableFeed, match="is no whole XML"):
        ingest(rss(ITEM * 3)[:-40])

    assert records() == {}


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (
            '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><item>&b;</item></rss>',
            "declares entities",
        ),
        (
            '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><item>&f;</item></rss>',
            "declares entities",
        ),
        ("<rss><item>" + "<a>" * 50 + "</a>" * 50 + "</item></rss>", "elements within elements"),
        ("<rss><item><a></b></item></rss>", "mismatched tag"),
    ],
)
def test_what_an_xml_file_may_not_do(ingest: Ingest, attack: str, said: str) -> None:
    with pytest.raises(FeedError, match=said):
        ingest(attack)


def test_a_field_of_ten_megabytes_costs_its_item(ingest: Ingest, records: Records) -> None:
    huge = ITEM.replace("J1", "J2").replace("Keeps", "x" * 10_000_000)
    report = ingest(rss(huge + ITEM))

    assert [(error.field, error.reason) for error in report.errors] == [
        ("description", "is longer than 1000000 characters")
    ]
    assert set(records()) == {"J1"}
