"""The domain's database as Pairwell's records, and those records in the domain's own words.

What differs is named here and nowhere else: the domain's `processed` is `shipped`, `pending (item
modified)` is a pending order that was changed, money is a float with two decimals, and an address has two
street lines and a state.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shop.catalogue import Catalogue
from shop.customers import Customers
from shop.money import Money
from shop.order_rules import OrderPolicy
from shop.orders import Orders
from shop.profile import Profile
from shop.values import (
    Address,
    Availability,
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    Product,
    ShopProfile,
    Variant,
)
from storage import Database, UnitOfWork

Json = dict[str, Any]

CURRENCY = "USD"
#: The domain's records have no dates; its orders are all as old as this.
PLACED_AT = datetime(2024, 5, 1, tzinfo=UTC)

POLICY = OrderPolicy(
    changeable=frozenset(("pending",)),
    cancel_reasons=("no longer needed", "ordered by mistake"),
    return_days=None,
)

_STATUS: Mapping[str, OrderStatus] = {
    "pending": "pending",
    "pending (item modified)": "pending",
    "processed": "shipped",
    "delivered": "delivered",
    "cancelled": "cancelled",
    "return requested": "return_requested",
    "exchange requested": "exchange_requested",
}
_WORDS = {ours: theirs for theirs, ours in _STATUS.items() if theirs != "pending (item modified)"}


def read(folder: Path) -> Json:
    """`db.json` of the domain's folder."""
    found: Json = json.loads((folder / "db.json").read_text(encoding="utf-8"))
    return found


def load(work: UnitOfWork, db: Json) -> None:
    """Writes the whole shop into Pairwell's tables."""
    Profile(work).put(ShopProfile("tau2 retail", CURRENCY))
    Catalogue(work).put([product(each) for each in db["products"].values()])
    Customers(work).put([customer(each) for each in db["users"].values()])
    Orders(work).put([order(each) for each in db["orders"].values()])


def records(database: Database | UnitOfWork) -> tuple[dict[str, Order], dict[str, Customer]]:
    """Every order and every customer as they are now."""
    if isinstance(database, Database):
        with database.read() as work:
            return records(work)
    orders = Orders(database).some(Orders(database).ids())
    return orders, {each.id: each for each in Customers(database).all()}


# Their words as ours --------------------------------------------------------------------------------


def product(data: Json) -> Product:
    variants = tuple(
        Variant(
            key,
            key,
            money(each["price"]),
            Availability("in_stock" if each["available"] else "out_of_stock"),
            options=each["options"],
        )
        for key, each in data["variants"].items()
    )
    options = tuple(variants[0].options) if variants else ()
    return Product(
        data["product_id"], data["product_id"], data["name"], "", (data["name"],), variants, options=options
    )


def customer(data: Json) -> Customer:
    name = f"{data['name']['first_name']} {data['name']['last_name']}"
    methods = tuple(map(_method, data["payment_methods"].values()))
    return Customer(data["user_id"], name, data["email"], None, address(data["address"], name), methods)


def _method(data: Json) -> PaymentMethod:
    label = f"{data['brand']} {data['last_four']}" if "last_four" in data else ""
    balance = money(data["balance"]) if "balance" in data else None
    return PaymentMethod(data["id"], data["source"], label, balance)


def order(data: Json) -> Order:
    lines = tuple(
        OrderLine(each["product_id"], each["item_id"], each["name"], 1, money(each["price"]), each["options"])
        for each in data["items"]
    )
    total = sum((line.price for line in lines), Money.zero(CURRENCY))
    shipped = data["fulfillments"]
    return Order(
        data["order_id"],
        data["user_id"],
        PLACED_AT,
        _STATUS[data["status"]],
        lines,
        total,
        address(data["address"], ""),
        tracking=shipped[0]["tracking_id"][0] if shipped else None,
        payments=tuple(
            Payment(each["transaction_type"], money(each["amount"]), each["payment_method_id"])
            for each in data["payment_history"]
        ),
        changed=data["status"] == "pending (item modified)",
    )


def address(data: Json, name: str) -> Address:
    return Address(
        name,
        data["address1"],
        data["city"],
        data["zip"],
        data["country"],
        street2=data["address2"],
        region=data["state"],
    )


def money(amount: float) -> Money:
    return Money.of(repr(amount), CURRENCY)


# Our words as theirs --------------------------------------------------------------------------------


def order_json(of: Order, fulfillments: Any, residue: Mapping[int, float] | None = None) -> Json:
    """An order as the domain writes it. Its fulfillments never change, so they are the database's own;
    `residue` are amounts by their place in the payment history that the domain leaves unrounded."""
    written: Json = {
        "order_id": of.id,
        "user_id": of.customer_id,
        "address": address_json(of.address) if of.address else None,
        "items": [_line_json(line) for line in of.lines for _ in range(line.quantity)],
        "status": "pending (item modified)" if of.status == "pending" and of.changed else _WORDS[of.status],
        "fulfillments": fulfillments,
        "payment_history": [
            {
                "transaction_type": each.kind,
                "amount": (residue or {}).get(place, dollars(each.amount)),
                "payment_method_id": each.method_id,
            }
            for place, each in enumerate(of.payments)
        ],
    }
    written |= {"cancel_reason": of.cancel_reason} if of.cancel_reason is not None else {}
    if of.returning is not None:
        written |= {
            "return_items": list(of.returning.variant_ids),
            "return_payment_method_id": of.returning.method_id,
        }
    if of.exchanging is not None:
        written |= {
            "exchange_items": list(of.exchanging.variant_ids),
            "exchange_new_items": list(of.exchanging.new_variant_ids),
            "exchange_payment_method_id": of.exchanging.method_id,
            "exchange_price_difference": dollars(of.exchanging.difference),
        }
    return written


def _line_json(line: OrderLine) -> Json:
    return {
        "name": line.title,
        "product_id": line.product_id,
        "item_id": line.variant_id,
        "price": dollars(line.price),
        "options": dict(line.options),
    }


def customer_json(of: Customer, original: Json) -> Json:
    """A user as the domain writes it; names, cards and the list of orders never change."""
    methods = {
        key: each | ({"balance": dollars(balance)} if (balance := _balance(of, key)) is not None else {})
        for key, each in original["payment_methods"].items()
    }
    where = address_json(of.address) if of.address else None
    return {**original, "email": of.email, "address": where, "payment_methods": methods}


def _balance(of: Customer, method_id: str) -> Money | None:
    method = of.method(method_id)
    return method.balance if method else None


def product_json(of: Product) -> Json:
    return {
        "name": of.title,
        "product_id": of.id,
        "variants": {variant.id: variant_json(variant) for variant in of.variants},
    }


def variant_json(of: Variant) -> Json:
    return {
        "item_id": of.id,
        "options": dict(of.options),
        "available": of.availability.available,
        "price": dollars(of.price),
    }


def address_json(of: Address) -> Json:
    return {
        "address1": of.street,
        "address2": of.street2,
        "city": of.city,
        "country": of.country,
        "state": of.region,
        "zip": of.postcode,
    }


def dollars(amount: Money) -> float:
    return float(amount.major)
