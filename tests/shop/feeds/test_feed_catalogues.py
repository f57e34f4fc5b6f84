"""Catalogues that this project did not write, and the demo shop, each as it lies on disk."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.build import build
from shop.catalogue import Catalogue
from shop.feeds import ImportReport, import_feed, import_shop
from shop.money import Money
from shop.values import Product
from storage import Database

Records = Callable[[], dict[str, Product]]

DATA = Path(__file__).parents[4] / "shared" / "data"
RETAIL = DATA / "catalogues" / "retail_demo_store.jsonl"
ZAVA = DATA / "catalogues" / "zava_diy.jsonl"
ICECAT = DATA / "search" / "icecat_products.jsonl.gz"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public catalogues are not at {DATA}")


def rows(path: Path) -> Iterator[dict[str, object]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


@needs_data
def test_the_retail_demo_store_comes_in_whole(database: Database, records: Records) -> None:
    assert import_feed(database, RETAIL) == ImportReport(added=2_465)

    found = records()
    for row in rows(RETAIL):
        product = found[str(row["id"])]
        assert product.title == row["name"]
        assert product.variants[0].price == Money.of(str(row["price"]), "USD")
        assert product.variants[0].availability.quantity == row["current_stock"]
    assert len({product.categories[0].split(" > ")[0] for product in found.values()}) == 20


@needs_data
def test_zava_comes_in_whole_with_readable_shelves(database: Database, records: Records) -> None:
    assert import_feed(database, ZAVA) == ImportReport(added=423)

    hammer = records()["HTHM001600"]
    assert hammer.categories == ("Hand Tools > Hammers",)
    assert hammer.variants[0].price == Money(2800, "USD")
    assert hammer.variants[0].availability.quantity == 25


@needs_data
def test_icecat_comes_in_with_cents_brands_and_attributes(
    database: Database, records: Records, tmp_path: Path
) -> None:
    part = tmp_path / "part.jsonl.gz"
    with gzip.open(part, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row, _ in zip(rows(ICECAT), range(1_500), strict=False))

    assert import_feed(database, part) == ImportReport(added=1_500)

    laptop = records()["2101957"]
    assert (laptop.brand, laptop.categories) == ("HP", ("Notebook",))
    assert laptop.variants[0].price == Money(10_995, "USD")
    assert laptop.variants[0].availability.available
    assert laptop.attributes["colour"] == "Silver"
    assert laptop.attributes["display_diagonal"] == "17"
    assert laptop.attributes["touchscreen"] == "no"
    assert laptop.variants[0].barcodes == ("0884420588030",)
    assert records()["3920564"].categories == ()


@needs_data
@pytest.mark.slow
def test_all_of_icecat_comes_in_and_again_changes_nothing(database: Database) -> None:
    assert import_feed(database, ICECAT) == ImportReport(added=19_406)
    assert import_feed(database, ICECAT, prune=True) == ImportReport(unchanged=19_406)


def test_the_demo_shop_comes_in_whole_and_again_changes_nothing(
    database: Database, tmp_path: Path, records: Records
) -> None:
    build(tmp_path / "shop")

    first = import_shop(database, tmp_path / "shop", media_dir=tmp_path / "media")
    second = import_shop(database, tmp_path / "shop", prune=True)

    assert (first.added, first.errors) == (300, ())
    assert all(counts.added and not counts.changed for counts in first.records.values())
    assert (second.added, second.changed, second.unchanged, second.removed) == (0, 0, 300, 0)
    assert not any(counts.added or counts.changed or counts.removed for counts in second.records.values())
    pictures = {
        media.url.removeprefix("/media/") for product in records().values() for media in product.media
    }
    assert pictures <= {path.name for path in (tmp_path / "media").iterdir()}
    with database.read() as work:
        assert sum(len(product.variants) for product in Catalogue(work).all()) == 900
