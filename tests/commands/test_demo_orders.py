"""The demo's customer finds an order in each state that service is about, at every start."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.demo_orders import freshen
from shop.customers import Customers
from shop.order_rules import OrderPolicy, cancel
from shop.orders import Orders
from storage import Database
from tests.assistant.after_sale import ADA, EVE, ORDERS

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def shop(database: Database) -> Database:
    with database.begin() as work:
        Customers(work).put([ADA, EVE])
        Orders(work).put(ORDERS)
    return database


def stand(shop: Database) -> list[tuple[str, str]]:
    with shop.read() as work:
        return [(each.id, each.status) for each in Orders(work).of_customer("ada")]


def test_one_can_be_cancelled_one_is_on_its_way_and_one_can_be_sent_back(shop: Database) -> None:
    paid, shipped, delivered = freshen(shop, "ada", NOW)

    assert stand(shop) == [(paid.id, "paid"), (shipped.id, "shipped"), (delivered.id, "delivered")]
    assert (paid.tracking, bool(shipped.tracking)) == (None, True)
    assert delivered.delivered_at is not None
    assert NOW - delivered.delivered_at < timedelta(days=OrderPolicy().return_days or 0)


def test_a_later_start_gives_them_back_as_they_were(shop: Database) -> None:
    before = [each.id for each in freshen(shop, "ada", NOW)]
    with shop.begin() as work:
        found = Orders(work).get(before[0])
        assert found is not None
        Orders(work).put([cancel(found, ADA, "no longer needed", OrderPolicy()).order])

    again = freshen(shop, "ada", NOW + timedelta(days=1))

    assert [(each.id, each.status) for each in again] == list(
        zip(before, ("paid", "shipped", "delivered"), strict=True)
    )


def test_nobody_elses_order_is_touched_and_who_has_none_gets_none(shop: Database) -> None:
    freshen(shop, "ada", NOW)

    with shop.read() as work:
        assert Orders(work).of_customer("eve") == (ORDERS[-1],)
    assert freshen(shop, "nobody", NOW) == ()
