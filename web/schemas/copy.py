"""Pages for merchants: what is asked for, and the draft."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from web.schemas.base import Id, RequestModel, ResponseModel, takes_one, with_example


class CopyRequest(RequestModel):
    """A product or a bundle, one of the two."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra=takes_one("product_id", "bundle_id")
    )

    product_id: Id | None = None
    bundle_id: Id | None = None
    tone: Annotated[Literal["plain", "warm", "expert"], Field(description="How it is said.")] = "plain"

    @model_validator(mode="after")
    def _one(self) -> "CopyRequest":
        if (self.product_id is None) == (self.bundle_id is None):
            raise ValueError("name a product_id or a bundle_id, one of the two")
        return self


class CopySources(ResponseModel):
    """How many parts (the title, each bullet, the description) the model wrote, and how many the records."""

    model: int
    template: int


class CopyDraft(ResponseModel):
    """A draft: nothing is stored. At most 80 characters of title and five bullets; three bullets or more,
    where the record holds so much."""

    model_config = ConfigDict(
        json_schema_extra=with_example(
            {
                "title": "Family tent by Northfell",
                "bullets": ["Capacity: 4 person", "Weight: 4.1 kg", "Brand: Northfell"],
                "description": "The Family tent has a capacity of 4 person. It weighs 4.1 kg.",
                "tone": "plain",
                "sources": {"model": 5, "template": 0},
            }
        )
    )

    title: str
    bullets: list[str]
    description: str
    tone: Literal["plain", "warm", "expert"]
    sources: CopySources
