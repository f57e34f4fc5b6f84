"""OpenAI-compatible chat: the official client works unchanged."""

import asyncio
from typing import cast

from fastapi import Response
from fastapi.responses import JSONResponse

from assistant.values import Event
from shop.ids import new_id
from shop.serialise import Json
from web import openai_chat
from web.context import Web
from web.deps import ChatCaller, KeyDep, TurnLimit, WebDep
from web.errors import ApiError, try_later
from web.routers.documented import MEANINGS, RETRY_AFTER, Responses, documented_stream
from web.routing import router as new_router
from web.schemas.openai import MODEL, ChatCompletion, ChatRequest, ModelList, OpenAiErrorBody
from web.sse import EventStream
from web.turns import Ask, LiveTurn, Silent, ended_turn, error_of

router = new_router("/v1", "OpenAI-compatible")

#: The model is this server; it has been there for as long as the API.
CREATED = 1_763_769_600


def _errors(*statuses: int) -> Responses:
    return {
        status: {
            "model": OpenAiErrorBody,
            "description": MEANINGS[status],
            **({"headers": RETRY_AFTER} if status in (429, 503) else {}),
        }
        for status in (400, 401, 403, 429, 500, 503, *statuses)
    }


STREAMED = 'data: {"object":"chat.completion.chunk","choices":[...]}\n\ndata: [DONE]\n\n'


@router.get("/models", response_model=ModelList, responses=_errors())
async def models(_caller: ChatCaller) -> Response:
    """The one model there is."""
    model: Json = {"id": MODEL, "object": "model", "created": CREATED, "owned_by": MODEL}
    return JSONResponse({"object": "list", "data": [model]})


@router.post(
    "/chat/completions",
    response_model=ChatCompletion,
    responses={
        **_errors(404, 409, 413, 415),
        200: {
            "description": "The completion; with `stream` as chunks, ending in `[DONE]`.",
            "headers": {
                "X-Pairwell-Ignored": {
                    "description": "What was sent and has no effect.",
                    "schema": {"type": "string"},
                }
            },
            "content": documented_stream(STREAMED),
        },
    },
    dependencies=[TurnLimit],
)
async def complete(body: ChatRequest, web: WebDep, caller: ChatCaller, key: KeyDep) -> Response:
    """Answers the last user message.

    `metadata.conversation_id` goes on with a conversation; without it one is made, and its id is in
    `pairwell.conversation_id`. `tools`, `n` above 1, other formats than text, images and audio are refused.
    """
    openai_chat.check(body)
    words = openai_chat.last_words(body)
    named = body.metadata.conversation_id if body.metadata else None
    ask = Ask(caller, words, named, key)
    loop = asyncio.get_running_loop()
    begun = await web.run(lambda: _begun(web, ask, loop))
    completion = openai_chat.Completion(body, int(web.now().timestamp()), new_id("chatcmpl"))
    names = ", ".join(openai_chat.ignored(body))
    headers = {"X-Pairwell-Ignored": names} if names else {}
    if body.stream:
        return EventStream(completion.chunks(begun.listen()), headers)
    last = await begun.last()
    if last.name == "error":
        raise error_of(last)
    return JSONResponse(completion.whole(cast("dict[str, Json]", last.data)), headers=headers)


def _begun(web: Web, ask: Ask, loop: asyncio.AbstractEventLoop) -> LiveTurn:
    """The turn; where a human has the conversation, one that says so and nothing else."""
    try:
        begun = web.turns.submit(ask, loop)
    except ApiError as error:
        if error.code == "conversation_busy":
            # OpenAI's clients know 429, and try again by themselves.
            raise try_later(429, error.code, error.message, 1) from error
        raise
    if isinstance(begun, Silent):
        message = cast("dict[str, Json]", begun.message)
        silence = openai_chat.silent_reply(str(message["conversation_id"]))
        return ended_turn([Event("message.completed", silence)])
    return begun
