"""Changes of a customer's own account, done to the records in one unit of work.

The customer is whom the session vouches for. Errors: `OrderRefused` ("unknown customer") where the shop has
no such customer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from shop.customers import Customers
from shop.errors import OrderRefused
from shop.values import Address, Customer
from storage import UnitOfWork


@dataclass(frozen=True, slots=True)
class AccountChange:
    """A customer before and after a change that was written."""

    before: Customer
    after: Customer


class AccountChanges:
    """Changes of one customer's account, over one unit of work."""

    def __init__(self, work: UnitOfWork, customer_id: str) -> None:
        self._work = work
        self._customer_id = customer_id

    def change_address(self, address: Address) -> AccountChange:
        """Another address for orders to come; those that were placed keep theirs."""
        return self._do(lambda customer: replace(customer, address=address))

    def change_contact(self, email: str | None = None, phone: str | None = None) -> AccountChange:
        """Another e-mail address, another telephone number, or both."""
        return self._do(
            lambda customer: replace(customer, email=email or customer.email, phone=phone or customer.phone)
        )

    def _do(self, change: Callable[[Customer], Customer]) -> AccountChange:
        customer = Customers(self._work).lock(self._customer_id)
        if customer is None:
            raise OrderRefused("unknown_customer", self._customer_id)
        after = change(customer)
        Customers(self._work).put([after])
        return AccountChange(customer, after)
