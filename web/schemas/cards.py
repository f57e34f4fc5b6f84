"""What is shown: product cards, bundles, the cart; the shapes of `assistant.values`."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from web.schemas.base import Money, ResponseModel, with_example

Status = Literal["in_stock", "backorder", "preorder", "out_of_stock", "discontinued"]

CARD = {
    "product_id": "tent-4",
    "variant_id": "tent-4-green",
    "title": "Four-person tent",
    "brand": "Northfell",
    "price": {"amount": 14900, "currency": "USD"},
    "availability": {"available": True, "status": "in_stock"},
    "rating": {"value": 4.5, "count": 87},
    "options": {"Colour": "green"},
    "reasons": ["capacity 4 person"],
}


class Availability(ResponseModel):
    available: bool = Field(description="Can be put into a cart now.")
    status: Status


class Rating(ResponseModel):
    value: float = Field(description="Mean of the ratings, 1 to 5.")
    count: int


class ProductCard(ResponseModel):
    """A product as it is now: price and stock are read from the record when it is shown."""

    model_config = ConfigDict(json_schema_extra=with_example(CARD))

    product_id: str
    variant_id: str
    title: str
    brand: str | None = None
    price: Money
    list_price: Money | None = None
    availability: Availability
    rating: Rating | None = None
    url: str | None = None
    image_url: str | None = None
    options: dict[str, str]
    reasons: list[str]


class BundleItem(ResponseModel):
    slot: str
    quantity: int
    locked: bool
    product: ProductCard
    alternatives: list[str] = Field(description="Ids of products that may take its place, best first.")
    reason: str | None = None


class PairFact(ResponseModel):
    """What the records say of two products of the bundle."""

    a: str
    b: str
    status: Literal["compatible", "incompatible", "unknown"]
    fact: str | None = None


class Bundle(ResponseModel):
    """A set of products. Items, locks and revision are stored; prices are today's."""

    id: str
    revision: int
    title: str
    items: list[BundleItem]
    total: Money
    list_total: Money
    savings: Money
    budget: Money | None = None
    score: float
    optimal: bool
    compatibility: Literal["compatible", "unknown"]
    facts: list[PairFact]
    explanation: str
    expires_at: datetime


class Infeasible(ResponseModel):
    """Why there is no such bundle, and what the cheapest feasible one would cost."""

    reason: str
    slot: str | None = None
    cheapest_total: Money | None = None


class CartLine(ResponseModel):
    id: str
    quantity: int
    product: ProductCard
    total: Money
    bundle_id: str | None = None


class Discount(ResponseModel):
    promotion_id: str
    title: str
    amount: Money


class Cart(ResponseModel):
    """The caller's cart with today's prices and promotions."""

    lines: list[CartLine]
    subtotal: Money
    total: Money
    discounts: list[Discount]
