"""The same made products in every form of a feed."""

from pathlib import Path

import pytest

from evals.import_feeds import FORMATS, made, write_orders
from shop.catalogue import Catalogue
from shop.feeds import import_feed, import_shop
from shop.orders import Orders
from storage import Database

WORDS = ("amber", "cedar", "onyx")
SIZE = 30


@pytest.mark.parametrize("name", FORMATS)
def test_every_form_brings_in_the_same_titles_and_prices(
    database: Database, tmp_path: Path, name: str
) -> None:
    ending, written = FORMATS[name]
    feed = tmp_path / f"{name}.{ending}"
    written(feed, made(SIZE, 7, WORDS))

    report = import_feed(database, feed, currency="USD")

    assert (report.added, report.errors) == (SIZE, ())
    with database.read() as work:
        found = {each.title: each.variants[0].price.amount for each in Catalogue(work).all()}
    assert found == {each.title: int(each.price.replace(".", "")) for each in made(SIZE, 7, WORDS)}


def test_a_folder_brings_in_its_orders(database: Database, tmp_path: Path) -> None:
    write_orders(tmp_path, SIZE, list(made(5, 7, WORDS)), 7)

    report = import_shop(database, tmp_path)

    assert report.records["orders.jsonl"].added == SIZE
    with database.read() as work:
        order = Orders(work).get("o0")
    assert order is not None
    assert order.total.amount == sum(line.price.amount for line in order.lines)
