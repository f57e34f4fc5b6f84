"""Feeds that are packed, written or broken in ways that would cost more than themselves."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from shop.feeds import UnreadableFeed, import_feed, opening
from shop.feeds.taxonomy import read_taxonomy
from shop.values import Product
from storage import Database

Records = Callable[[], dict[str, Product]]

TABLE = "id,title,price,availability,link\nm1,{title},9.00 USD,in stock,https://a/b\n"


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SMALL_BYTES", 100_000)


@pytest.mark.usefixtures("small_bounds")
def test_a_gzip_bomb_is_stopped(database: Database, tmp_path: Path) -> None:
    bomb = tmp_path / "feed.csv.gz"
    bomb.write_bytes(gzip.compress(TABLE.encode() + b"\n" * 3_000_000))

    with pytest.raises(UnreadableFeed, match="unpacks to more than 200 times its size"):
        import_feed(database, bomb)


@pytest.mark.usefixtures("small_bounds")
def test_a_zip_bomb_is_stopped(database: Database, tmp_path: Path) -> None:
    bomb = tmp_path / "feed.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feed.csv", TABLE + "\n" * 3_000_000)

    with pytest.raises(UnreadableFeed, match="unpacks to more than 200 times its size"):
        import_feed(database, bomb)


def test_the_one_feed_in_an_archive_is_read(database: Database, tmp_path: Path, records: Records) -> None:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/feed.csv", TABLE.format(title="Mug"))

    import_feed(database, tmp_path / "feed.zip")

    assert records()["m1"].title == "Mug"


def test_an_archive_of_several_feeds_says_so(database: Database, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        archive.writestr("a.csv", TABLE)
        archive.writestr("b.csv", TABLE)

    with pytest.raises(UnreadableFeed, match="holds 2 files; pack one feed"):
        import_feed(database, tmp_path / "feed.zip")


def test_a_cell_of_ten_megabytes_costs_its_row(database: Database, tmp_path: Path, records: Records) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(TABLE.format(title="x" * 9_000_000) + "m2,Mug,9.00 USD,in stock,https://a/b\n")

    report = import_feed(database, feed)

    assert [(error.line, error.reason) for error in report.errors] == [
        (2, "cannot be read: field larger than field limit (1000000)")
    ]
    assert set(records()) == {"m2"}


def test_a_line_that_never_ends_costs_itself(database: Database, tmp_path: Path, records: Records) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(TABLE.format(title="x" * 21_000_000) + "m2,Mug,9.00 USD,in stock,https://a/b\n")

    report = import_feed(database, feed)

    assert [(error.line, error.reason) for error in report.errors] == [
        (2, "is longer than 10000000 characters")
    ]
    assert set(records()) == {"m2"}


def test_a_field_of_json_of_ten_megabytes_costs_its_row(
    database: Database, tmp_path: Path, records: Records
) -> None:
    row = {"id": "m1", "title": "Mug", "price": "9 USD", "availability": "in_stock", "enable_search": True}
    feed = tmp_path / "feed.jsonl"
    feed.write_text(
        json.dumps({**row, "description": "x" * 9_000_000}) + "\n" + json.dumps({**row, "id": "m2"}) + "\n"
    )

    report = import_feed(database, feed)

    assert [(error.field, error.reason) for error in report.errors] == [
        ("description", "is longer than 200000 characters")
    ]
    assert set(records()) == {"m2"}


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("utf-8", "Teekännchen"), ("utf-8-sig", "Teekännchen"), ("utf-16", "Teekännchen"), ("utf-8", "茶杯")],
)
def test_unicode_is_read_by_its_mark(
    database: Database, tmp_path: Path, records: Records, encoding: str, title: str
) -> None:
    (tmp_path / "feed.csv").write_bytes(TABLE.format(title=title).encode(encoding))

    import_feed(database, tmp_path / "feed.csv")

    assert records()["m1"].title == title


@pytest.mark.parametrize(
    ("encoding", "title"), [("cp1252", "Teekännchen 5 €"), ("shift_jis", "湯呑み"), ("gb18030", "茶杯")]
)
def test_another_encoding_is_read_where_it_is_named(
    database: Database, tmp_path: Path, records: Records, encoding: str, title: str
) -> None:
    (tmp_path / "feed.csv").write_bytes(TABLE.format(title=title).encode(encoding))

    import_feed(database, tmp_path / "feed.csv", encoding=encoding)

    assert records()["m1"].title == title


@pytest.mark.parametrize("encoding", ["klingon", "base64"])
def test_an_encoding_that_is_none_says_how_to_write_one(
    database: Database, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "feed.csv").write_text(TABLE)

    with pytest.raises(UnreadableFeed, match=f"no encoding '{encoding}'; write it like utf-8"):
        import_feed(database, tmp_path / "feed.csv", encoding=encoding)


def test_a_quoted_cell_may_hold_lines(database: Database, tmp_path: Path, records: Records) -> None:
    (tmp_path / "feed.csv").write_text(TABLE.format(title='"Mug\nwith ""handle"""'))

    import_feed(database, tmp_path / "feed.csv")

    assert records()["m1"].title == 'Mug with "handle"'


