"""What the records beside the products must keep to. Each check raises `BadValue`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from shop.deserialise import BadValue
from shop.feeds.checks import check_currency, check_id
from shop.feeds.fields import MOST_QUANTITY
from shop.money import Money
from shop.values import Customer, Occasion, Order, Policy, Promotion, Review

T = TypeVar("T")
Check = Callable[[T], None]


@dataclass(frozen=True, slots=True)
class Known:
    """What records are checked against: the shop as it is after the import.

    `skus` gives the product and the variant of each; of a SKU that several have, the first by id.
    """

    products: Callable[[], set[str]]
    skus: Callable[[], Mapping[str, tuple[str, str]]]
    currency: Callable[[], str | None]


def review_check(shop: Known) -> Check[Review]:
    known = shop.products()

    def check(review: Review) -> None:
        if review.product_id not in known:
            raise BadValue("product_id", f"no product {review.product_id!a} in the catalogue")
        if not 1 <= review.rating <= 5:
            raise BadValue("rating", f"is {review.rating}, not 1 to 5")
        check_id(review.customer_id or "none", "customer_id")

    return check


def customer_check(_shop: Known) -> Check[Customer]:
    def check(customer: Customer) -> None:
        if "@" not in customer.email:
            raise BadValue("email", f"is no address: {customer.email!a}")

    return check


def order_check(_shop: Known) -> Check[Order]:
    return _order


def _order(order: Order) -> None:
    check_id(order.customer_id, "customer_id")
    if not order.lines:
        raise BadValue("lines", "is empty")
    _amount(order.total, "total")
    for index, line in enumerate(order.lines):
        check_id(line.product_id, f"lines[{index}].product_id")
        check_id(line.variant_id, f"lines[{index}].variant_id")
        _amount(line.price, f"lines[{index}].price")
        if not 1 <= line.quantity <= MOST_QUANTITY:
            raise BadValue(f"lines[{index}].quantity", f"is {line.quantity}")


def promotion_check(shop: Known) -> Check[Promotion]:
    sold_in = shop.currency()

    def check(promotion: Promotion) -> None:
        for field, money in (("amount", promotion.amount), ("minimum", promotion.minimum)):
            if money is not None:
                _amount(money, field)
                if sold_in is not None and money.currency != sold_in:
                    raise BadValue(field, f"is in {money.currency}, the shop sells in {sold_in}")
        _takes_off(promotion)

    return check


def _takes_off(promotion: Promotion) -> None:
    """One thing off, `percent` or `amount`, and the one that its kind needs."""
    by_percent, by_amount = promotion.percent is not None, promotion.amount is not None
    if promotion.percent is not None and not 1 <= promotion.percent <= 100:
        raise BadValue("percent", f"is {promotion.percent}, not 1 to 100")
    if promotion.kind == "percentage" and (not by_percent or by_amount):
        raise BadValue("percent", "a percentage promotion has percent and no amount")
    if promotion.kind == "fixed" and (not by_amount or by_percent):
        raise BadValue("amount", "a fixed promotion has amount and no percent")
    if promotion.kind == "set" and (by_percent == by_amount or len(promotion.set_of) < 2):
        raise BadValue("set_of", "a set promotion has set_of with two entries or more, and percent or amount")


def occasion_check(_shop: Known) -> Check[Occasion]:
    def check(occasion: Occasion) -> None:
        if not occasion.words or not occasion.slots:
            raise BadValue("words" if not occasion.words else "slot", "is empty")
        for index, slot in enumerate(occasion.slots):
            if not slot.query.strip() or not 1 <= slot.quantity <= MOST_QUANTITY:
                raise BadValue(f"slot[{index}]", "needs a query, and a quantity of 1 or more")

    return check


def policy_check(_shop: Known) -> Check[Policy]:
    def check(policy: Policy) -> None:
        if not policy.text.strip():
            raise BadValue("text", "is empty")

    return check


def _amount(money: Money, field: str) -> None:
    check_currency(money.currency, field)
    if money.amount < 0:
        raise BadValue(field, f"is negative: {money.amount}")
