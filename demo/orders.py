"""Two thousand orders, drawn by a process that README.md states in words.

Complements are told by the families and what fits by the facts, so the orders hold what a shop's real
orders hold: a signal of what goes together, with noise. Money is cents; nothing here looks at a clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from demo.catalogue import Product, Variant
from demo.customers import Customer
from demo.draw import stream
from demo.facts import fits
from demo.sources import Family

COUNT = 2000
#: The moment the shop is seen at, and how many days of orders lie before it (18 months).
NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 549
#: Before this day a product cost its list price.
PRICES_SINCE = datetime(2026, 8, 1, tzinfo=UTC)

FAVOURITE_START = 0.65
#: How likely the first, second, ... complement of the starting family comes along.
COMPLEMENT = (0.50, 0.35, 0.25, 0.20, 0.15)
#: How likely a complement of an added family comes along.
SECOND_STEP = 0.12
MOST_LINES = 6
#: How a product's weight changes where it is known to fit, or not to fit, what is in the basket.
FITS, MISFITS = 4.0, 0.04
SEVERAL, SEVERAL_BELOW = 0.25, 1_600
CANCELLED, RETURNED, MISFIT_RETURNED = 0.04, 0.05, 0.40
#: From this age on an order is paid, shipped, delivered, or may have come back.
PAID, SHIPPED = timedelta(hours=12), timedelta(hours=36)
DELIVERED, SENT_BACK = timedelta(days=6), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Line:
    product: Product
    variant: Variant
    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    customer: Customer
    placed_at: datetime
    status: str
    lines: tuple[Line, ...]
    tracking: str | None

    @property
    def total(self) -> int:
        return sum(line.price * line.quantity for line in self.lines)


def draw_orders(
    products: tuple[Product, ...], customers: tuple[Customer, ...], seed: int
) -> tuple[Order, ...]:
    """Orders from the oldest to the newest."""
    draw = stream(seed, "orders")
    shelves = _Shelves(products)
    buyers = draw.choices(customers, [customer.activity for customer in customers], k=COUNT)
    moments = sorted(_moment(draw) for _ in range(COUNT))
    return tuple(
        _order(number, buyer, at, shelves, draw)
        for number, (buyer, at) in enumerate(zip(buyers, moments, strict=True), start=10_001)
    )


class _Shelves:
    """The products by family, with how popular each family is."""

    def __init__(self, products: tuple[Product, ...]) -> None:
        self.products: dict[str, list[Product]] = {}
        self.families: dict[str, Family] = {}
        for product in products:
            self.products.setdefault(product.family.key, []).append(product)
            self.families[product.family.key] = product.family
        self.popularity = {
            key: sum(product.written.ratings for product in of_family)
            for key, of_family in self.products.items()
        }


def _moment(draw: Random) -> datetime:
    """Trade doubles over the period, and weekends are busier; most people order in the evening."""
    days = range(DAYS)
    first = NOW - timedelta(days=DAYS)
    weights = [(1 + d / DAYS) * (1.3 if (first + timedelta(d)).weekday() > 4 else 1) for d in days]
    hour = draw.choices(range(6, 24), [1, 2, 3, 4, 4, 4, 5, 5, 4, 4, 4, 5, 6, 8, 9, 9, 6, 3])[0]
    day = draw.choices(days, weights)[0]
    return first + timedelta(days=day, hours=hour, minutes=draw.randrange(60), seconds=draw.randrange(60))


def _order(number: int, customer: Customer, at: datetime, shelves: _Shelves, draw: Random) -> Order:
    lines: list[Line] = []
    for key in _families(customer, shelves, draw):
        product = _product(shelves.products[key], customer, lines, draw)
        lines.append(_line(product, at, draw))
    status = _status(at, _misfit(lines), draw)
    posted = status in ("shipped", "delivered", "returned")
    return Order(
        id=f"PW-{number}",
        customer=customer,
        placed_at=at,
        status=status,
        lines=tuple(lines),
        tracking=f"SW{draw.randrange(10**9, 10**10)}" if posted else None,
    )


def _families(customer: Customer, shelves: _Shelves, draw: Random) -> list[str]:
    """The starting family, some of its complements, and a few of theirs."""
    keys = list(shelves.families)
    if draw.random() < FAVOURITE_START:
        keys = [key for key in keys if shelves.families[key].department in customer.favourites]
    start = draw.choices(keys, [shelves.popularity[key] for key in keys])[0]
    basket = [start]
    complements = shelves.families[start].complements
    basket += (key for key, chance in zip(complements, COMPLEMENT, strict=False) if draw.random() < chance)
    for added in basket[1:]:
        for key in shelves.families[added].complements:
            if key not in basket and draw.random() < SECOND_STEP:
                basket.append(key)
    return basket[:MOST_LINES]


def _product(shelf: list[Product], customer: Customer, lines: list[Line], draw: Random) -> Product:
    """Popular ones more often, in the customer's price range, and mostly what fits the basket."""
    dearest = max(product.written.price for product in shelf)
    weights = []
    for product in shelf:
        weight = 20.0 + product.written.ratings
        share = product.written.price / dearest
        weight *= {1: 1 / (share + 0.1), 0: 1.0, -1: share + 0.1}[customer.thrift]
        for line in lines:
            weight *= {True: FITS, False: MISFITS, None: 1.0}[_fit(product, line.product)]
        weights.append(weight)
    return draw.choices(shelf, weights)[0]


def _fit(one: Product, other: Product) -> bool | None:
    verdicts = {
        fits(one.written.requires, other.written.provides),
        fits(other.written.requires, one.written.provides),
    }
    return False if False in verdicts else True if True in verdicts else None


def _misfit(lines: list[Line]) -> bool:
    return any(_fit(one.product, other.product) is False for one in lines for other in lines)


def _line(product: Product, at: datetime, draw: Random) -> Line:
    """A variant, the first ones more often; now and then several of a cheap thing."""
    variant = draw.choices(product.variants, [1 / (2 + place) for place in range(len(product.variants))])[0]
    price = variant.price if at >= PRICES_SINCE else variant.list_price or variant.price
    several = price < SEVERAL_BELOW and draw.random() < SEVERAL
    return Line(product, variant, draw.choice((2, 2, 3, 4)) if several else 1, price)


def _status(at: datetime, misfit: bool, draw: Random) -> str:
    age = NOW - at
    fate = draw.random()
    if fate < CANCELLED:
        return "cancelled"
    if age < PAID:
        return "pending"
    if age < SHIPPED:
        return "paid"
    if age < DELIVERED:
        return "shipped"
    sent_back = fate < CANCELLED + (MISFIT_RETURNED if misfit else RETURNED)
    return "returned" if sent_back and age > SENT_BACK else "delivered"
