"""Orders and reviews as tables, under the headers that shops export."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shop.feeds import ImportReport, UnreadableFeed, import_shop
from shop.feeds.tables import moment
from shop.money import Money
from shop.orders import Orders
from shop.reviews import Reviews
from storage import Database

PRODUCTS = """id,title,price,availability,link,mpn
mug,Mug,9.00 USD,in stock,https://a/mug,MUG-1
tea,Tea,4.00 USD,in stock,https://a/tea,TEA-1
"""


@pytest.fixture
def ingest(database: Database, tmp_path: Path) -> Callable[..., ImportReport]:
    def run(**files: str) -> ImportReport:
        folder = tmp_path / "shop"
        folder.mkdir(exist_ok=True)
        (folder / "products.csv").write_text(PRODUCTS)
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text)
        return import_shop(database, folder)

    return run


Ingest = Callable[..., ImportReport]


def test_rows_with_one_number_are_one_order(database: Database, ingest: Ingest) -> None:
    report = ingest(
        orders="Name,Email,Created at,Fulfillment Status,Currency,Total,Lineitem name,Lineitem quantity,"
        "Lineitem price,Lineitem sku\n"
        "#1001,ada@example.com,2026-05-01 09:00:00 +0200,fulfilled,USD,22.00,Mug,2,9.00,MUG-1\n"
        "#1001,,,,,,Tea,1,4.00,TEA-1\n"
    )

    assert report.errors == ()
    with database.read() as work:
        order = Orders(work).get("#1001")
    assert order is not None
    assert (order.customer_id, order.status, order.total) == (
        "ada@example.com",
        "shipped",
        Money(2200, "USD"),
    )
    assert order.placed_at == datetime(2026, 5, 1, 7, tzinfo=UTC)
    assert [(line.product_id, line.variant_id, line.quantity) for line in order.lines] == [
        ("mug", "mug", 2),
        ("tea", "tea", 1),
    ]


def test_an_order_without_a_total_costs_what_its_lines_do(database: Database, ingest: Ingest) -> None:
    ingest(
        orders="order_id,customer_id,date,sku,quantity,price\n7,ada,2026-05-01,MUG-1,2,9.00\n7,ada,,TEA-1,1,4\n"
    )

    with database.read() as work:
        order = Orders(work).get("7")
    assert order is not None
    assert (order.total, order.status) == (Money(2200, "USD"), "paid")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("8,ada,yesterday,MUG-1,1,9", "placed_at"),
        ("8,ada,2026-05-01,CUP-1,1,9", "sku"),
        ("8,,2026-05-01,MUG-1,1,9", "customer_id"),
        ("8,ada,2026-05-01,MUG-1,1,soon", "price"),
        ("8,ada,2026-05-01,MUG-1,-1,9", "total"),
    ],
)
def test_a_bad_order_is_told_while_the_rest_goes_in(
    database: Database, ingest: Ingest, row: str, field: str
) -> None:
    header = "order_id,customer_id,date,sku,quantity,price\n"
    report = ingest(orders=f"{header}7,ada,2026-05-01,MUG-1,1,9\n{row}\n")

    assert [(error.file, error.line, error.field) for error in report.errors] == [("orders.csv", 3, field)]
    with database.read() as work:
        assert Orders(work).count() == 1


def test_reviews_come_by_product_or_by_sku(database: Database, ingest: Ingest) -> None:
    report = ingest(
        reviews="review_id,product_id,sku,score,body,date,verified purchase\n"
        "r1,mug,,5,Warm.,2026-05-01,yes\nr2,,TEA-1,2.0,Weak.,2026-05-02T10:00:00Z,\nr3,mug,,9,?,2026-05-01,\n"
    )

    assert [(error.line, error.field) for error in report.errors] == [(4, "rating")]
    with database.read() as work:
        (mug,), (tea,) = Reviews(work).of_product("mug"), Reviews(work).of_product("tea")
    assert (mug.rating, mug.text, mug.verified) == (5, "Warm.", True)
    assert (tea.rating, tea.verified, tea.at) == (2, False, datetime(2026, 5, 2, 10, tzinfo=UTC))


def test_one_kind_of_record_comes_once(database: Database, ingest: Ingest, tmp_path: Path) -> None:
    ingest(orders="order_id,customer_id,date,sku,quantity,price\n7,ada,2026-05-01,MUG-1,1,9\n")
    (tmp_path / "shop" / "orders.jsonl").write_text("")

    with pytest.raises(UnreadableFeed, match=r"holds orders\.jsonl and orders\.csv: keep one"):
        import_shop(database, tmp_path / "shop")


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("2026-05-01 09:00:00 +0200", "2026-05-01T09:00:00+02:00"),
        ("2026-05-01T09:00:00Z", "2026-05-01T09:00:00Z"),
        ("2026-05-01 09:00 UTC", "2026-05-01T09:00Z"),
        ("2026-05-01", "2026-05-01T00:00Z"),
    ],
)
def test_a_moment_without_a_zone_is_utc(words: str, iso: str) -> None:
    assert moment({"at": words}, "at") == iso
