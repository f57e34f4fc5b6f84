"""Shoppers' sessions: opened, bound to a customer, ended."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Body, Depends, Request, Response
from fastapi.responses import JSONResponse

from assistant.conversations import Conversations
from shop.carts import Carts
from shop.events import Rankings
from shop.serialise import Json, to_json
from storage import UnitOfWork
from web.auth import Caller, address_of, credentials, unauthenticated
from web.context import Web
from web.deps import Bearer, KeyHeader, WebDep, body_digest, current_caller
from web.errors import ApiError
from web.idempotency import Answer, RequestKey
from web.routers.documented import OPTIONAL_TOKEN, errors, writes
from web.routing import router as new_router
from web.schemas.sessions import NewSession, SessionOpened
from web.sessions import Session, Sessions
from web.tokens import KEY_PREFIX, SESSION_PREFIX, digest

router = new_router("/v1/sessions", "Sessions")

#: Shows no customer token.
STRANGER = NewSession()

OPENED = "A new session. With an old one's token, its conversations, cart and bundles have come along."


@dataclass(frozen=True, slots=True)
class _Opening:
    """One request for a session. `salt` and the secrets that were shown make the token."""

    web: Web
    old_token: str | None
    customer_token: str | None
    salt: str

    @property
    def secret(self) -> str:
        return f"{self.old_token or ''} {self.customer_token or ''}".strip()

    def token(self, salt: str) -> str:
        """The token of a salt: the same secrets get the same one again, and it is stored nowhere."""
        made = hmac.new(self.secret.encode(), salt.encode(), hashlib.sha256).digest()
        return SESSION_PREFIX + base64.urlsafe_b64encode(made).decode().rstrip("=")

    def open(self, work: UnitOfWork) -> Answer:
        web, now = self.web, self.web.now()
        sessions = Sessions(work, now, web.config.limits)
        old = sessions.find(self.old_token) if self.old_token else None
        if self.old_token and old is None:
            raise unauthenticated("The old session is unknown or has ended. Ask again without it.")
        customer = web.authenticator.customer(work, self.customer_token) if self.customer_token else None
        new = self._opened(sessions, old, customer)
        if old is not None:
            if old.customer_id in (None, new.customer_id):
                _come_along(work, web, old, new)
            sessions.end(old.id)
        return Answer(201, {"salt": self.salt, **_described(new)})

    def _opened(self, sessions: Sessions, old: Session | None, customer: str | None) -> Session:
        token = self.token(self.salt)
        if old is not None and customer is None:
            # Nothing new was proved: the same shopper under a new token, and no longer than before.
            return sessions.open(token, old.customer_id, old.ends_at)
        return sessions.open(token, customer)


@router.post(
    "",
    status_code=201,
    response_model=SessionOpened,
    response_description=OPENED,
    responses=writes(),
    openapi_extra=OPTIONAL_TOKEN,
)
async def open_session(
    request: Request,
    web: WebDep,
    _token: Bearer,
    body: Annotated[NewSession, Body()] = STRANGER,
    key: KeyHeader = None,
) -> Response:
    """Opens a session for a shopper; with a `customer_token`, bound to that customer.

    Show the old session as `Authorization` to take along what it owns; that token ends. Somebody else's
    things never come along: where the old session was another customer's, it only ends. Where neither an
    old token nor a customer token is shown, an `Idempotency-Key` has no effect: a repeat is a new session.
    """
    shown = credentials(request)
    old_token = shown.token
    if old_token is not None and old_token.startswith(KEY_PREFIX):
        await web.run(lambda: web.limits.request(web.authenticator.caller(shown), shown.address))
        old_token = None
    else:
        await web.run(lambda: web.limits.new_session(address_of(request)))
    # Proved from randomness alone where nothing is shown; then nobody can ask for it again either.
    opening = _Opening(web, old_token, body.customer_token, secrets.token_urlsafe(32))
    request_key = None
    if key is not None and opening.secret:
        who = digest(opening.secret, request.url.path, key)
        request_key = RequestKey(who, await body_digest(request))
    answer = await web.run(lambda: web.idempotency.transact(request_key, opening.open))
    stored = dict(cast("dict[str, Json]", answer.body))
    return JSONResponse({"token": opening.token(str(stored.pop("salt"))), **stored}, answer.status)


@router.delete("", status_code=204, responses=errors())
async def end_session(web: WebDep, caller: Annotated[Caller, Depends(current_caller)]) -> Response:
    """Ends the session whose token is shown."""
    if caller.kind != "session":
        raise ApiError(403, "not_a_session", "An API key is revoked with `python app.py keys revoke`.")

    def end() -> None:
        with web.database.begin() as work:
            Sessions(work, web.now(), web.config.limits).end(caller.owner)

    await web.run(end)
    return Response(status_code=204)


def _described(session: Session) -> dict[str, Json]:
    described: dict[str, Json] = {"expires_at": to_json(session.ends_at)}
    if session.customer_id is not None:
        described["customer"] = session.customer_id
    return described


def _come_along(work: UnitOfWork, web: Web, old: Session, new: Session) -> None:
    Conversations(work, web.now()).move(old.id, new.id, new.customer_id)
    Carts(work).move(old.id, new.id)
    Rankings(work).move(old.id, new.id)
    web.services.bundles.move(work, old.id, new.id)
