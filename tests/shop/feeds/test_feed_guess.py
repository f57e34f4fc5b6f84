"""An unknown table: the guess, its first products, and the mapping file that is written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shop.feeds import BadMapping, Options, detect, import_feed, inspect
from shop.money import Money
from shop.values import Product
from storage import Database

Records = Callable[[], dict[str, Product]]

TABLE = """Item Number;Name;Price EUR;UVP;Maker;Main Category;Sub Category;Qty;EAN;Colour;Picture;Weight
A-1;Kettle;1.299,00;1.499,00;Steam;Kitchen;Kettles;3;4006381333931;red;https://a/1.jpg;1,2 kg
A-2;Teapot;29,90;;Steam;Kitchen;Pots;0;4006381333948;blue;https://a/2.jpg;0,8 kg
A-3;Tray;9,50;;Oak;Kitchen;Trays;12;4006381333955;oak;https://a/3.jpg;0,5 kg
A-4;Jug;12,50;;Oak;Kitchen;Jugs;12;4006381333962;oak;https://a/4.jpg;0,5 kg
"""


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_guess_shows_three_rows_as_products(feed: Path, tmp_path: Path) -> None:
    found = inspect(feed, Options(), tmp_path / "export.toml")

    assert (found.format, found.missing, found.errors) == ("mapped", (), ())
    assert [product.title for product in found.products] == ["Kettle", "Teapot", "Tray"]
    kettle = found.products[0]
    assert (kettle.brand, kettle.categories) == ("Steam", ("Kitchen > Kettles",))
    assert (kettle.variants[0].price, kettle.variants[0].list_price) == (
        Money(129900, "EUR"),
        Money(149900, "EUR"),
    )
    assert (kettle.variants[0].availability.quantity, kettle.variants[0].barcodes) == (3, ("4006381333931",))
    assert kettle.attributes == {"colour": "red", "weight": "1,2 kg"}
    assert kettle.media[0].url == "https://a/1.jpg"


def test_the_mapping_that_is_written_reads_the_whole_feed(
    database: Database, feed: Path, tmp_path: Path, records: Records
) -> None:
    inspect(feed, Options(), tmp_path / "export.toml")

    assert import_feed(database, feed).added == 4
    assert set(records()) == {"A-1", "A-2", "A-3", "A-4"}


def test_a_mapping_file_is_never_written_over(feed: Path, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("mine")

    with pytest.raises(BadMapping, match="cannot be written"):
        inspect(feed, Options(), tmp_path / "other.toml")


def test_what_no_column_looks_like_is_said(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("Number,Nom,Quand\n1,Tasse,hier\n2,Verre,demain\n", encoding="utf-8")

    found = inspect(tmp_path / "odd.csv", Options(), tmp_path / "odd.toml")

    assert (found.missing, found.products) == (("price",), ())
    assert "No column looks like the price" in (tmp_path / "odd.toml").read_text(encoding="utf-8")


def test_variants_are_guessed_by_their_group(tmp_path: Path) -> None:
    (tmp_path / "hats.csv").write_text(
        "sku,parent_sku,name,price,size\nh-s,hat,Hat,9.00,S\nh-m,hat,Hat,9.00,M\n", encoding="utf-8"
    )

    found = inspect(tmp_path / "hats.csv", Options(currency="USD"), tmp_path / "hats.toml")

    (hat,) = found.products
    assert (hat.id, hat.options, len(hat.variants)) == ("hat", ("Size",), 2)


def test_a_known_format_needs_no_mapping(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text("id,title,price,availability,link\nm,Mug,9 USD,in stock,https://a/b\n")

    found = inspect(tmp_path / "feed.csv", Options(), tmp_path / "feed.toml")

    assert (found.format, found.mapping, len(found.products)) == ("google", None, 1)
    assert not (tmp_path / "feed.toml").exists()


@pytest.mark.parametrize("name", ["zava_diy.jsonl", "retail_demo_store.jsonl"])
def test_a_catalogue_that_nobody_here_wrote_is_guessed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(__file__).parents[4] / "shared" / "data" / "catalogues" / name
    if not path.exists():
        pytest.skip(f"{name} is not on this machine")
    monkeypatch.setattr(detect, "fitting_mapping", lambda _columns: None)
    copy = tmp_path / "unknown.jsonl"
    copy.write_text(
        "".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:200]), encoding="utf-8"
    )

    found = inspect(copy, Options(currency="USD"), tmp_path / "unknown.toml")

    assert (found.missing, found.errors, len(found.products)) == ((), (), 3)
    assert all(product.categories and product.description for product in found.products)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("sku,name,price,sale_price\na,Cup,9.00,7.00\nb,Jug,8.00,\n", [(700, 900), (800, None)]),
        ("sku,name,regular price,sale price\na,Cup,9.00,\nb,Jug,8.00,6.00\n", [(900, None), (600, 800)]),
        ("sku,name,retail_price\na,Cup,$9.00\nb,Jug,$8.00\n", [(900, None), (800, None)]),
    ],
    ids=["price and sale", "regular and sale", "retail only"],
)
def test_a_sale_and_what_was_asked_before_are_told_apart(
    tmp_path: Path, table: str, expected: list[tuple[int, int | None]]
) -> None:
    (tmp_path / "cups.csv").write_text(table)

    found = inspect(tmp_path / "cups.csv", Options(currency="USD"), tmp_path / "cups.toml")

    assert (found.missing, found.errors) == ((), ())
    prices = [each.variants[0] for each in found.products]
    assert [
        (each.price.amount, each.list_price.amount if each.list_price else None) for each in prices
    ] == expected


def test_a_column_of_currencies_is_that_of_the_prices(tmp_path: Path) -> None:
    (tmp_path / "cups.csv").write_text("sku,name,price,currency\na,Cup,9.00,GBP\nb,Jug,8.00,gbp\n")

    found = inspect(tmp_path / "cups.csv", Options(), tmp_path / "cups.toml")

    assert [each.variants[0].price for each in found.products] == [Money(900, "GBP"), Money(800, "GBP")]


@pytest.mark.parametrize(("cell", "status"), [("yes", "in_stock"), ("FALSE", "out_of_stock")])
def test_yes_and_no_say_whether_it_is_there(tmp_path: Path, cell: str, status: str) -> None:
    (tmp_path / "cups.csv").write_text(f"sku,name,price,in_stock\na,Cup,9.00 USD,{cell}\n")

    found = inspect(tmp_path / "cups.csv", Options(), tmp_path / "cups.toml")

    assert found.products[0].variants[0].availability.status == status


def test_a_status_that_says_nothing_of_the_stock_is_a_fact(tmp_path: Path) -> None:
    """Else every row of the feed would be a bad one."""
    (tmp_path / "cups.csv").write_text("sku,name,price,status\na,Cup,9.00 USD,enabled\n")

    found = inspect(tmp_path / "cups.csv", Options(), tmp_path / "cups.toml")

    assert (found.errors, found.products[0].attributes) == ((), {"status": "enabled"})


def test_a_file_that_is_not_unicode_is_read_as_excel_writes_it_and_the_mapping_says_so(
    database: Database, tmp_path: Path, records: Records
) -> None:
    table = (
        "Artikelnr;Bezeichnung;Verkaufspreis;Lagerbestand;Bild-URL\nA-1;Löffel;1.299,00 €;4;https://a/1.jpg\n"
    )
    (tmp_path / "loeffel.csv").write_bytes(table.encode("cp1252"))

    found = inspect(tmp_path / "loeffel.csv", Options(), tmp_path / "loeffel.toml")

    assert (found.missing, found.products[0].title) == ((), "Löffel")
    assert import_feed(database, tmp_path / "loeffel.csv").added == 1
    (spoon,) = records().values()
    assert (spoon.title, len(spoon.media)) == ("Löffel", 1)
    assert spoon.variants[0].price == Money(129_900, "EUR")
    assert spoon.variants[0].availability.quantity == 4


def test_a_path_is_cut_where_its_parts_meet_and_a_kind_of_record_is_no_shelf(tmp_path: Path) -> None:
    (tmp_path / "tops.csv").write_text(
        "sku,name,price,categories,product_type\na,Top,52 USD,Men/Tops,simple\nb,Cap,9 USD,Men/Hats,virtual\n"
    )

    found = inspect(tmp_path / "tops.csv", Options(), tmp_path / "tops.toml")

    assert [each.categories for each in found.products] == [("Men > Tops",), ("Men > Hats",)]
