"""Feedback events: what a shopper did with a list that was shown."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from web.schemas.base import Id, RequestModel, ResponseModel

MOST_EVENTS = 500


def _only_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("no_text", "a time is a text such as 2026-11-22T09:30:00Z")
    return value


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_only_text)]


class _EventIn(RequestModel):
    """`ranking` is the id of the list that it answers. An `id` that was sent before is ignored."""

    id: Id
    at: Moment
    ranking: Id
    product_id: Id


class InteractionIn(_EventIn):
    type: Literal["interaction"]
    action: Literal["view", "click", "add_to_cart", "dismiss"]
    value: float | None = None


class RatingIn(_EventIn):
    type: Literal["rating"]
    value: Annotated[float, Field(ge=1, le=5)]


def _type_of(event: Any) -> str | None:
    kind = event.get("type") if isinstance(event, dict) else getattr(event, "type", None)
    return f"~{kind}" if kind in ("interaction", "rating") else None


EventIn = Annotated[
    Annotated[InteractionIn, Tag("~interaction")] | Annotated[RatingIn, Tag("~rating")],
    Discriminator(
        _type_of,
        custom_error_type="wrong_type",
        custom_error_message='an event has the type "interaction" or "rating"',
    ),
]
Events = Annotated[list[EventIn], Field(min_length=1, max_length=MOST_EVENTS)]


class EventBatch(RequestModel):
    events: Events


def _shape_of(body: Any) -> str:
    if isinstance(body, list):
        return "~list"
    batch = "events" in body if isinstance(body, dict) else isinstance(body, EventBatch)
    return "~batch" if batch else "~one"


EventsIn = Annotated[
    Annotated[EventIn, Tag("~one")] | Annotated[Events, Tag("~list")] | Annotated[EventBatch, Tag("~batch")],
    Discriminator(_shape_of),
]


class EventsTaken(ResponseModel):
    """How many were new; `ignored` were known by their ids."""

    stored: int
    ignored: int
