"""Who is calling: a shopper's session, or a server's API key.

Errors: `ApiError` 401 where nobody is shown or the token is worth nothing (one answer for a token that
never was, was revoked, or has ended), 403 where the caller is known and may not.
"""

import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from starlette.requests import Request

from storage import Conflict, Database, UnitOfWork
from web.accounts import Accounts
from web.config import WebConfig
from web.customers import BadCustomerToken, read_token, use_once
from web.errors import ApiError
from web.keys import SCOPES, ApiKeys
from web.middleware import host_name
from web.sessions import Session, Sessions, is_stale
from web.tokens import DESK_PREFIX, KEY_PREFIX, SESSION_PREFIX, digest

#: What a shopper's session may do. Support and keys are for servers.
SESSION_SCOPES = frozenset(("chat", "catalogue"))
LOOPBACK_HOSTS = frozenset(("localhost", "127.0.0.1", "[::1]"))


@dataclass(frozen=True, slots=True)
class Caller:
    """`owner` owns all that the caller makes; `customer_id` is whom the shop vouched for, if anybody;
    `address` is where a shopper's session calls from."""

    owner: str
    kind: Literal["session", "key"]
    scopes: frozenset[str]
    customer_id: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows of its caller, and where it comes from."""

    token: str | None
    customer_token: str | None
    address: str
    from_loopback: bool


class Authenticator:
    """Turns credentials into a caller. Blocking: it reads the database, and now and then writes."""

    def __init__(self, database: Database, config: WebConfig, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._config = config
        self._clock = clock

    def caller(self, shown: Credentials) -> Caller:
        if shown.token is None:
            raise unauthenticated("Send a session's token or an API key as Authorization: Bearer.")
        if shown.token.startswith(KEY_PREFIX):
            return self._on_behalf(self._key(shown), shown.customer_token)
        if shown.token.startswith(DESK_PREFIX):
            return self._at_the_desk(shown.token)
        if shown.customer_token is not None:
            raise ApiError(
                403, "not_for_sessions", "X-Pairwell-Customer is for API keys; a session has its own."
            )
        session = self.session(shown.token)
        return Caller(session.id, "session", SESSION_SCOPES, session.customer_id, shown.address)

    def session(self, token: str) -> Session:
        """The session of a token, its use written down."""
        now = self._clock()
        found = None
        if token.startswith(SESSION_PREFIX):
            with self._database.read() as work:
                found = Sessions(work, now, self._config.limits).find(token)
        if found is None:
            raise unauthenticated("The token is unknown or has ended. Make a session with POST /v1/sessions.")
        if is_stale(found, now):
            with self._database.begin() as work:
                Sessions(work, now, self._config.limits).touch(found)
        return found

    def customer(self, work: UnitOfWork, token: str) -> str:
        """The customer that a customer token proves; each token is good once."""
        try:
            claim = read_token(token, self._config.customer_secrets, self._clock())
            use_once(work, claim)
        except BadCustomerToken as error:
            raise ApiError(401, "invalid_customer_token", str(error), param="customer_token") from error
        return claim.customer_id

    def _key(self, shown: Credentials) -> Caller:
        token = shown.token or ""
        demo = self._config.demo_key
        if demo is not None and hmac.compare_digest(token.encode(), demo.encode()):
            if not shown.from_loopback:
                raise unauthenticated("The demo key works on this machine only.")
            return Caller(f"key_demo_{digest(demo)[:16]}", "key", frozenset(SCOPES))
        with self._database.read() as work:
            found = ApiKeys(work, self._clock()).find(token)
        if found is None:
            raise unauthenticated("The API key is unknown, has ended or was revoked.")
        return Caller(found.id, "key", found.scopes)

    def _at_the_desk(self, token: str) -> Caller:
        """A person of the support desk, who is signed in."""
        now = self._clock()
        with self._database.read() as work:
            accounts = Accounts(work, now)
            account, stale = accounts.signed_in(token), accounts.is_stale(token)
        if account is None:
            raise unauthenticated("The sign-in has ended. Sign in at the support desk again.")
        if stale:
            with self._database.begin() as work:
                Accounts(work, now).touch(token)
        return Caller(account.id, "key", account.scopes)

    def _on_behalf(self, caller: Caller, customer_token: str | None) -> Caller:
        if customer_token is None:
            return caller
        try:
            with self._database.begin() as work:
                return replace(caller, customer_id=self.customer(work, customer_token))
        except Conflict as error:
            raise unauthenticated("The customer token is being used by another request.") from error


def credentials(request: Request) -> Credentials:
    """What a request shows. A token in another scheme, or in the URL, is no token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return Credentials(
        bearer or None,
        request.headers.get("x-pairwell-customer"),
        address_of(request),
        from_loopback(request),
    )


def address_of(request: Request) -> str:
    """Whom limits count: an IPv4 address, or an IPv6 network of 64 bits (one household)."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host


def from_loopback(request: Request) -> bool:
    """Asked on this very machine, by its own name, and passed on by nobody.

    The name matters: a page in a browser here may point its own host name at 127.0.0.1.
    """
    passed_on = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    if passed_on or request.client is None:
        return False
    if host_name(request.headers.get("host", "")) not in LOOPBACK_HOSTS:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def need(caller: Caller, *scopes: str) -> Caller:
    """The caller, where it has one of the scopes."""
    if caller.scopes.isdisjoint(scopes):
        raise ApiError(403, "missing_scope", f"This needs the scope {' or '.join(scopes)}.")
    return caller


def unauthenticated(message: str) -> ApiError:
    return ApiError(401, "invalid_token", message, headers={"WWW-Authenticate": "Bearer"})
