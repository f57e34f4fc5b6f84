"""What may become of an order after the sale: the shop's rules, guards first. Pure: values in, values out.

Each function checks everything before it changes anything, in the order in which its guards are written, and
gives the order (and where money moves, the customer) as they are afterwards. Nothing is stored here.

Errors: `OrderRefused` with the rule that forbids it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shop.errors import OrderRefused
from shop.money import Money
from shop.values import (
    Address,
    Customer,
    ExchangeRequest,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    Product,
    ReturnRequest,
    Variant,
)

#: A way to pay that holds money of its own.
GIFT_CARD = "gift_card"

#: A product of the catalogue by its id; None where there is none.
FindProduct = Callable[[str], Product | None]


@dataclass(frozen=True, slots=True)
class OrderPolicy:
    """What a shop allows. `cancel_reasons` empty: any. `return_days` are counted from the delivery, where
    the order says when that was; None: there is no limit."""

    changeable: frozenset[OrderStatus] = frozenset(("pending", "paid"))
    cancel_reasons: tuple[str, ...] = ()
    return_days: int | None = 30


@dataclass(frozen=True, slots=True)
class Changed:
    """An order and its customer after a change."""

    order: Order
    customer: Customer


def cancel(order: Order, customer: Customer, reason: str, policy: OrderPolicy) -> Changed:
    """Stops an order. What was paid and not yet refunded goes back the way it came, per method."""
    _must_be_changeable(order, policy, untouched=True)
    if policy.cancel_reasons and reason not in policy.cancel_reasons:
        raise OrderRefused("bad_reason", reason)
    for payment in order.payments:
        _method(customer, payment.method_id)
    refunds = [
        Payment("refund", amount, method_id)
        for method_id, amount in _net_paid(order).items()
        if amount.amount > 0
    ]
    for refund in refunds:
        customer = _moved(customer, refund.method_id, refund.amount)
    cancelled = replace(order, status="cancelled", cancel_reason=reason, payments=(*order.payments, *refunds))
    return Changed(cancelled, customer)


def change_address(order: Order, address: Address, policy: OrderPolicy) -> Order:
    """Sends an order elsewhere, as long as it is here. May be done again."""
    _must_be_changeable(order, policy)
    return replace(order, address=address)


def change_payment(order: Order, customer: Customer, method_id: str, policy: OrderPolicy) -> Changed:
    """Pays an order in another way: the new method pays, the old one is refunded."""
    _must_be_changeable(order, policy)
    method = _method(customer, method_id)
    if len(order.payments) != 1 or order.payments[0].kind != "payment":
        raise OrderRefused("paid_otherwise", order.id)
    first = order.payments[0]
    if first.method_id == method_id:
        raise OrderRefused("same_method", method_id)
    _must_cover(method, first.amount)
    customer = _moved(customer, method_id, _negative(first.amount))
    customer = _moved(customer, first.method_id, first.amount)
    moves = (
        Payment("payment", first.amount, method_id),
        Payment("refund", first.amount, first.method_id),
    )
    return Changed(replace(order, payments=(*order.payments, *moves)), customer)


def change_items(
    order: Order,
    customer: Customer,
    swaps: Sequence[tuple[str, str]],
    method_id: str | None,
    find: FindProduct,
    policy: OrderPolicy,
) -> Changed:
    """Other variants of the same products, once, before the order leaves. `swaps` are (old, new) ids of
    variants, one a piece; the difference is paid, or refunded, by `method_id`."""
    _must_be_changeable(order, policy, untouched=True)
    variants = _replacements(order, swaps, find, refuse_same=True)
    due = _difference(order, swaps, variants)
    customer = _settled(order, customer, due, method_id)
    lines = list(order.lines)
    for (old, _new), variant in zip(swaps, variants, strict=True):
        lines = _swapped(lines, old, variant)
    payments = order.payments
    if method_id is not None:
        amount = Money(abs(due.amount), due.currency)
        payments = (*payments, Payment("payment" if due.amount > 0 else "refund", amount, method_id))
    changed = replace(order, lines=tuple(lines), total=order.total + due, payments=payments, changed=True)
    return Changed(changed, customer)


def request_return(
    order: Order,
    customer: Customer,
    variant_ids: Sequence[str],
    method_id: str | None,
    policy: OrderPolicy,
    now: datetime | None = None,
) -> Order:
    """Takes pieces of a delivered order back; the money follows once they have arrived. It goes the way the
    order was paid, or onto a gift card of the customer's."""
    _must_be_delivered(order, policy, now)
    if method_id is not None:
        method = _method(customer, method_id)
        first = order.payments[0].method_id if order.payments else None
        if method.kind != GIFT_CARD and method_id != first:
            raise OrderRefused("method_not_allowed", method_id)
    _must_hold(order, variant_ids)
    request = ReturnRequest(tuple(sorted(variant_ids)), method_id)
    return replace(order, status="return_requested", returning=request)


def request_exchange(
    order: Order,
    customer: Customer,
    swaps: Sequence[tuple[str, str]],
    method_id: str | None,
    find: FindProduct,
    policy: OrderPolicy,
    now: datetime | None = None,
) -> Order:
    """Swaps pieces of a delivered order for other variants of the same products; nothing moves before the
    old ones are back."""
    _must_be_delivered(order, policy, now)
    variants = _replacements(order, swaps, find, refuse_same=False)
    due = _difference(order, swaps, variants)
    if method_id is not None:
        _must_cover(_method(customer, method_id), due)
    request = ExchangeRequest(
        tuple(sorted(old for old, _ in swaps)), tuple(sorted(new for _, new in swaps)), due, method_id
    )
    return replace(order, status="exchange_requested", exchanging=request)


