"""Feedback events: what shoppers did with what they were shown."""

from datetime import UTC

from fastapi import Response

from shop.events import Event, Events
from storage import UnitOfWork
from web.deps import AnyCaller, OnceDep
from web.errors import ApiError
from web.idempotency import Answer
from web.routers.documented import writes
from web.routing import router as new_router
from web.schemas.events import EventBatch, EventsIn, EventsTaken, InteractionIn, RatingIn

router = new_router("/v1/events", "Feedback")


@router.post("", response_model=EventsTaken, responses=writes(404))
async def take(body: EventsIn, caller: AnyCaller, once: OnceDep) -> Response:
    """Takes 1 to 500 events: one, a list of them, or `{"events": [...]}`.

    An `id` that was sent before is ignored. Each must answer a list that was shown to the caller, else
    none is taken. Purchases are no events: they come from the shop's orders.
    """
    told = body.events if isinstance(body, EventBatch) else body if isinstance(body, list) else [body]
    new = [_event(each, place) for place, each in enumerate(told)]

    def taken(work: UnitOfWork) -> Answer:
        stored = Events(work).append(caller.owner, new)
        return Answer(200, {"stored": stored, "ignored": len(new) - stored})

    return await once.transact(taken)


def _event(told: InteractionIn | RatingIn, place: int) -> Event:
    try:
        at = told.at.astimezone(UTC)
    except OverflowError as error:
        raise ApiError(422, "invalid_value", "No calendar has this time.", param=f"[{place}].at") from error
    action = told.action if isinstance(told, InteractionIn) else None
    return Event(told.id, told.type, at, told.ranking, told.product_id, action, told.value)
