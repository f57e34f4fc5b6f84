"""What is said about messages: thumbs, and answers to what the assistant asked to confirm."""

from typing import Annotated

from fastapi import Path, Response

from assistant import answered as answering
from assistant.confirming import Answer as Said
from assistant.confirming import Asker
from assistant.conversations import Conversations
from assistant.wire import reply_json
from shop.serialise import Json
from storage import UnitOfWork
from web.deps import ChatCaller, OnceDep, WebDep
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
    confirmation_id: Annotated[Id, Path()],
    body: NewConfirmation,
    web: WebDep,
    caller: ChatCaller,
    once: OnceDep,
) -> Response:
    """Accepts or declines what the assistant described: that very thing, once, as long as it holds.

    A guest gives the `code` that was sent to the order's address. The reply also stands in the conversation.
    """
    asker = Asker(caller.owner, caller.customer_id)

    def answered(work: UnitOfWork) -> Answer:
        said = Said(body.accept, body.code)
        reply = answering.confirm(work, web.now(), asker, confirmation_id, said, web.services.order_policy)
        return Answer(200, reply_json(reply))

    return await once.transact(answered)
