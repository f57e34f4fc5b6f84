"""Customers and orders that records are drawn for: people who never lived, with what a shop sells."""

import json
import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import get_args

from finetune.voice.samples import CannotDraw, ShopFacts
from shop.values import Address, Customer, Order, OrderLine, OrderStatus, Payment, Product, ReturnRequest

STATUSES: tuple[OrderStatus, ...] = get_args(OrderStatus)
_PEOPLE = Path(__file__).parents[2] / "demo" / "people.toml"
_PREFIXES = ("", "", "#", "W", "#W", "ORD-", "SO", "A-", "PW", "2026-")
_FIRST_DAY = datetime(2025, 1, 3, 9, tzinfo=UTC)
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@cache
def _people() -> dict[str, list[str]]:
    table = tomllib.loads(_PEOPLE.read_text(encoding="utf-8"))
    towns = [json.dumps(town) for town in table["town"]]
    return {**{name: table[name] for name in ("first_names", "last_names", "streets")}, "towns": towns}


def address(chance: Random, name: str) -> Address:
    people = _people()
    town = json.loads(chance.choice(people["towns"]))
    city, _, region = town["name"].partition(", ")
    street = f"{chance.randint(2, 900)} {chance.choice(people['streets'])}"
    return Address(
        name=name, street=street, city=city, postcode=town["postcode"], country="US", region=region
    )


def customer(chance: Random) -> Customer:
    people = _people()
    first, last = chance.choice(people["first_names"]), chance.choice(people["last_names"])
    name = f"{first} {last}"
    return Customer(
        id="c",
        name=name,
        email=f"{first}.{last}@{chance.choice(('example.com', 'mail.example', 'post.example'))}".lower(),
        phone=f"+1-{chance.randint(201, 989)}-555-0{chance.randint(100, 199)}"
        if chance.random() < 0.6
        else None,
        address=address(chance, name) if chance.random() < 0.6 else None,
    )


def number(chance: Random) -> str:
    return chance.choice(_PREFIXES) + str(chance.randint(1000, 9_999_999))


def some_products(chance: Random, shop: ShopFacts, most: int = 3) -> tuple[Product, ...]:
    if len(shop.products) < most:
        raise CannotDraw(shop.name)
    count = chance.choices(range(1, most + 1), [4, 3, 2, 1][:most])[0]
    first = chance.choice(shop.products)
    currency = first.variants[0].price.currency
    others = [
        each for each in chance.sample(shop.products, 12) if each.variants[0].price.currency == currency
    ]
    return tuple({each.id: each for each in (first, *others)}.values())[:count]


def order(
    chance: Random, shop: ShopFacts, status: OrderStatus, goods: tuple[Product, ...] | None = None
) -> Order:
    """An order in this state, placed on any day of two years, with everything that its state brings."""
    goods = goods or some_products(chance, shop)
    lines = tuple(
        OrderLine(
            each.id,
            each.variants[0].id + each.id,
            each.title,
            chance.choices((1, 2, 3, 4), (7, 2, 1, 1))[0],
            each.variants[0].price,
        )
        for each in goods
    )
    total = lines[0].price * lines[0].quantity
    for line in lines[1:]:
        total += line.price * line.quantity
    placed = _FIRST_DAY + timedelta(days=chance.randint(0, 690))
    arrived = placed + timedelta(days=chance.choice((1, 2, 2, 3, 3, 4, 5, 8)))
    came = status in ("delivered", "return_requested", "exchange_requested", "returned")
    returning = None
    if status == "return_requested":
        back = chance.sample(lines, chance.randint(1, len(lines)))
        returning = ReturnRequest(tuple(line.variant_id for line in back for _ in range(line.quantity)))
    refunded = status in ("returned", "cancelled") and chance.random() < 0.7
    return Order(
        number(chance),
        "c",
        placed,
        status,
        lines,
        total,
        address(chance, "A B"),
        _tracking(chance) if status == "shipped" and chance.random() < 0.8 else None,
        (Payment("payment", total, "card"), *((Payment("refund", total, "card"),) if refunded else ())),
        arrived if came else None,
        returning=returning,
    )


def _tracking(chance: Random) -> str:
    prefix = chance.choice(("1Z", "SW", "JD", "TRK", "00", "CP"))
    return prefix + "".join(chance.choice(_LETTERS) for _ in range(chance.choice((8, 10, 12))))
