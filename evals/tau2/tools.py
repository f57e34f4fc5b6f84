"""The domain's sixteen tools under its own names, each done by Pairwell's records and rules.

The rules are `shop.order_rules`; three habits of the reference that a shop would not want are put on top of
them here, so that its results come out exactly:

- a cancelled order refunds every entry of its history, also one that was refunded before;
- of several items that are changed at once, all get the price and options of the last one;
- the amount of such a change keeps the residue of binary floats (0.04999999999999716 for 5 cents).

Errors: `ToolError` with the kind that the domain names.
"""

import ast
import json
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from evals.tau2 import domain
from evals.tau2.domain import PLACED_AT, POLICY, Json
from shop.account_changes import AccountChanges
from shop.catalogue import Catalogue
from shop.customers import Customers
from shop.errors import OrderRefused, Refusal
from shop.money import Money
from shop.order_changes import Change, OrderChanges
from shop.order_rules import GIFT_CARD, line_of, pieces
from shop.orders import Orders
from shop.values import Address, Customer, Order, OrderLine, Payment
from storage import UnitOfWork

_KINDS: Mapping[Refusal, str] = {
    "unknown_order": "order_not_found",
    "unknown_customer": "user_not_found",
    "not_changeable": "order_not_pending",
    "not_delivered": "order_not_delivered",
    "too_late": "order_not_delivered",
    "bad_reason": "invalid_reason",
    "not_in_order": "item_not_in_order",
    "count_mismatch": "count_mismatch",
    "same_item": "same_item",
    "unknown_product": "product_not_found",
    "unknown_variant": "variant_not_found",
    "unavailable": "new_item_unavailable",
    "unknown_method": "payment_method_not_found",
    "method_not_allowed": "payment_method_not_allowed",
    "same_method": "same_payment_method",
    "paid_otherwise": "not_single_payment",
    "balance_too_low": "gift_card_too_low",
}

