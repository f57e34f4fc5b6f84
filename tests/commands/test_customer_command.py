"""`customer` on the command line: what is kept about somebody, given out and erased."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app import app
from shop.customers import Customers
from shop.money import Money
from shop.orders import Orders
from shop.values import Customer, Order, OrderLine
from storage import Database

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)


def run(*arguments: str | Path, says: str = "") -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments], input=says)


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("PAIRWELL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    database = Database(f"sqlite:///{tmp_path}/pairwell.db")
    database.upgrade()
    with database.begin() as work:
        Customers(work).put([Customer(key, key.title(), f"{key}@example.com") for key in ("ada", "bob")])
        line = OrderLine("mug", "mug-one", "Mug", 1, Money(500, "USD"))
        Orders(work).put([Order(f"o-{k}", k, AT, "paid", (line,), Money(500, "USD")) for k in ("ada", "bob")])
    return database


def test_all_that_is_kept_is_given_out_as_json(tmp_path: Path) -> None:
    shown = run("customer", "export", "ada")
    assert shown.exit_code == 0
    assert set(json.loads(shown.output)) == {"customers", "orders", "order_lines"}

    written = run("customer", "export", "ada", "--out", tmp_path / "ada.json")

    assert "3 rows in" in written.output
    text = (tmp_path / "ada.json").read_text()
    assert "ada@example.com" in text
    assert "bob" not in text


def test_who_is_unknown_is_told_so() -> None:
    shown = run("customer", "export", "eve")

    assert shown.exit_code == 1
    assert "nothing is kept about 'eve'" in shown.output


def test_erasing_is_asked_about_and_leaves_the_others(shop: Database) -> None:
    assert run("customer", "erase", "ada", says="n\n").exit_code in (0, 1)
    assert run("customer", "export", "ada").exit_code == 0

    erased = run("customer", "erase", "ada", "--yes")

    assert erased.exit_code == 0
    assert "rows erased" in erased.output
    assert run("customer", "export", "ada").exit_code == 1
    with shop.read() as work:
        assert Orders(work).get("o-bob") is not None
