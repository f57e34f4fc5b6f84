"""The support desk: for people who signed in, and API keys with the scope `support`. What is done here is
written into the audit log."""

from typing import Annotated

from fastapi import Path, Response
from fastapi.responses import JSONResponse

from assistant.cards import product_card
from assistant.conversations import Conversations, Status
from assistant.handoffs import Audit, Handoffs
from shop.catalogue import Catalogue
from shop.serialise import Json, to_json
from storage import UnitOfWork
from web.auth import Caller
from web.context import Web
from web.deps import OnceDep, SupportCaller, WebDep
from web.errors import ApiError
from web.idempotency import Answer
from web.ownership import visible
from web.routers.documented import errors, writes
from web.routing import router as new_router
from web.schemas.base import Id
from web.schemas.support import (
    AgentMessage,
    AgentMessageStored,
    Case,
    Queue,
    Suggestions,
    SupportedConversation,
)
from web.shapes import conversation_json, message_json
from web.support_case import case_json, suggestions

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
        talk = talks.get(None, conversation_id)
        if talk.status != "open":
            raise ApiError(409, "not_taken", "Take the conversation over first.")
        attached = _attached(work, web, caller, body, talk.owner)
        message = talks.append(conversation_id, "agent", body.content, reply=attached)
        Audit(work, web.now()).record(caller.owner, "agent.message", conversation_id, {"message": message.id})
        return Answer(201, message_json(message))

    return await once.transact(written)


@router.get("/conversations/{conversation_id}", response_model=Case, responses=errors(404))
async def case(conversation_id: ConversationId, web: WebDep, caller: SupportCaller) -> Response:
    """Who it is, why a person is wanted, what is in the cart and what was ordered; written down."""

    def found() -> Json:
        with web.database.begin() as work:
            talk = visible(work, web.now(), caller, conversation_id)
            return case_json(work, web.now(), talk)

    return JSONResponse(await web.run(found))


@router.post(
    "/conversations/{conversation_id}/suggestions", response_model=Suggestions, responses=writes(404)
)
async def suggest(conversation_id: ConversationId, web: WebDep, caller: SupportCaller) -> Response:
    """Replies that a person may send to the shopper's last message. Nothing is stored or done."""

    def drafted() -> Json:
        with web.database.begin() as work:
            talk = visible(work, web.now(), caller, conversation_id)
            said = Conversations(work, web.now()).messages(talk.id)
        return {"suggestions": list(suggestions(web.services, talk, said))}

    return JSONResponse(await web.run(drafted))


def _attached(work: UnitOfWork, web: Web, caller: Caller, body: AgentMessage, shopper: str) -> Json:
    """The cards below a person's message: products, and bundles that become the shopper's own."""
    products = Catalogue(work).products(body.product_ids or ())
    unknown = [each for each in body.product_ids or () if each not in products]
    if unknown:
        raise ApiError(422, "unknown_product", f"There is no product {unknown[0]!r}.", param="product_ids")
    given = [web.services.bundles.give(work, caller.owner, each, shopper) for each in body.bundle_ids or ()]
    attached: dict[str, Json] = {}
    if products:
        attached["products"] = [to_json(product_card(products[each])) for each in body.product_ids or ()]
    if given:
        attached["bundles"] = [to_json(web.services.bundles.view_in(work, shopper, each)) for each in given]
    return attached or None


def _set_status(work: UnitOfWork, web: Web, caller: Caller, conversation_id: str, status: Status) -> Answer:
    Handoffs(work, web.now()).set_status(conversation_id, status, caller.owner)
    return Answer(200, conversation_json(Conversations(work, web.now()).get(None, conversation_id)))
