"""Whatever a feed holds, an import ends in a report or a `FeedError`, never in anything else."""

import copy
import json
import string
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.catalogue import Catalogue
from shop.feeds import FeedError, import_feed
from shop.feeds.prices import read_price
from shop.values import Product
from storage import Database

NAMES = (
    "feed.csv",
    "feed.jsonl",
    "feed.txt",
    "feed.jsonl.gz",
    "feed.json",
    "feed.xml",
    "feed.html",
    "feed.zip",
)
FEED_SETTINGS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

NATIVE: dict[str, Any] = {
    "id": "mug",
    "handle": "mug",
    "title": "Mug",
    "description": "<p>Holds tea.</p>",
    "categories": ["Kitchen > Mugs"],
    "url": "https://shop.example/mug",
    "media": [{"url": "/media/mug.svg", "alt": "A mug"}],
    "options": ["Colour"],
    "rating": {"value": 4.5, "count": 3},
    "tags": ["new"],
    "brand": "Clay",
    "attributes": {"volume": "300 ml"},
    "provides": {"lid": "80 mm", "watts": 5},
    "requires": {"saucer": ["round", "square"]},
    "variants": [
        {
            "id": "mug-red",
            "sku": "M",
            "price": {"amount": 900, "currency": "USD"},
            "list_price": {"amount": 1200, "currency": "USD"},
            "availability": {"status": "in_stock", "quantity": 3},
            "options": {"Colour": "red"},
            "barcodes": ["4006381333931"],
        }
    ],
}
SHOPIFY = (
    "Handle,Title,Option1 Name,Option1 Value,Variant Inventory Tracker,Variant Inventory Qty,Price",
    "mug,Mug,Colour,red,shopify,3,9.00",
    "mug,,,blue,shopify,2,9.00",
)
GOOGLE = (
    "id\ttitle\tprice\tsale_price\tavailability\tlink\titem_group_id\tcolor\tquantity",
    "m1\tMug red\t9.00 USD\t8.00 USD\tin_stock\thttps://a/b\tmug\tred\t3",
    "m2\tMug blue\t9.00 USD\t\tout of stock\thttps://a/b\tmug\tblue\t0",
)
RETAIL: dict[str, Any] = {
    "id": "4711",
    "name": "Mug",
    "category": "kitchen",
    "style": "mugs",
    "description": "Holds tea.",
    "price": 9.99,
    "image": "a.jpg",
    "current_stock": 3,
    "gender_affinity": "F",
    "aliases": ["cup"],
}
GOOD = {**NATIVE, "id": "good", "variants": [{**NATIVE["variants"][0], "id": "good"}]}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    places = list(
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [place for key, inner in places for place in [(*before, key), *paths(inner, (*before, key))]]


def changed(row: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    mutated = copy.deepcopy(row)
    inner: Any = mutated
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return mutated


def mutations(row: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(changed, st.just(row), st.sampled_from(paths(row)), json_values)


def run(database: Database, path: Path, **options: Any) -> None:
    """Imports, then reads everything back: what went in must come out."""
    with suppress(FeedError):
        report = import_feed(database, path, max_errors=1_000, currency="USD", **options)
        assert all(error.reason and error.line >= 1 for error in report.errors)
    with database.read() as work:
        assert all(isinstance(product, Product) for product in Catalogue(work).all())


@FEED_SETTINGS
@given(mutations(NATIVE))
def test_a_mutated_row_costs_at_most_itself(database: Database, tmp_path: Path, row: dict[str, Any]) -> None:
    feed = tmp_path / "products.jsonl"
    feed.write_text(f"{json.dumps(row)}\n{json.dumps(GOOD)}\n", encoding="utf-8")

    report = import_feed(database, feed, prune=True)

    assert len(report.errors) <= 1
    with database.read() as work:
        assert Catalogue(work).product("good") is not None


@FEED_SETTINGS
@given(mutations(RETAIL))
def test_a_mutated_mapped_row_is_read_or_told(
    database: Database, tmp_path: Path, row: dict[str, Any]
) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_text(json.dumps(row), encoding="utf-8")

    run(database, feed, mapping="retail_demo_store")


@FEED_SETTINGS
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(NATIVE)), json_values, max_size=6), min_size=1, max_size=4
    )
)
def test_rows_of_nothing_but_chance_are_read_or_told(
    database: Database, tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    feed = tmp_path / "products.jsonl"
    feed.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    run(database, feed, format="native")


@pytest.mark.parametrize(("lines", "form"), [(SHOPIFY, "shopify"), (GOOGLE, "google")])
@FEED_SETTINGS
@given(
    at=st.integers(0, 400),
    drop=st.integers(0, 12),
    put=st.text(st.sampled_from(string.printable + "é\x00€"), max_size=6),
)
def test_a_mutated_table_is_read_or_told(
    database: Database, tmp_path: Path, lines: tuple[str, ...], form: str, at: int, drop: int, put: str
) -> None:
    text = "\n".join(lines) + "\n"
    at %= len(text)
    feed = tmp_path / "feed.csv"
    feed.write_bytes((text[:at] + put + text[at + drop :]).encode())

    run(database, feed, format=form)


ACP: dict[str, Any] = {
    "item_id": "m1",
    "title": "Mug",
    "url": "https://a/b",
    "image_url": "https://a/b.jpg",
    "price": {"amount": "9.00", "currency": "USD"},
    "availability": "in_stock",
    "is_eligible_search": True,
    "group_id": "mug",
    "variant_dict": {"color": "red"},
    "additional_image_urls": ["https://a/c.jpg"],
    "star_rating": "4.5",
    "review_count": 3,
}
LINKED: dict[str, Any] = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "ProductGroup",
            "productGroupID": "mug",
            "name": "Mug",
            "image": [{"@type": "ImageObject", "url": "https://a/b.jpg"}],
            "aggregateRating": {"ratingValue": 4, "reviewCount": 2},
            "additionalProperty": [{"name": "volume", "value": 0.3, "unitText": "l"}],
            "hasVariant": [
                {
                    "@type": "Product",
                    "sku": "m1",
                    "color": "red",
                    "offers": {
                        "@type": "Offer",
                        "price": 9,
                        "priceCurrency": "USD",
                        "availability": "InStock",
                    },
                }
            ],
        }
    ],
}
XML = (
    '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>m1</g:id>'
    "<title>Mug</title><g:price>9.00 USD</g:price><g:availability>in stock</g:availability>"
    "<link>https://a/b</link><g:color>red</g:color><description><![CDATA[<p>Tea</p>]]></description>"
    "</item></channel></rss>"
)


