"""What stands in front of Gradio: it lets through what a page needs, for whoever has a visit, and no more.

Gradio answers anybody on some seventy paths: uploads, files, direct calls, a proxy. Here each path that a
page uses is named, with its method; all others do not exist. Every one of them but the page itself needs
the visit's cookie, a change needs the page's own origin, and a visitor sees the events of the browser
session that it opened and of no other.

Errors: 401 without a visit, 403 from another origin or for somebody else's session, 413 for a body too
large, 429 for too many events, 400 for what is no event; always in the API's envelope.
"""

import json
import re
import secrets
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import ApiError, answer, try_later
from web.pages.documents import dressed, policy
from web.pages.requests import cookie_header, cookie_of, is_same_origin, read_body, replayed, sealed
from web.pages.visits import Kept

MOST_BODY_BYTES = 64 * 1024

#: What a page reads, below its own address. The page itself is the empty one.
READS = re.compile(r"|theme\.css|assets/[\w./-]+|static/js/[\w./-]+|gradio_api/queue/data")
#: What a page changes.
WRITES = re.compile(r"gradio_api/queue/join")

#: Gradio's name for one open page of a browser.
_SESSION = re.compile(r"[a-z0-9]{1,32}")

#: What Gradio names by its content never changes.
FOR_EVER = "private, max-age=31536000, immutable"

#: A link from another site arrives without the cookie, for it is strict; this page comes back with it.
COME_BACK = '<!doctype html><meta http-equiv="refresh" content="0"><title>One moment</title>'


def is_let_in(method: str, path: str) -> bool:
    """Whether a page uses this path below its own address."""
    if ".." in path:
        return False
    if method in ("GET", "HEAD"):
        return READS.fullmatch(path) is not None
    return method == "POST" and WRITES.fullmatch(path) is not None


class Gate:
    """In front of one page.

    `welcome` answers whoever is not known: a response, or a new cookie's value. `may_send` gives 0 where
    an event may be sent from there now, else the seconds to wait.
    """

    def __init__(
        self,
        cookie: str,
        home: str,
        title: str,
        is_known: Callable[[str], bool],
        welcome: Callable[[], Response | str],
        may_send: Callable[[Scope], float],
    ) -> None:
        self._cookie = cookie
        self._home = home
        self._title = title
        self._is_known = is_known
        self._welcome = welcome
        self._may_send = may_send
        self._sessions: Kept[str] = Kept()

    async def handle(self, page: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request that `is_let_in` allows."""
        path = scope["path"].removeprefix(self._home)
        visitor = cookie_of(Headers(scope=scope), self._cookie)
        if not path:
            await self._document(page, scope, receive, sealed(send), known=self._is_known(visitor))
            return
        try:
            receive = await self._checked(visitor, path, scope, receive)
        except ApiError as refused:
            await answer(refused, scope["path"])(scope, receive, sealed(send))
            return
        await page(scope, receive, sealed(send, FOR_EVER if path.startswith("assets/") else "no-store"))

    async def _document(
        self, page: ASGIApp, scope: Scope, receive: Receive, send: Send, *, known: bool
    ) -> None:
        """The page itself, dressed. What the address asks for beside it is left out."""
        cookie = None
        if not known:
            if Headers(scope=scope).get("sec-fetch-site") == "cross-site":
                await HTMLResponse(COME_BACK)(scope, receive, send)
                return
            welcome = self._welcome()
            if isinstance(welcome, Response):
                await welcome(scope, receive, send)
                return
            cookie = cookie_header(self._cookie, welcome, self._home, scope)
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        asked = {**scope, "method": "GET", "headers": plain, "query_string": b""}
        status, body = await _collected(page, asked, receive)
        nonce = secrets.token_urlsafe(16)
        document = HTMLResponse(dressed(body.decode(), nonce, self._title), status)
        document.headers["Content-Security-Policy"] = policy(nonce)
        if cookie:
            document.headers["Set-Cookie"] = cookie
        await document(scope, receive, send)

    async def _checked(self, visitor: str, path: str, scope: Scope, receive: Receive) -> Receive:
        """The request's body for whoever reads it next, once it is the visitor's own to send."""
        if not self._is_known(visitor):
            raise ApiError(401, "no_visit", "Open the page first: this is for its visitors.")
        if scope["method"] != "POST":
            if path == "gradio_api/queue/data":
                asked = parse_qs(scope["query_string"].decode("latin-1"))
                self._bind(visitor, asked.get("session_hash", [""])[0])
            return receive
        if not is_same_origin(Headers(scope=scope)):
            raise ApiError(403, "foreign_origin", "Only the page itself can ask this.")
        wait_s = self._may_send(scope)
        if wait_s:
            raise try_later(429, "rate_limited", "This page asks too often. Wait a moment.", wait_s)
        body = await read_body(receive, MOST_BODY_BYTES)
        try:
            event = json.loads(body)
        except ValueError as error:
            raise ApiError(400, "no_event", "This is not an event of the page.") from error
        self._bind(visitor, event.get("session_hash") if isinstance(event, dict) else None)
        return replayed(body, receive)

    def _bind(self, visitor: str, session: object) -> None:
        """An open page belongs to the visitor who opened it."""
        if not isinstance(session, str) or not _SESSION.fullmatch(session):
            raise ApiError(400, "no_session", "An event needs the session of its page.")
        if (self._sessions.get(session) or visitor) != visitor:
            raise ApiError(403, "foreign_session", "This session belongs to somebody else.")
        self._sessions.put(session, visitor)


async def _collected(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[int, bytes]:
    """An application's whole answer."""
    status, parts = 500, []

    async def collect(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, collect)
    return status, b"".join(parts)