_OPERATORS: Mapping[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


class ToolError(Exception):
    """`kind` is the domain's name for what went wrong."""

    def __init__(self, kind: str, message: str = "") -> None:
        super().__init__(message or kind)
        self.kind = kind


@dataclass
class RetailTools:
    """The tools over one unit of work. `residue` are the unrounded amounts, by order and place."""

    work: UnitOfWork
    db: Json
    residue: dict[str, dict[int, float]] = field(default_factory=dict)

    def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Runs a tool. Raises `ToolError`; a call that fails has changed nothing."""
        tool = TOOLS.get(name)
        if tool is None:
            raise ToolError("unknown_tool", name)
        try:
            return tool(self, **arguments)
        except OrderRefused as refused:
            raise ToolError(_KINDS[refused.why], str(refused)) from refused
        except TypeError as error:
            raise ToolError("other", str(error)) from error

    # Reading ------------------------------------------------------------------------------------

    def find_user_id_by_name_zip(self, first_name: str, last_name: str, zip: str) -> str:  # noqa: A002 - the tool's own argument
        wanted = f"{first_name} {last_name}".lower()
        for user in self._users():
            if user.name.lower() == wanted and user.address and user.address.postcode == zip:
                return user.id
        raise ToolError("user_not_found")

    def find_user_id_by_email(self, email: str) -> str:
        for user in self._users():
            if user.email.lower() == email.lower():
                return user.id
        raise ToolError("user_not_found")

    def get_user_details(self, user_id: str) -> Json:
        return domain.customer_json(self._user(user_id), self.db["users"][user_id])

    def get_order_details(self, order_id: str) -> Json:
        return self._order_json(self._order(order_id))

    def get_product_details(self, product_id: str) -> Json:
        product = Catalogue(self.work).product(product_id)
        if product is None:
            raise ToolError("product_not_found", product_id)
        return domain.product_json(product)

    def get_item_details(self, item_id: str) -> Json:
        found = Catalogue(self.work).variant(item_id)
        if found is None:
            raise ToolError("item_not_found", item_id)
        return domain.variant_json(found[1])

    def list_all_product_types(self) -> str:
        types = {product.title: product.id for product in Catalogue(self.work).all()}
        return json.dumps(dict(sorted(types.items())))

    def calculate(self, expression: str) -> str:
        if not all(letter in "0123456789+-*/(). " for letter in expression):
            raise ToolError("invalid_characters", expression)
        try:
            return str(round(float(_value(ast.parse(expression, mode="eval").body)), 2))
        except (SyntaxError, ArithmeticError, ValueError, KeyError) as error:
            raise ToolError("other", expression) from error

    def transfer_to_human_agents(self, summary: str) -> str:
        _must_be_texts(summary)
        return "Transfer successful"

    # Changing -----------------------------------------------------------------------------------

    def cancel_pending_order(self, order_id: str, reason: str) -> Json:
        change = self._changes(order_id).cancel(order_id, reason)
        mirrored = [Payment("refund", each.amount, each.method_id) for each in change.before.payments]
        self._keep(replace(change.after, payments=(*change.before.payments, *mirrored)))
        self._credit(change.customer_before, mirrored)
        return self.get_order_details(order_id)

    def modify_pending_order_address(
        self, order_id: str, address1: str, address2: str, city: str, state: str, country: str,
        zip: str,  # noqa: A002 - the tool's own argument
    ) -> Json:  # fmt: skip
        order = self._order(order_id)
        address = _address(address1, address2, city, state, country, zip, name=_name(order.address))
        self._changes(order_id).change_address(order_id, address)
        return self.get_order_details(order_id)

    def modify_pending_order_payment(self, order_id: str, payment_method_id: str) -> Json:
        self._changes(order_id).change_payment(order_id, payment_method_id)
        return self.get_order_details(order_id)

    def modify_pending_order_items(
        self, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> Json:
        swaps = self._swaps(order_id, item_ids, new_item_ids, "pending")
        change = self._changes(order_id).change_items(order_id, swaps, payment_method_id)
        self._keep(_all_as_the_last(change, swaps))
        self.residue[order_id] = {len(change.before.payments): self._unrounded(change.before, swaps)}
        return self.get_order_details(order_id)

    def return_delivered_order_items(
        self, order_id: str, item_ids: list[str], payment_method_id: str
    ) -> Json:
        self._changes(order_id).request_return(order_id, item_ids, payment_method_id)
        return self.get_order_details(order_id)

    def exchange_delivered_order_items(
        self, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> Json:
        swaps = self._swaps(order_id, item_ids, new_item_ids, "delivered")
        self._changes(order_id).request_exchange(order_id, swaps, payment_method_id)
        return self.get_order_details(order_id)

    def modify_user_address(
        self, user_id: str, address1: str, address2: str, city: str, state: str, country: str,
        zip: str,  # noqa: A002 - the tool's own argument
    ) -> Json:  # fmt: skip
        user = self._user(user_id)
        address = _address(address1, address2, city, state, country, zip, name=user.name)
        AccountChanges(self.work, user_id).change_address(address)
        return self.get_user_details(user_id)

    # Records ------------------------------------------------------------------------------------

    def _users(self) -> list[Customer]:
        """In the order of the database."""
        found = {each.id: each for each in Customers(self.work).all()}
        return [found[key] for key in self.db["users"]]

    def _user(self, user_id: str) -> Customer:
        user = Customers(self.work).get(user_id)
        if user is None:
            raise ToolError("user_not_found", user_id)
        return user

    def _order(self, order_id: str) -> Order:
        order = Orders(self.work).get(order_id)
        if order is None:
            raise ToolError("order_not_found", order_id)
        return order

    def _order_json(self, order: Order) -> Json:
        fulfillments = self.db["orders"][order.id]["fulfillments"]
        return domain.order_json(order, fulfillments, self.residue.get(order.id))

    def _changes(self, order_id: str) -> OrderChanges:
        """Acts as the order's own customer: the domain's tools leave it to the agent whose it is."""
        return OrderChanges(self.work, self._order(order_id).customer_id, POLICY, PLACED_AT)

    def _keep(self, order: Order) -> None:
        Orders(self.work).put([order])

    def _swaps(
        self, order_id: str, item_ids: Sequence[str], new_ids: Sequence[str], status: str
    ) -> list[tuple[str, str]]:
        if len(item_ids) != len(new_ids):
            order = self._order(order_id)
            if order.status != status or (status == "pending" and order.changed):
                raise OrderRefused("not_changeable" if status == "pending" else "not_delivered", order_id)
            if Counter(item_ids) - pieces(order):
                raise OrderRefused("not_in_order", order_id)
            raise OrderRefused("count_mismatch", order_id)
        return list(zip(item_ids, new_ids, strict=True))

    def _credit(self, before: Customer, refunds: Sequence[Payment]) -> None:
        methods = before.payment_methods
        for refund in refunds:
            methods = tuple(
                replace(each, balance=(each.balance or Money.zero(refund.amount.currency)) + refund.amount)
                if each.id == refund.method_id and each.kind == GIFT_CARD
                else each
                for each in methods
            )
        Customers(self.work).put([replace(before, payment_methods=methods)])

    def _unrounded(self, before: Order, swaps: Sequence[tuple[str, str]]) -> float:
        """The difference as the reference adds it up: in floats, position by position."""
        due = 0.0
        for old, new in swaps:
            found = Catalogue(self.work).variant(new)
            if found is not None:
                due += domain.dollars(found[1].price) - domain.dollars(line_of(before, old).price)
        return abs(due)


def _all_as_the_last(change: Change, swaps: Sequence[tuple[str, str]]) -> Order:
    """The changed order with the last variant's price and options on every line that was replaced."""
    if not swaps:
        return change.after
    last = line_of(change.after, swaps[-1][1])
    lines = list(change.before.lines)
    for old, new in swaps:
        place = next(index for index, line in enumerate(lines) if line.variant_id == old)
        lines[place] = _as(lines[place], new, last)
    return replace(change.after, lines=tuple(lines))


def _as(line: OrderLine, variant_id: str, like: OrderLine) -> OrderLine:
    return replace(line, variant_id=variant_id, price=like.price, options=like.options)


def _address(
    address1: str, address2: str, city: str, state: str, country: str, postcode: str, *, name: str
) -> Address:
    _must_be_texts(address1, address2, city, state, country, postcode)
    return Address(name, address1, city, postcode, country, street2=address2, region=state)


def _name(address: Address | None) -> str:
    return address.name if address else ""


def _must_be_texts(*values: object) -> None:
    if not all(isinstance(value, str) for value in values):
        raise ToolError("other", "every argument is a text")


def _value(node: ast.AST) -> float:
    """An arithmetic expression's value, read as a tree and never run as code."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left), _value(right))
        case ast.UnaryOp(op=op, operand=operand):
            return _OPERATORS[type(op)](_value(operand))
        case _:
            raise ValueError("not arithmetic")


TOOLS: Mapping[str, Callable[..., Any]] = {
    tool.__name__: tool
    for tool in (
        RetailTools.calculate,
        RetailTools.cancel_pending_order,
        RetailTools.exchange_delivered_order_items,
        RetailTools.find_user_id_by_email,
        RetailTools.find_user_id_by_name_zip,
        RetailTools.get_item_details,
        RetailTools.get_order_details,
        RetailTools.get_product_details,
        RetailTools.get_user_details,
        RetailTools.list_all_product_types,
        RetailTools.modify_pending_order_address,
        RetailTools.modify_pending_order_items,
        RetailTools.modify_pending_order_payment,
        RetailTools.modify_user_address,
        RetailTools.return_delivered_order_items,
        RetailTools.transfer_to_human_agents,
    )
}