def test_json_lines_cut_in_the_middle_cost_the_last(
    database: Database, tmp_path: Path, records: Records
) -> None:
    row = {"title": "Mug", "price": "9 USD", "availability": "in_stock", "enable_search": True}
    lines = "\n".join(json.dumps({"id": f"m{number}", **row}) for number in range(3))
    (tmp_path / "feed.jsonl").write_text(lines[:-20])

    report = import_feed(database, tmp_path / "feed.jsonl")

    assert [error.line for error in report.errors] == [3]
    assert set(records()) == {"m0", "m1"}


@pytest.mark.parametrize("last", ['m3,"Mug and then noth', "m3,Mug", "m3"])
def test_a_table_cut_in_the_middle_costs_the_last_row(
    database: Database, tmp_path: Path, records: Records, last: str
) -> None:
    rows = [f"m{number},Mug,9 USD,in stock,https://a/{number}" for number in range(3)]
    (tmp_path / "feed.csv").write_text("\n".join(["id,title,price,availability,link", *rows, last]))

    report = import_feed(database, tmp_path / "feed.csv")

    assert [error.line for error in report.errors] == [5]
    assert set(records()) == {"m0", "m1", "m2"}


def test_an_id_that_comes_twice_in_a_table_is_told_and_the_first_counts(
    database: Database, tmp_path: Path, records: Records
) -> None:
    rows = ["a,Mug,1 USD,in stock,https://a/a", "b,Pot,2 USD,in stock,https://a/b"]
    again = "a,Cup,3 USD,in stock,https://a/a"
    (tmp_path / "feed.csv").write_text("\n".join(["id,title,price,availability,link", *rows, again]))

    report = import_feed(database, tmp_path / "feed.csv")

    assert [error.reason for error in report.errors] == ["'a' comes twice; the first counts"]
    assert {key: each.variants[0].price.amount for key, each in records().items()} == {"a": 100, "b": 200}


def test_products_that_share_a_sku_both_come_in(database: Database, tmp_path: Path, records: Records) -> None:
    (tmp_path / "feed.csv").write_text("nr,sku,name,price\n1,S,Mug,1\n2,S,Pot,2\n")
    (tmp_path / "feed.toml").write_text(
        'currency = "USD"\n[columns]\nid = "nr"\nsku = "sku"\ntitle = "name"\nprice = "price"\n'
    )

    assert import_feed(database, tmp_path / "feed.csv").errors == ()
    assert {key: each.variants[0].sku for key, each in records().items()} == {"1": "S", "2": "S"}


TAXONOMY = """# Google_Product_Taxonomy_Version: 2021-09-21
1 - Things
20 - Things > Cups & Mugs
30 - Other > Spare Parts
40 - Things > Spare Parts
"""


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("20", "Things > Cups & Mugs"),
        ("Kitchen > Cups and Mugs", "Things > Cups & Mugs"),
        ("things > spare parts", "Things > Spare Parts"),
        ("Spare Parts", None),
        ("99", None),
        ("Hats", None),
    ],
)
def test_googles_category_is_found_by_number_and_by_name(
    tmp_path: Path, words: str, path: str | None
) -> None:
    (tmp_path / "taxonomy.txt").write_text(TAXONOMY)

    assert read_taxonomy(tmp_path / "taxonomy.txt").path_of(words) == path


def test_googles_category_stands_beside_the_shops_own(
    database: Database, tmp_path: Path, records: Records
) -> None:
    (tmp_path / "taxonomy.txt").write_text(TAXONOMY)
    (tmp_path / "feed.csv").write_text(
        "id,title,price,availability,link,product_type,google_product_category\n"
        "a,A,1 USD,in stock,https://a/a,My shelf,20\n"
        "b,B,1 USD,in stock,https://a/b,,20\n"
        "c,C,1 USD,in stock,https://a/c,Kitchen > Cups & Mugs,\n"
    )

    import_feed(database, tmp_path / "feed.csv", taxonomy=tmp_path / "taxonomy.txt")

    google = "Things > Cups & Mugs"
    found = {
        key: (each.categories, each.attributes["google_product_category"]) for key, each in records().items()
    }
    assert found == {
        "a": (("My shelf",), google),
        "b": ((google,), google),
        "c": (("Kitchen > Cups & Mugs",), google),
    }


def test_a_file_that_is_no_taxonomy_says_so(database: Database, tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text(TABLE)

    with pytest.raises(UnreadableFeed, match="holds no line like '1604 - Apparel"):
        import_feed(database, tmp_path / "feed.csv", taxonomy=tmp_path / "feed.csv")
