"""What is said about messages: thumbs, and answers to what the assistant asked to confirm."""

from typing import Annotated

from fastapi import Path, Response

from assistant.conversations import Conversations
from shop.serialise import Json
from storage import UnitOfWork
from web.deps import ChatCaller, OnceDep, WebDep
from web.errors import not_found
from web.idempotency import Answer
from web.routers.documented import writes
from web.routing import router as new_router
from web.schemas.base import Id
from web.schemas.conversations import Feedback, NewConfirmation, NewFeedback
from web.schemas.reply import Reply

router = new_router("/v1", "Conversations")


@router.post("/messages/{message_id}/feedback", response_model=Feedback, responses=writes(404))
async def give_feedback(
    message_id: Annotated[Id, Path()], body: NewFeedback, web: WebDep, caller: ChatCaller, once: OnceDep
) -> Response:
    """The owner's thumb on a message of the assistant: one per message, the last wins."""

    def rated(work: UnitOfWork) -> Answer:
        Conversations(work, web.now()).rate(caller.owner, message_id, body.value, body.comment)
        given: dict[str, Json] = {"message_id": message_id, "value": body.value}
        return Answer(200, given | ({"comment": body.comment} if body.comment else {}))

    return await once.transact(rated)


@router.post("/confirmations/{confirmation_id}", response_model=Reply, responses=writes(404))
async def confirm(
    confirmation_id: Annotated[Id, Path()], _body: NewConfirmation, _caller: ChatCaller, once: OnceDep
) -> Response:
    """Accepts or declines what the assistant described and waits with.

    No tool of the assistant waits for a confirmation so far, so there is none to be found.
    """

    def unknown(_work: UnitOfWork) -> Answer:
        raise not_found(
            "unknown_confirmation", f"There is no confirmation {confirmation_id!r}, or it is over."
        )

    return await once.transact(unknown)
