"""Sixty people who never lived, with their tastes.

A taste decides only what they order (`demo.orders`); it is not written out, so that a model of the
customers has something to find.
"""

from dataclasses import dataclass
from random import Random

from demo.catalogue import slug
from demo.draw import stream
from demo.sources import People, Town

COUNT = 60
#: Departments a customer comes back to.
FAVOURITES = 3


@dataclass(frozen=True, slots=True)
class Customer:
    """`favourites` are departments; `thrift` is 1 for who buys cheap, -1 for who buys dear, 0 for neither;
    `activity` weighs how often they order.
    """

    id: str
    name: str
    email: str
    phone: str
    street: str
    town: Town
    country: str
    favourites: tuple[str, ...]
    thrift: int
    activity: float


def draw_customers(people: People, departments: tuple[str, ...], seed: int) -> tuple[Customer, ...]:
    """Customers with names that are all different."""
    draw = stream(seed, "customers")
    names = [(first, last) for first in people.first_names for last in people.last_names]
    chosen = draw.sample(names, COUNT)
    return tuple(
        _customer(number, first, last, people, departments, draw)
        for number, (first, last) in enumerate(chosen, start=1)
    )


def _customer(
    number: int, first: str, last: str, people: People, departments: tuple[str, ...], draw: Random
) -> Customer:
    town = draw.choice(people.towns)
    return Customer(
        id=f"cust-{number:03d}",
        name=f"{first} {last}",
        email=f"{slug(first)}.{slug(last)}@example.com",
        # 555-0100 to 555-0199 are kept free for stories.
        phone=f"+1-{town.area_code}-555-{99 + number:04d}",
        street=f"{draw.randrange(2, 900)} {draw.choice(people.streets)}",
        town=town,
        country=people.country,
        favourites=tuple(draw.sample(departments, min(FAVOURITES, len(departments)))),
        thrift=draw.choices((1, 0, -1), (3, 5, 2))[0],
        activity=1 / (30 + number),
    )