@pytest.mark.parametrize(("row", "form"), [(ACP, "acp"), (LINKED, "schema.org")])
@FEED_SETTINGS
@given(data=st.data())
def test_a_mutated_object_is_read_or_told(
    database: Database, tmp_path: Path, row: dict[str, Any], form: str, data: st.DataObject
) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_text(json.dumps(data.draw(mutations(row))), encoding="utf-8")

    run(database, feed, format=form)


@FEED_SETTINGS
@given(
    at=st.integers(0, 1_000),
    drop=st.integers(0, 30),
    put=st.text(st.sampled_from("<>&;\"'/=g:é\x00€ ]a1"), max_size=8),
    cut=st.integers(0, 1_000),
)
def test_a_mutated_document_is_read_or_told(
    database: Database, tmp_path: Path, at: int, drop: int, put: str, cut: int
) -> None:
    at %= len(XML)
    feed = tmp_path / "feed.xml"
    feed.write_bytes((XML[:at] + put + XML[at + drop :])[: len(XML) + 8 - cut % 40].encode())

    run(database, feed)


@FEED_SETTINGS
@given(st.text(max_size=24), st.sampled_from((None, "USD", "JPY", "KWD")), st.sampled_from(("any", ".", ",")))
def test_any_price_is_read_or_refused_with_a_reason(words: str, currency: str | None, decimals: Any) -> None:
    with suppress(ValueError):
        assert read_price(words, currency, "major", decimals).currency.isupper()


@FEED_SETTINGS
@given(st.binary(max_size=200), st.sampled_from(NAMES))
def test_any_bytes_are_read_or_told(database: Database, tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)

    run(database, tmp_path / name)


titles = st.text(string.ascii_letters, min_size=1, max_size=6)
prices = st.integers(1, 10**6)


@FEED_SETTINGS
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(titles, prices), min_size=1),
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(titles, prices), min_size=1),
)
def test_a_pruned_import_leaves_exactly_the_feed_and_tells_exactly_the_difference(
    database: Database,
    write_jsonl: Callable[..., Path],
    product_row: Callable[..., dict[str, Any]],
    first: dict[str, tuple[str, int]],
    second: dict[str, tuple[str, int]],
) -> None:
    def feed(shelf: dict[str, tuple[str, int]]) -> Path:
        return write_jsonl("products.jsonl", [product_row(key, *cells) for key, cells in shelf.items()])

    import_feed(database, feed(first), prune=True)
    with database.read() as work:
        before = Catalogue(work).revision()
    import_feed(database, feed(second), prune=True)

    with database.read() as work:
        _, told, gone = Catalogue(work).changed_since(before)
        there = {each.id: (each.title, each.variants[0].price.amount) for each in Catalogue(work).all()}
    assert there == second
    assert told == {key for key, cells in second.items() if first.get(key) != cells}
    assert gone == first.keys() - second.keys()


@pytest.fixture
def product_row() -> Callable[..., dict[str, Any]]:
    def make(key: str, title: str, amount: int) -> dict[str, Any]:
        variant = {
            "id": f"{key}-one",
            "sku": key,
            "price": {"amount": amount, "currency": "USD"},
            "availability": {"status": "in_stock"},
        }
        return {
            "id": key,
            "handle": key,
            "title": title,
            "description": "",
            "categories": [],
            "variants": [variant],
        }

    return make
