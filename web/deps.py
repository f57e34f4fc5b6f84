"""What routes ask for: the parts of the application, the caller, and the deed that is done once."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from storage import UnitOfWork
from web.auth import Caller, address_of, credentials, need
from web.context import Web, web_of
from web.errors import ApiError
from web.idempotency import Answer, RequestKey, Seal
from web.tokens import digest

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A shopper's session (`pw_sess_...`, POST /v1/sessions) or an API key (`pw_key_...`).",
)


async def web_parts(request: Request) -> Web:
    return web_of(request)


WebDep = Annotated[Web, Depends(web_parts)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
CustomerHeader = Annotated[
    str | None,
    Header(
        alias="X-Pairwell-Customer",
        description="With an API key: the customer token of whom it acts for, new for every request.",
    ),
]
KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        # Described with every operation (`web.description`), not as a parameter: a tool that makes up
        # requests from the description would use one key for two bodies, and be refused as it must be.
        include_in_schema=False,
    ),
]


async def current_caller(
    request: Request, web: WebDep, _token: Bearer, _customer: CustomerHeader = None
) -> Caller:
    """Who calls; counted by their limits."""
    shown = credentials(request)
    try:
        caller = await web.run(lambda: web.authenticator.caller(shown))
    except ApiError:
        await web.run(lambda: web.limits.stranger(shown.address))
        raise
    await web.run(lambda: web.limits.request(caller, shown.address))
    return caller


def may(*scopes: str) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency: the caller, where it has one of the scopes."""

    async def allowed(caller: Annotated[Caller, Depends(current_caller)]) -> Caller:
        return need(caller, *scopes)

    return allowed


async def merchant(caller: Annotated[Caller, Depends(may("catalogue"))]) -> Caller:
    """A server with a key: what is written for a shop's own pages is none of its shoppers' business."""
    if caller.kind != "key":
        raise ApiError(403, "keys_only", "This takes an API key with the scope catalogue.")
    return caller


ChatCaller = Annotated[Caller, Depends(may("chat"))]
CatalogueCaller = Annotated[Caller, Depends(may("catalogue"))]
MerchantCaller = Annotated[Caller, Depends(merchant)]
ReadingCaller = Annotated[Caller, Depends(may("chat", "support"))]
SupportCaller = Annotated[Caller, Depends(may("support"))]
AnyCaller = Annotated[Caller, Depends(may("chat", "catalogue"))]


async def request_key(
    request: Request, caller: Annotated[Caller, Depends(current_caller)], key: KeyHeader = None
) -> RequestKey | None:
    """The request under its `Idempotency-Key`, where it has one."""
    if key is None:
        return None
    who = (caller.owner, caller.customer_id or "")
    return RequestKey(digest(*who, request.method, request.url.path, key), await body_digest(request))


async def body_digest(request: Request) -> str:
    """A digest of the body that does not mind white space and the order of fields."""
    value = await request.json() if await request.body() else None
    return digest(json.dumps(value, sort_keys=True))


KeyDep = Annotated[RequestKey | None, Depends(request_key)]


@dataclass(frozen=True, slots=True)
class Once:
    """Does the request's deed, or gives the answer that it got before."""

    web: Web
    key: RequestKey | None

    async def transact(self, deed: Callable[[UnitOfWork], Answer]) -> Response:
        """A deed in one transaction, which its answer is stored in."""
        return respond(await self.web.run(lambda: self.web.idempotency.transact(self.key, deed)))

    async def do(self, deed: Callable[[Seal], Answer]) -> Response:
        """A deed with transactions of its own."""
        return respond(await self.web.run(lambda: self.web.idempotency.do(self.key, deed)))


async def once(web: WebDep, key: KeyDep) -> Once:
    return Once(web, key)


OnceDep = Annotated[Once, Depends(once)]


async def taken_turn(
    request: Request, web: WebDep, caller: Annotated[Caller, Depends(current_caller)]
) -> None:
    """Counts a turn against the caller's limits."""
    await web.run(lambda: web.limits.turn(caller, address_of(request)))


TurnLimit = Depends(taken_turn)


def respond(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    return JSONResponse(answer.body, answer.status, answer.headers)
