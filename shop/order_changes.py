"""The rules of `shop.order_rules`, done to the records: read under a lock, checked, written, in one unit.

Whose order it is is a guard of every change: `customer_id` is whom the session vouches for, and an order of
somebody else is as unknown as none. Nothing here asks anybody to confirm; that is the assistant's.

Errors: `OrderRefused`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shop import order_rules
from shop.catalogue import Catalogue
from shop.customers import Customers
from shop.errors import OrderRefused
from shop.order_rules import Changed, OrderPolicy
from shop.orders import Orders
from shop.values import Address, Customer, Order, Product
from storage import UnitOfWork


@dataclass(frozen=True, slots=True)
class Change:
    """An order, and its customer, before and after a change that was written."""

    before: Order
    after: Order
    customer_before: Customer
    customer_after: Customer


class OrderChanges:
    """Changes of one customer's orders, over one unit of work."""

    def __init__(self, work: UnitOfWork, customer_id: str, policy: OrderPolicy, now: datetime) -> None:
        self._work = work
        self._customer_id = customer_id
        self._policy = policy
        self._now = now

    def cancel(self, order_id: str, reason: str) -> Change:
        return self._do(order_id, lambda order, who: order_rules.cancel(order, who, reason, self._policy))

    def change_address(self, order_id: str, address: Address) -> Change:
        return self._do(
            order_id,
            lambda order, who: Changed(order_rules.change_address(order, address, self._policy), who),
        )

    def change_payment(self, order_id: str, method_id: str) -> Change:
        return self._do(
            order_id, lambda order, who: order_rules.change_payment(order, who, method_id, self._policy)
        )

    def change_items(self, order_id: str, swaps: Sequence[tuple[str, str]], method_id: str | None) -> Change:
        return self._do(
            order_id,
            lambda order, who: order_rules.change_items(
                order, who, swaps, method_id, self._product, self._policy
            ),
        )

    def request_return(self, order_id: str, variant_ids: Sequence[str], method_id: str | None) -> Change:
        return self._do(
            order_id,
            lambda order, who: Changed(
                order_rules.request_return(order, who, variant_ids, method_id, self._policy, self._now), who
            ),
        )

    def request_exchange(
        self, order_id: str, swaps: Sequence[tuple[str, str]], method_id: str | None
    ) -> Change:
        return self._do(
            order_id,
            lambda order, who: Changed(
                order_rules.request_exchange(
                    order, who, swaps, method_id, self._product, self._policy, self._now
                ),
                who,
            ),
        )

    def _do(self, order_id: str, rule: Callable[[Order, Customer], Changed]) -> Change:
        order = Orders(self._work).lock(order_id)
        if order is None or order.customer_id != self._customer_id:
            raise OrderRefused("unknown_order", order_id)
        customer = Customers(self._work).lock(order.customer_id)
        if customer is None:
            raise OrderRefused("unknown_customer", order.customer_id)
        changed = rule(order, customer)
        Orders(self._work).put([changed.order])
        if changed.customer != customer:
            Customers(self._work).put([changed.customer])
        return Change(order, changed.order, customer, changed.customer)

    def _product(self, product_id: str) -> Product | None:
        return Catalogue(self._work).products([product_id]).get(product_id)
