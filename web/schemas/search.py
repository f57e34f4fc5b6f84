"""Search and products."""

from typing import Annotated

from pydantic import Field

from web.schemas.base import WHOLE, Facts, Money, MoneyIn, RequestModel, ResponseModel, Text, Word
from web.schemas.cards import Availability, ProductCard, Rating


class PriceRange(RequestModel):
    min: MoneyIn | None = None
    max: MoneyIn | None = None


class ExcludedIn(RequestModel):
    """What must not be. `field` is an attribute, an option, `brand`, `category`, or `text` for any word."""

    field: Word
    value: Word


class FiltersIn(RequestModel):
    categories: Annotated[list[Text], Field(max_length=50)] = Field(default_factory=list)
    brand: Word | None = None
    price: PriceRange | None = None
    available: bool | None = None
    min_rating: Annotated[float, Field(ge=0, le=5)] | None = None
    attributes: Facts = Field(default_factory=dict)
    exclude: Annotated[list[ExcludedIn], Field(max_length=50)] = Field(default_factory=list)


class SearchRequest(RequestModel):
    query: Annotated[Text, Field(examples=["family tent for four"])]
    filters: FiltersIn | None = None
    limit: Annotated[int, Field(ge=1, le=50), WHOLE] = 10


class ScoredCard(ProductCard):
    score: float = Field(description="0 to 1, best first.")


class SearchAnswer(ResponseModel):
    products: list[ScoredCard]
    relaxed: list[str] | None = Field(
        None, description="Which facts were given up to find anything, in words."
    )
    ranking_id: str
    took_ms: float


class Media(ResponseModel):
    url: str
    alt: str


class VariantAvailability(Availability):
    quantity: int | None = Field(None, description="How many are there, where the shop counts.")


class Variant(ResponseModel):
    id: str
    sku: str
    price: Money
    list_price: Money | None = None
    availability: VariantAvailability
    options: dict[str, str]
    barcodes: list[str]


Fact = str | float | list[str]


class Product(ResponseModel):
    """A product's whole record. `provides` and `requires` are its compatibility facts."""

    id: str
    handle: str
    title: str
    description: str
    categories: list[str]
    variants: list[Variant]
    url: str | None = None
    media: list[Media]
    options: list[str]
    rating: Rating | None = None
    tags: list[str]
    brand: str | None = None
    attributes: dict[str, str]
    provides: dict[str, Fact]
    requires: dict[str, Fact]
