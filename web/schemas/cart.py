"""Changing the cart."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from web.schemas.base import WHOLE, Id, RequestModel, needs_one

MOST_UNITS = 1_000

Quantity = Annotated[int, Field(ge=1, le=MOST_UNITS), WHOLE]


class NewCartItem(RequestModel):
    """A variant, or a product: then its cheapest that can be bought. `bundle_id` says where it is from."""

    model_config = ConfigDict(json_schema_extra=needs_one("variant_id", "product_id"))

    product_id: Id | None = None
    variant_id: Id | None = None
    quantity: Quantity = 1
    bundle_id: Id | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.variant_id or self.product_id):
            raise ValueError("say which variant or product")
        return self


class CartItemChange(RequestModel):
    quantity: Quantity