# Guards ---------------------------------------------------------------------------------------------


def _must_be_changeable(order: Order, policy: OrderPolicy, *, untouched: bool = False) -> None:
    """`untouched`: an order whose items were changed is settled, and only its address and payment move."""
    if order.status not in policy.changeable or (untouched and order.changed):
        raise OrderRefused("not_changeable", order.id)


def _must_be_delivered(order: Order, policy: OrderPolicy, now: datetime | None) -> None:
    if order.status != "delivered":
        raise OrderRefused("not_delivered", order.id)
    if policy.return_days is None or order.delivered_at is None or now is None:
        return
    if now > order.delivered_at + timedelta(days=policy.return_days):
        raise OrderRefused("too_late", order.id)


def _must_hold(order: Order, variant_ids: Sequence[str]) -> None:
    """No piece is asked for more often than the order holds it."""
    held = pieces(order)
    for variant_id, count in Counter(variant_ids).items():
        if count > held[variant_id]:
            raise OrderRefused("not_in_order", variant_id)


def _method(customer: Customer, method_id: str) -> PaymentMethod:
    method = customer.method(method_id)
    if method is None:
        raise OrderRefused("unknown_method", method_id)
    return method


def _must_cover(method: PaymentMethod, due: Money) -> None:
    if method.kind == GIFT_CARD and (method.balance or Money.zero(due.currency)) < due:
        raise OrderRefused("balance_too_low", method.id)


def _replacements(
    order: Order, swaps: Sequence[tuple[str, str]], find: FindProduct, *, refuse_same: bool
) -> list[Variant]:
    """The new variant of each swap: of the same product as the old one, and to be had."""
    _must_hold(order, [old for old, _ in swaps])
    variants = []
    for old, new in swaps:
        if refuse_same and old == new:
            raise OrderRefused("same_item", old)
        line = line_of(order, old)
        product = find(line.product_id)
        if product is None:
            raise OrderRefused("unknown_product", line.product_id)
        variant = product.variant(new)
        if variant is None:
            raise OrderRefused("unknown_variant", new)
        if not variant.availability.available:
            raise OrderRefused("unavailable", new)
        variants.append(variant)
    return variants


# Money and lines ------------------------------------------------------------------------------------


def pieces(order: Order) -> Counter[str]:
    """How many pieces of each variant an order holds."""
    held: Counter[str] = Counter()
    for line in order.lines:
        held[line.variant_id] += line.quantity
    return held


def line_of(order: Order, variant_id: str) -> OrderLine:
    """The first line of a variant. Raises `OrderRefused`."""
    line = next((each for each in order.lines if each.variant_id == variant_id), None)
    if line is None:
        raise OrderRefused("not_in_order", variant_id)
    return line


def _difference(order: Order, swaps: Sequence[tuple[str, str]], variants: Sequence[Variant]) -> Money:
    """What the new pieces cost more than what was paid for the old ones."""
    due = Money.zero(order.total.currency)
    for (old, _new), variant in zip(swaps, variants, strict=True):
        due = due + (variant.price - line_of(order, old).price)
    return due


def _settled(order: Order, customer: Customer, due: Money, method_id: str | None) -> Customer:
    """The customer after the difference moved. Without a method only an order that names no payment may
    change, and nothing may be due: there is nobody to ask for the money."""
    if method_id is None:
        if order.payments or due.amount > 0:
            raise OrderRefused("unknown_method", "")
        return customer
    _must_cover(_method(customer, method_id), due)
    return _moved(customer, method_id, _negative(due))


def _moved(customer: Customer, method_id: str, amount: Money) -> Customer:
    """The customer with `amount` put onto a gift card; other methods hold no money here."""
    methods = tuple(
        replace(each, balance=(each.balance or Money.zero(amount.currency)) + amount)
        if each.id == method_id and each.kind == GIFT_CARD
        else each
        for each in customer.payment_methods
    )
    return replace(customer, payment_methods=methods)


def _net_paid(order: Order) -> Mapping[str, Money]:
    """What each method has paid and not got back, in the order of its first payment."""
    net: dict[str, Money] = {}
    for payment in order.payments:
        moved = payment.amount if payment.kind == "payment" else _negative(payment.amount)
        net[payment.method_id] = net.get(payment.method_id, Money.zero(moved.currency)) + moved
    return net


def _negative(amount: Money) -> Money:
    return Money(-amount.amount, amount.currency)


def _swapped(lines: Sequence[OrderLine], old: str, variant: Variant) -> list[OrderLine]:
    """The lines with one piece of `old` made a piece of `variant`."""
    place = next(index for index, line in enumerate(lines) if line.variant_id == old)
    line = lines[place]
    new = replace(line, variant_id=variant.id, quantity=1, price=variant.price, options=variant.options)
    rest = [replace(line, quantity=line.quantity - 1)] if line.quantity > 1 else []
    return [*lines[:place], *rest, new, *lines[place + 1 :]]
