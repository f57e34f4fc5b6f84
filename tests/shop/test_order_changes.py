"""Changes of orders and accounts as they are stored: the customer's own, whole, or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shop.account_changes import AccountChanges
from shop.catalogue import Catalogue
from shop.customers import Customers
from shop.errors import OrderRefused
from shop.order_changes import Change, OrderChanges
from shop.order_rules import OrderPolicy
from shop.orders import Orders
from shop.values import Address
from storage import Database, UnitOfWork
from tests.shop.test_order_rules import ADA, HOME, MUG, NOON, order

NOW = datetime(2026, 5, 2, tzinfo=UTC)


@pytest.fixture
def work(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as work:
        Catalogue(work).put([MUG])
        Customers(work).put([ADA])
        Orders(work).put([order(method="gift"), replace(order("delivered"), id="A-2", delivered_at=NOON)])
        yield work


def changes(work: UnitOfWork, who: str = "ada") -> OrderChanges:
    return OrderChanges(work, who, OrderPolicy(), NOW)


def test_an_order_comes_back_as_it_was_put(work: UnitOfWork) -> None:
    full = replace(
        order(), id="A-3", note="ring twice", delivered_at=NOON, changed=True, cancel_reason="none"
    )
    Orders(work).put([full])
    assert Orders(work).get("A-3") == full


def test_a_cancelled_order_and_its_refund_are_both_stored(work: UnitOfWork) -> None:
    change = changes(work).cancel("A-1", "no longer needed")
    assert Orders(work).get("A-1") == change.after
    assert Customers(work).get("ada") == change.customer_after
    assert change.before == order(method="gift")
    assert change.customer_after != change.customer_before == ADA


def test_items_are_looked_up_in_the_catalogue(work: UnitOfWork) -> None:
    changes(work).change_items("A-1", [("mug-red", "mug-blue")], "card")
    stored = Orders(work).get("A-1")
    assert stored is not None
    assert [line.options for line in stored.lines] == [{"colour": "red"}, {"colour": "blue"}]
    asked = changes(work).request_exchange("A-2", [("mug-red", "mug-gold")], None)
    assert Orders(work).get("A-2") == asked.after


@pytest.mark.parametrize("who", ["eve", ""])
def test_an_order_of_somebody_else_is_as_unknown_as_none(work: UnitOfWork, who: str) -> None:
    tries: tuple[Callable[[OrderChanges, str], Change], ...] = (
        lambda theirs, key: theirs.cancel(key, ""),
        lambda theirs, key: theirs.change_address(key, HOME),
        lambda theirs, key: theirs.change_payment(key, "gift"),
        lambda theirs, key: theirs.change_items(key, [("mug-red", "mug-blue")], "gift"),
        lambda theirs, key: theirs.request_return(key, ["mug-red"], None),
        lambda theirs, key: theirs.request_exchange(key, [("mug-red", "mug-blue")], None),
    )
    for order_id in ("A-1", "A-9"):
        for change in tries:
            with pytest.raises(OrderRefused) as error:
                change(changes(work, who), order_id)
            assert (error.value.why, error.value.subject) == ("unknown_order", order_id)
    assert Orders(work).get("A-1") == order(method="gift")


def test_an_account_changes_without_its_orders(work: UnitOfWork) -> None:
    away = Address("Ada", "3 Pier", "Hull", "HU1", "GB")
    AccountChanges(work, "ada").change_address(away)
    changed = AccountChanges(work, "ada").change_contact(email="new@example.com")
    assert Customers(work).get("ada") == changed.after == replace(ADA, address=away, email="new@example.com")
    stored = Orders(work).get("A-1")
    assert stored is not None
    assert stored.address == HOME
    with pytest.raises(OrderRefused):
        AccountChanges(work, "eve").change_contact(phone="1")
