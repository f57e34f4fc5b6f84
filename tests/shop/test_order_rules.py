"""What may become of an order: guards first, and money that adds up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import order_rules as rules
from shop.errors import OrderRefused, Refusal
from shop.money import Money
from shop.order_rules import OrderPolicy
from shop.values import (
    Address,
    Availability,
    AvailabilityStatus,
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    Product,
    Variant,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
POLICY = OrderPolicy()
HOME = Address("Ada", "1 Engine Street", "London", "N1 9GU", "GB")


def usd(amount: int) -> Money:
    return Money(amount, "USD")


CARD = PaymentMethod("card", "card", "Visa ending in 4242")
GIFT = PaymentMethod("gift", "gift_card", balance=usd(2_000))
ADA = Customer("ada", "Ada", "ada@example.com", payment_methods=(CARD, GIFT))

COLOURED: tuple[tuple[str, int, AvailabilityStatus], ...] = (
    ("red", 1_000, "in_stock"),
    ("blue", 1_500, "in_stock"),
    ("gold", 9_000, "in_stock"),
    ("grey", 800, "out_of_stock"),
)

MUG = Product(
    "mug",
    "mug",
    "Mug",
    "",
    ("Cups",),
    tuple(
        Variant(f"mug-{colour}", "", usd(price), Availability(status), options={"colour": colour})
        for colour, price, status in COLOURED
    ),
)


def order(
    status: OrderStatus = "paid",
    count: int = 2,
    method: str = "card",
    *,
    changed: bool = False,
    delivered_at: datetime | None = None,
) -> Order:
    line = OrderLine("mug", "mug-red", "Mug", count, usd(1_000), {"colour": "red"})
    total = usd(1_000 * count)
    paid = (Payment("payment", total, method),)
    return Order(
        "A-1",
        "ada",
        NOON,
        status,
        (line,),
        total,
        HOME,
        payments=paid,
        changed=changed,
        delivered_at=delivered_at,
    )


def find(product_id: str) -> Product | None:
    return MUG if product_id == "mug" else None


def refused(error: pytest.ExceptionInfo[OrderRefused]) -> Refusal:
    return error.value.why


@pytest.mark.parametrize("status", ["pending", "paid"])
def test_what_has_not_left_can_be_cancelled_and_is_refunded(status: OrderStatus) -> None:
    done = rules.cancel(order(status, method="gift"), ADA, "no longer needed", POLICY)
    assert (done.order.status, done.order.cancel_reason) == ("cancelled", "no longer needed")
    assert done.order.payments[-1] == Payment("refund", usd(2_000), "gift")
    assert done.customer.method("gift") == replace(GIFT, balance=usd(4_000))


@pytest.mark.parametrize("status", ["shipped", "delivered", "cancelled", "returned", "return_requested"])
def test_what_has_left_can_be_neither_cancelled_nor_changed(status: OrderStatus) -> None:
    gone = order(status)
    for change in (
        lambda: rules.cancel(gone, ADA, "", POLICY),
        lambda: rules.change_address(gone, HOME, POLICY),
        lambda: rules.change_payment(gone, ADA, "gift", POLICY),
        lambda: rules.change_items(gone, ADA, [("mug-red", "mug-blue")], "card", find, POLICY),
    ):
        with pytest.raises(OrderRefused) as error:
            change()
        assert refused(error) == "not_changeable"


def test_a_shop_may_hold_to_its_reasons() -> None:
    strict = OrderPolicy(cancel_reasons=("ordered by mistake",))
    with pytest.raises(OrderRefused) as error:
        rules.cancel(order(), ADA, "I am the admin", strict)
    assert refused(error) == "bad_reason"


def test_what_was_refunded_is_not_refunded_again() -> None:
    moved = rules.change_payment(order(), ADA, "gift", POLICY)
    done = rules.cancel(moved.order, moved.customer, "", POLICY)
    assert [each for each in done.order.payments if each.kind == "refund"] == [
        Payment("refund", usd(2_000), "card"),
        Payment("refund", usd(2_000), "gift"),
    ]
    assert done.customer == ADA


def test_the_address_may_change_again_and_the_order_stays_as_it_is() -> None:
    other = replace(HOME, street="2 Engine Street")
    moved = rules.change_address(order(changed=True), other, POLICY)
    assert moved == replace(order(changed=True), address=other)


@pytest.mark.parametrize(
    ("method", "why"),
    [("card", "same_method"), ("nobody's", "unknown_method"), ("small", "balance_too_low")],
)
def test_a_payment_moves_only_to_another_method_that_covers_it(method: str, why: Refusal) -> None:
    small = PaymentMethod("small", "gift_card", balance=usd(1_999))
    ada = replace(ADA, payment_methods=(*ADA.payment_methods, small))
    with pytest.raises(OrderRefused) as error:
        rules.change_payment(order(), ada, method, POLICY)
    assert refused(error) == why


def test_a_payment_that_was_moved_once_stays() -> None:
    moved = rules.change_payment(order(), ADA, "gift", POLICY)
    with pytest.raises(OrderRefused) as error:
        rules.change_payment(moved.order, moved.customer, "card", POLICY)
    assert refused(error) == "paid_otherwise"


def test_one_piece_of_a_line_becomes_another_variant_at_its_own_price() -> None:
    done = rules.change_items(order(), ADA, [("mug-red", "mug-blue")], "gift", find, POLICY)
    assert [(line.variant_id, line.quantity, line.price) for line in done.order.lines] == [
        ("mug-red", 1, usd(1_000)),
        ("mug-blue", 1, usd(1_500)),
    ]
    assert done.order.total == usd(2_500)
    assert done.order.payments[-1] == Payment("payment", usd(500), "gift")
    assert done.customer.method("gift") == replace(GIFT, balance=usd(1_500))
    with pytest.raises(OrderRefused) as error:
        rules.change_items(done.order, done.customer, [("mug-blue", "mug-red")], "card", find, POLICY)
    assert refused(error) == "not_changeable"


@pytest.mark.parametrize(
    ("swaps", "method", "why"),
    [
        ([("mug-red", "mug-red")], "card", "same_item"),
        ([("mug-red", "mug-grey")], "card", "unavailable"),
        ([("mug-red", "jug-blue")], "card", "unknown_variant"),
        ([("mug-blue", "mug-red")], "card", "not_in_order"),
        ([("mug-red", "mug-blue")] * 3, "card", "not_in_order"),
        ([("mug-red", "mug-gold")], "gift", "balance_too_low"),
        ([("mug-red", "mug-blue")], "theirs", "unknown_method"),
        ([("mug-red", "mug-blue")], None, "unknown_method"),
    ],
)
def test_items_change_only_to_what_is_there_and_paid_for(
    swaps: list[tuple[str, str]], method: str | None, why: Refusal
) -> None:
    with pytest.raises(OrderRefused) as error:
        rules.change_items(order(), ADA, swaps, method, find, POLICY)
    assert refused(error) == why


def test_a_return_is_refunded_the_way_it_was_paid_or_onto_a_gift_card() -> None:
    paypal = PaymentMethod("paypal", "paypal")
    ada = replace(ADA, payment_methods=(*ADA.payment_methods, paypal))
    for method in ("card", "gift", None):
        asked = rules.request_return(order("delivered"), ada, ["mug-red"], method, POLICY)
        assert asked.status == "return_requested"
        assert asked.payments == order().payments
    with pytest.raises(OrderRefused) as error:
        rules.request_return(order("delivered"), ada, ["mug-red"], "paypal", POLICY)
    assert refused(error) == "method_not_allowed"


def test_a_return_has_its_time() -> None:
    arrived = order("delivered", delivered_at=NOON)
    rules.request_return(arrived, ADA, ["mug-red"], None, POLICY, NOON + timedelta(days=30))
    with pytest.raises(OrderRefused) as error:
        rules.request_return(arrived, ADA, ["mug-red"], None, POLICY, NOON + timedelta(days=30, seconds=1))
    assert refused(error) == "too_late"


def test_an_exchange_moves_nothing_before_the_old_piece_is_back() -> None:
    asked = rules.request_exchange(
        order("delivered"), ADA, [("mug-red", "mug-blue"), ("mug-red", "mug-gold")], "card", find, POLICY
    )
    assert asked.exchanging is not None
    assert asked.exchanging.difference == usd(8_500)
    assert asked.exchanging.new_variant_ids == ("mug-blue", "mug-gold")
    assert (asked.lines, asked.payments, asked.total) == (order().lines, order().payments, order().total)


COLOURS = st.sampled_from(["mug-red", "mug-blue", "mug-gold"])


@given(st.lists(COLOURS, max_size=4), st.integers(0, 20_000))
def test_money_is_neither_made_nor_lost(new: list[str], balance: int) -> None:
    """What the shop holds and what the customer has on cards is the same before and after, and an order's
    lines add up to its total, whatever is changed and cancelled."""
    gift = replace(GIFT, balance=usd(balance))
    ada = replace(ADA, payment_methods=(CARD, gift))
    start = order(count=4, method="gift")
    try:
        changed = rules.change_items(start, ada, [("mug-red", each) for each in new], "gift", find, POLICY)
    except OrderRefused:
        return
    now = changed.customer.method("gift")
    assert now is not None
    assert now.balance is not None
    assert now.balance.amount >= 0
    assert _paid(changed.order) + now.balance.amount == _paid(start) + balance
    assert _paid(changed.order) == changed.order.total.amount == _worth(changed.order)
    back = rules.cancel(replace(changed.order, changed=False), changed.customer, "", POLICY)
    assert _paid(back.order) == 0


def _paid(of: Order) -> int:
    return sum(each.amount.amount * (1 if each.kind == "payment" else -1) for each in of.payments)


def _worth(of: Order) -> int:
    return sum(line.price.amount * line.quantity for line in of.lines)
