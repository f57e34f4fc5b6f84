"""The written reviews, each given to a customer who had bought the product before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo.catalogue import Product
from demo.draw import stream
from demo.orders import DAYS, DELIVERED, NOW, Order
from demo.sources import WrittenReview


@dataclass(frozen=True, slots=True)
class Review:
    """`customer_id` is None where nobody who bought the product is left to have written it."""

    id: str
    product_id: str
    written: WrittenReview
    at: datetime
    customer_id: str | None


def draw_reviews(products: tuple[Product, ...], orders: tuple[Order, ...], seed: int) -> list[Review]:
    """All reviews that the families hold, product by product."""
    buyers: dict[str, list[Order]] = {}
    for order in orders:
        if order.status == "delivered" and order.placed_at < NOW - timedelta(days=21):
            for line in order.lines:
                buyers.setdefault(line.product.id, []).append(order)
    return [
        review
        for product in products
        for review in _of_product(product, buyers.get(product.id, []), stream(seed, "reviews", product.id))
    ]


def _of_product(product: Product, bought_in: list[Order], draw: Random) -> Iterator[Review]:
    once = list({order.customer.id: order for order in bought_in}.values())
    draw.shuffle(once)
    for number, written in enumerate(product.written.reviews, start=1):
        order = once.pop() if once else None
        since = order.placed_at if order else NOW - timedelta(days=draw.randrange(30, DAYS))
        wait = DELIVERED + timedelta(days=draw.randrange(1, 14), minutes=draw.randrange(1440))
        yield Review(
            id=f"rev-{product.id}-{number}",
            product_id=product.id,
            written=written,
            at=since + wait,
            customer_id=order.customer.id if order else None,
        )
