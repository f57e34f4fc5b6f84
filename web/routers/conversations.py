"""Conversations: made, listed, read, erased, spoken in and followed."""

import asyncio
from typing import Annotated

from fastapi import Body, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from assistant.conversations import Conversations, UnknownConversation
from shop.serialise import Json
from storage import UnitOfWork
from web.auth import Caller
from web.context import Web
from web.deps import ChatCaller, KeyDep, OnceDep, ReadingCaller, TurnLimit, WebDep, respond
from web.errors import not_found
from web.follow import follow
from web.idempotency import Answer, Answers
from web.ownership import own, visible
from web.routers.documented import documented_stream, errors, writes
from web.routing import router as new_router
from web.schemas import conversations as schemas
from web.schemas.base import Id
from web.schemas.reply import Reply
from web.shapes import conversation_json, message_json
from web.sse import EventStream, of_turn, wants_events
from web.turns import Ask, Silent, error_of

router = new_router("/v1/conversations", "Conversations")

ConversationId = Annotated[Id, Path(examples=["conv_5tqk3m7dvxw2aeyhcfbn4rzgla"])]

NOTHING_SAID = schemas.NewConversation()

TURN_EVENTS = """The reply; with `Accept: text/event-stream` the same as events:

`message.created` first, then `intent`, `tool`, `products`, `bundles`, `citations`, `cart`, `confirmation`,
`handoff` (each the complete list so far), `text.delta` `{"text"}`, and `message.completed` (the whole
reply) or `error` last. `: ping` where nothing happens for a while."""

TURN_EXAMPLE = """event: message.created
data: {"id":"msg_b","in_reply_to":"msg_a"}

event: text.delta
data: {"text":"This tent sleeps four."}

event: message.completed
data: {"id":"msg_b","content":"This tent sleeps four."}

"""

FOLLOW_EXAMPLE = """id: 41
event: message
data: {"id":"msg_a","role":"user","content":"hello"}

id: 42
event: status
data: {"status":"open"}

"""


@router.post("", status_code=201, response_model=schemas.Conversation, responses=writes())
async def create(
    web: WebDep,
    caller: ChatCaller,
    once: OnceDep,
    _body: Annotated[schemas.NewConversation, Body()] = NOTHING_SAID,
) -> Response:
    """Begins a conversation."""

    def made(work: UnitOfWork) -> Answer:
        talk = Conversations(work, web.now()).create(caller.owner, caller.customer_id)
        return Answer(201, conversation_json(talk))

    return await once.transact(made)


@router.get("", response_model=schemas.Conversations, responses=errors(404))
async def list_conversations(
    web: WebDep,
    caller: ChatCaller,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[Id | None, Query(description="The `cursor` of the page before.")] = None,
) -> Response:
    """The caller's conversations, newest first."""

    def page() -> Json:
        with web.database.read() as work:
            talks = Conversations(work, web.now())
            try:
                found = talks.list_of(caller.owner, limit + 1, cursor)
            except UnknownConversation as error:
                raise not_found("unknown_cursor", "There is no such page.", "cursor") from error
        listed: dict[str, Json] = {"conversations": [conversation_json(talk) for talk in found[:limit]]}
        if len(found) > limit:
            listed["cursor"] = found[limit - 1].id
        return listed

    return JSONResponse(await web.run(page))


@router.get("/{conversation_id}", response_model=schemas.ConversationWithMessages, responses=errors(404))
async def read(conversation_id: ConversationId, web: WebDep, caller: ReadingCaller) -> Response:
    """A conversation with its messages. The scope `support` reads all of them; that is written down."""

    def found() -> Json:
        with web.database.begin() as work:
            talk = visible(work, web.now(), caller, conversation_id)
            said = Conversations(work, web.now()).messages(talk.id)
        return {**conversation_json(talk), "messages": [message_json(message) for message in said]}

    return JSONResponse(await web.run(found))


@router.delete("/{conversation_id}", status_code=204, responses=writes(404))
async def erase(conversation_id: ConversationId, web: WebDep, caller: ChatCaller, once: OnceDep) -> Response:
    """Erases a conversation and all that was said in it."""

    def erased(work: UnitOfWork) -> Answer:
        talks = Conversations(work, web.now())
        talks.erase(caller.owner, own(talks, caller, conversation_id).id)
        Answers(work, web.now()).forget_conversation(conversation_id)
        return Answer(204)

    return await once.transact(erased)


@router.post(
    "/{conversation_id}/messages",
    response_model=Reply,
    responses={
        **writes(404),
        200: {"model": Reply, "description": TURN_EVENTS, "content": documented_stream(TURN_EXAMPLE)},
        202: {"model": schemas.UserMessage, "description": "A human has the conversation and will answer."},
    },
    dependencies=[TurnLimit],
)
async def send(
    conversation_id: ConversationId,
    body: schemas.NewMessage,
    request: Request,
    web: WebDep,
    caller: ChatCaller,
    key: KeyDep,
) -> Response:
    """Says something, and gets the assistant's reply.

    The message is stored before the first byte goes out. One turn at a time: a second is 409. A client
    that goes away does not stop the turn; the same `Idempotency-Key` gets its reply, or finishes it.
    """
    ask = Ask(caller, body.content, conversation_id, key)
    loop = asyncio.get_running_loop()
    begun = await web.run(lambda: web.turns.submit(ask, loop))
    if isinstance(begun, Silent):
        return respond(Answer(202, begun.message))
    if wants_events(request):
        return EventStream(of_turn(begun.listen()))
    last = await begun.last()
    if last.name == "error":
        raise error_of(last)
    return JSONResponse(last.data)


@router.get(
    "/{conversation_id}/events",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "description": "`message` and `status` events as they come, from the one after `after`.",
            "content": documented_stream(FOLLOW_EXAMPLE),
        },
    },
)
async def events(
    conversation_id: ConversationId,
    web: WebDep,
    caller: ReadingCaller,
    after: Annotated[int, Query(ge=0, le=2**53, description="The last event that is known.")] = 0,
    last_event_id: Annotated[
        int | None,
        Header(alias="Last-Event-ID", ge=0, le=2**53, description="What a browser sends when it comes back."),
    ] = None,
) -> Response:
    """Follows a conversation: messages of everybody, and changes of status.

    The stream ends by itself after a while; come back with the last event's id.
    """
    await web.run(lambda: _must_see(web, caller, conversation_id))
    web.streams.enter(caller.owner)
    stream = follow(web, caller, conversation_id, max(after, last_event_id or 0))
    return EventStream(stream, left=lambda: web.streams.leave(caller.owner))


def _must_see(web: Web, caller: Caller, conversation_id: str) -> None:
    with web.database.begin() as work:
        visible(work, web.now(), caller, conversation_id)
