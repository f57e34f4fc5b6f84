"""What a sentence on an order claims that its evidence does not hold."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant import evidence, service_evidence
from assistant.order_views import list_evidence, order_view, refund_evidence, status_evidence
from assistant.service_claims import service_violations
from shop.money import Money
from shop.values import Customer, Order, OrderLine, ReturnRequest

LINES = (
    OrderLine("p", "v1", "Alto Vase", 1, Money(4900, "USD")),
    OrderLine("q", "v2", "Fern Rug", 2, Money(2500, "USD")),
)
SHIPPED = Order(
    "W204",
    "c",
    datetime(2026, 3, 2, tzinfo=UTC),
    "shipped",
    LINES,
    Money(9900, "USD"),
    tracking="1ZAB77",
)
DELIVERED = replace(SHIPPED, status="delivered", delivered_at=datetime(2026, 3, 4, tzinfo=UTC))
RETURNING = replace(DELIVERED, status="return_requested", returning=ReturnRequest(("v1",)))


def wrong(text: str, order: Order) -> list[str]:
    return [each.claim for each in service_violations(text, status_evidence(order, order_view(order)))]


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (SHIPPED, "Order W204 is on its way; follow it with 1ZAB77."),
        (SHIPPED, "It has been shipped and was not delivered yet."),
        (DELIVERED, "Order W204 was placed on 2026-03-02 and delivered on 2026-03-04."),
        (RETURNING, "For order W204 only Alto Vase is coming back, and you keep the rest."),
    ],
)
def test_what_the_record_says_may_be_said(order: Order, text: str) -> None:
    assert wrong(text, order) == []


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (SHIPPED, "Order W204 was delivered."),
        (SHIPPED, "Order W204 is cancelled."),
        (SHIPPED, "Order W205 is on its way."),
        (SHIPPED, "Order W204 is on its way, $98.00 in all."),
        (SHIPPED, "Order W204 is on its way and comes tomorrow."),
        (SHIPPED, "Order W204 is on its way, and you get a refund."),
        (SHIPPED, "Order W204 is on its way with a free gift."),
        (DELIVERED, "Order W204 was delivered on 2026-03-02."),
        (DELIVERED, "Order W204 was placed on 2026-03-04."),
        (DELIVERED, "Your neighbour signed for order W204."),
    ],
)
def test_another_state_day_sum_or_promise_is_a_claim(order: Order, text: str) -> None:
    assert wrong(text, order)


def test_in_a_list_each_order_has_its_own_state() -> None:
    orders = [replace(DELIVERED, id="A-1"), replace(SHIPPED, id="A-2")]
    told = list_evidence(orders)

    assert service_violations("A-1 is delivered; A-2 is on its way.", told) == ()
    assert service_violations("A-1 is on its way; A-2 is delivered.", told)


def test_a_refund_that_was_not_made_may_not_be_told() -> None:
    told = refund_evidence(SHIPPED, order_view(SHIPPED))

    assert service_violations("There is no refund for order W204 so far.", told) == ()
    assert service_violations("We refunded $99.00 for order W204.", told)


def test_an_account_is_told_by_its_own_values() -> None:
    told = service_evidence.account(Customer("c", "Ada Novak", "ada@example.com"))

    assert service_violations("The account belongs to Ada Novak; the e-mail is ada@example.com.", told) == ()
    assert service_violations("Your phone is +1-555-0100.", told)


def test_where_no_policy_answers_nothing_is_made_up() -> None:
    told = evidence.policy_unknown("cancellation fee")

    assert service_violations("Our pages are silent on cancellation fee, so I will not guess.", told) == ()
    assert service_violations("The cancellation fee is $5.", told)
    assert service_violations("We charge a small cancellation fee of shipping.", told)


def test_goods_whose_name_holds_a_word_of_a_state_say_nothing_of_it() -> None:
    unpaid = replace(
        SHIPPED, status="pending", lines=(OrderLine("p", "v1", "Arc Packing Cubes", 1, Money(1550, "EUR")),)
    )

    assert wrong("We are still waiting for the payment; that is for Arc Packing Cubes.", unpaid) == []
    assert "are packing" in wrong("Your order is paid and we are packing Arc Packing Cubes.", unpaid)
