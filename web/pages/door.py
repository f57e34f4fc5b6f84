"""The door of the support desk: signing in with an account, and out again.

The API checks the password and gives a token, which is kept in this process; the browser gets a new random
cookie for it. So whoever is not signed in sees a form, and nothing of Gradio.
"""

import secrets
from contextlib import suppress
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from web.errors import ApiError
from web.pages.client import ApiFailure, Caller
from web.pages.desk import Desk
from web.pages.documents import FORM_POLICY, sign_in
from web.pages.requests import cookie_header, cookie_of, is_same_origin, read_body, sealed
from web.pages.visits import Kept

DESK = "pairwell_desk"
HOME = "/support/"

#: A desk that nobody touched for so long is closed.
IDLE_S = 8 * 3600.0
MOST_FORM_BYTES = 4096


class Door:
    """Lets people with an account in."""

    def __init__(self) -> None:
        self._desks: Kept[Desk] = Kept(most=1000, idle_s=IDLE_S)

    def desk(self, cookie: str) -> Desk | None:
        return self._desks.get(cookie) if cookie else None

    def is_known(self, cookie: str) -> bool:
        return self.desk(cookie) is not None

    def form(self, problem: str = "", status: int = 200) -> Response:
        return HTMLResponse(sign_in(problem), status, {"Content-Security-Policy": FORM_POLICY})

    async def handle(self, stranger: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers `GET /support`, and the posts of the two forms."""
        headers = Headers(scope=scope)
        if scope["method"] != "POST":
            response: Response = RedirectResponse(HOME, 307)
        elif not is_same_origin(headers):
            response = self.form("Please sign in on this page itself.", 403)
        elif scope["path"].endswith("/sign-out"):
            await self._sign_out(stranger, cookie_of(headers, DESK))
            response = self._home(cookie_header(DESK, "", "/support", scope) + "; Max-Age=0")
        else:
            response = await self._sign_in(stranger, scope, receive)
        await response(scope, receive, sealed(send))

    async def _sign_in(self, stranger: Caller, scope: Scope, receive: Receive) -> Response:
        try:
            body = await read_body(receive, MOST_FORM_BYTES)
        except ApiError as too_large:
            return self.form(too_large.message, 413)
        given = parse_qs(body.decode("utf-8", "replace"))
        login, password = (given.get(name, [""])[0] for name in ("login", "password"))
        try:
            opened = await stranger.post("/v1/support/sign-in", {"login": login, "password": password})
        except ApiFailure as failure:
            return self.form(_problem(failure), 401 if failure.status == 422 else failure.status)
        cookie = secrets.token_urlsafe(32)
        self._desks.put(cookie, Desk(opened["token"], name=opened["name"]))
        return self._home(cookie_header(DESK, cookie, "/support", scope))

    async def _sign_out(self, stranger: Caller, cookie: str) -> None:
        desk = self.desk(cookie)
        self._desks.drop(cookie)
        if desk is not None:
            with suppress(ApiFailure):  # signed out already
                await stranger.with_token(desk.key).post("/v1/support/sign-out", {})

    def _home(self, cookie: str) -> Response:
        return RedirectResponse(HOME, 303, {"Set-Cookie": cookie})


def _problem(failure: ApiFailure) -> str:
    match failure.status:
        case 401:
            return "Name and password do not match."
        case 422:
            return "Name and password do not match."
        case 429:
            return "Too many tries. Wait a while, then try again."
        case _:
            return failure.message
