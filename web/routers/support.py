"""The support desk: for API keys with the scope `support`. Everything here goes into the audit log."""

from typing import Annotated

from fastapi import Path, Response
from fastapi.responses import JSONResponse

from assistant.conversations import Conversations, Status
from assistant.handoffs import Audit, Handoffs
from shop.serialise import Json, to_json
from storage import UnitOfWork
from web.auth import Caller
from web.context import Web
from web.deps import OnceDep, SupportCaller, WebDep
from web.errors import ApiError
from web.idempotency import Answer
from web.routers.documented import errors, writes
from web.routing import router as new_router
from web.schemas.base import Id
from web.schemas.support import AgentMessage, AgentMessageStored, Queue, SupportedConversation
from web.shapes import conversation_json, message_json

router = new_router("/v1/support", "Support")

ConversationId = Annotated[Id, Path()]


@router.get("/queue", response_model=Queue, responses=errors())
async def queue(web: WebDep, _caller: SupportCaller) -> Response:
    """Who waits for a person, and who is being served; longest waiting first."""

    def waiting() -> Json:
        with web.database.read() as work:
            return [to_json(entry) for entry in Handoffs(work, web.now()).queue()]

    return JSONResponse({"queue": await web.run(waiting)})


@router.post(
    "/conversations/{conversation_id}/take", response_model=SupportedConversation, responses=writes(404)
)
async def take(
    conversation_id: ConversationId, web: WebDep, caller: SupportCaller, once: OnceDep
) -> Response:
    """Takes a conversation over: it is `open`, and the assistant stays silent."""
    return await once.transact(lambda work: _set_status(work, web, caller, conversation_id, "open"))


@router.post(
    "/conversations/{conversation_id}/handback", response_model=SupportedConversation, responses=writes(404)
)
async def hand_back(
    conversation_id: ConversationId, web: WebDep, caller: SupportCaller, once: OnceDep
) -> Response:
    """Gives a conversation back: it is `pending`, and the assistant answers again."""
    return await once.transact(lambda work: _set_status(work, web, caller, conversation_id, "pending"))


@router.post(
    "/conversations/{conversation_id}/resolve", response_model=SupportedConversation, responses=writes(404)
)
async def resolve(
    conversation_id: ConversationId, web: WebDep, caller: SupportCaller, once: OnceDep
) -> Response:
    """Ends the work on a conversation. A new message of the shopper is the assistant's again."""
    return await once.transact(lambda work: _set_status(work, web, caller, conversation_id, "resolved"))


@router.post(
    "/conversations/{conversation_id}/messages",
    status_code=201,
    response_model=AgentMessageStored,
    responses=writes(404),
)
async def write(
    conversation_id: ConversationId, body: AgentMessage, web: WebDep, caller: SupportCaller, once: OnceDep
) -> Response:
    """Writes to the shopper as a person. The conversation must have been taken over."""

    def written(work: UnitOfWork) -> Answer:
        talks = Conversations(work, web.now())
        if talks.get(None, conversation_id).status != "open":
            raise ApiError(409, "not_taken", "Take the conversation over first.")
        message = talks.append(conversation_id, "agent", body.content)
        Audit(work, web.now()).record(caller.owner, "agent.message", conversation_id, {"message": message.id})
        return Answer(201, message_json(message))

    return await once.transact(written)


def _set_status(work: UnitOfWork, web: Web, caller: Caller, conversation_id: str, status: Status) -> Answer:
    Handoffs(work, web.now()).set_status(conversation_id, status, caller.owner)
    return Answer(200, conversation_json(Conversations(work, web.now()).get(None, conversation_id)))
