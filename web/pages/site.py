"""The pages as part of the API's application: their routes, their visitors, and their start and end.

Gradio takes seconds to import and the pages to build, so both happen in a thread once the port is open, the
shopper's page first. Who comes earlier sees a page that says so and looks again by itself.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from web.auth import address_of
from web.config import Rate
from web.errors import ApiError, answer
from web.pages.client import PASSED_ON, Caller, Origin, open_client
from web.pages.desk import Agent
from web.pages.documents import FORM_POLICY, opening
from web.pages.door import DESK, HOME, Door
from web.pages.examples import PRESENT, RETURNS
from web.pages.gate import Gate, is_let_in
from web.pages.rendering import Renderer
from web.pages.requests import cookie_of, sealed
from web.pages.shopper import Shopper
from web.pages.visits import Visits
from web.ratelimit import MemoryRateLimiter

if TYPE_CHECKING:
    import gradio as gr

logger = logging.getLogger(__name__)

VISIT = "pairwell_visit"

#: So long a request waits for its page to be built.
PATIENCE_S = 1.0

DOOR_PATHS = frozenset(
    [("GET", "/support"), ("HEAD", "/support"), ("POST", "/support/sign-in"), ("POST", "/support/sign-out")]
)

EVENTS_PER_ADDRESS = Rate(1_200, 240)

#: Everything of Gradio that the pages do not use is off.
GRADIO: dict[str, Any] = {
    "footer_links": [],
    "run_history": False,
    "show_error": False,
    "ssr_mode": False,
    "mcp_server": False,
    "enable_monitoring": False,
    "pwa": False,
    "max_file_size": 0,
}


@dataclass(frozen=True, slots=True)
class PagesConfig:
    """What the pages are told of the shop. `examples` are what a shopper may ask, as buttons."""

    shop_name: str = "Pairwell"
    currency: str = "USD"
    locale: str = "en_US"
    examples: Sequence[str] = (PRESENT, RETURNS)
    events_per_address: Rate = EVENTS_PER_ADDRESS


class Site:
    """Both pages over one API."""

    def __init__(self, api: FastAPI, config: PagesConfig) -> None:
        self._config = config
        self._http = open_client(api)
        self._renderer = Renderer(config.shop_name, config.locale)
        self._visits = Visits()
        self._door = Door()
        self._limiter = MemoryRateLimiter()
        visits, door = self._visits, self._door
        shop_gate = Gate(VISIT, "/", config.shop_name, visits.is_known, visits.new_id, self._may_send)
        desk_gate = Gate(DESK, HOME, self._desk_title, door.is_known, door.form, self._may_send)
        self._shop = _Page(shop_gate, "/", self._shop_blocks)
        self._desk = _Page(desk_gate, HOME.rstrip("/"), self._desk_blocks)
        # Gradio builds one page at a time.
        self._building = asyncio.Lock()
        self.opened = threading.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Builds the pages in the background, and closes them at the end."""
        async with AsyncExitStack() as running:
            running.push_async_callback(self._http.aclose)
            for page in (self._shop, self._desk):
                page.app = asyncio.create_task(self._start(page, running))
            yield
            for page in (self._shop, self._desk):
                if page.app is not None:
                    page.app.cancel()

    def has(self, method: str, path: str) -> bool:
        """Whether this is a path of the pages."""
        page = path.removeprefix(HOME) if path.startswith(HOME) else path[1:]
        return (method, path) in DOOR_PATHS or is_let_in(method, page)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request for one of the pages' paths."""
        if (scope["method"], scope["path"]) in DOOR_PATHS:
            await self._door.handle(Caller(self._http, origin_of(scope)), scope, receive, send)
            return
        page = self._desk if scope["path"].startswith(HOME) else self._shop
        if page.app is None:
            closed = ApiError(503, "not_started", "The application was not started, so it has no pages.")
            await answer(closed, scope["path"])(scope, receive, send)
            return
        await asyncio.wait([page.app], timeout=PATIENCE_S)
        if not page.app.done():
            policy = {"Content-Security-Policy": FORM_POLICY, "Retry-After": "1"}
            soon = HTMLResponse(opening(self._config.shop_name), 503, policy)
            await soon(scope, receive, sealed(send))
            return
        await page.gate.handle(page.app.result(), scope, receive, send)

    async def _start(self, page: "_Page", running: AsyncExitStack) -> FastAPI:
        try:
            async with self._building:
                app = await self._built(page)
            await running.enter_async_context(app.router.lifespan_context(app))
        except Exception:
            logger.exception("the page at %s could not be built", page.path)
            raise
        finally:
            if page is self._shop:
                self.opened.set()
        return app

    async def _built(self, page: "_Page") -> FastAPI:
        """A second time where it fails: Gradio parses its own source while it is imported, and CPython 3.11
        may refuse that while another thread parses too ("recursion depth mismatch")."""
        try:
            return await asyncio.to_thread(page.build)
        except Exception:
            logger.warning("the page at %s is built once more", page.path, exc_info=True)
            return await asyncio.to_thread(page.build)

    def _may_send(self, scope: Scope) -> float:
        return self._limiter.take("page event", address_of(Request(scope)), self._config.events_per_address)

    @property
    def _desk_title(self) -> str:
        return f"{self._config.shop_name} support"

    # Gradio is imported where it is first needed: it takes seconds, which the port does not wait for.

    def _shop_blocks(self) -> "gr.Blocks":
        from web.pages.shop_page import ShopPage

        config = self._config
        return ShopPage(self._renderer, config.examples, config.shop_name, self._shopper).build()

    def _desk_blocks(self) -> "gr.Blocks":
        from web.pages.desk_page import DeskPage

        return DeskPage(self._renderer, self._desk_title, self._config.currency, self._agent).build()

    # The gates have seen the cookies already; whoever acts is looked up again, and refused if unknown.

    def _shopper(self, request: "gr.Request") -> Shopper:
        visit_id = cookie_of(request.headers, VISIT)
        if not self._visits.is_known(visit_id):
            raise PermissionError("an event of the page without a visit")
        return Shopper(self._visits.find(visit_id), self._visits, self._caller(request))

    def _agent(self, request: "gr.Request") -> Agent:
        desk = self._door.desk(cookie_of(request.headers, DESK))
        if desk is None:
            raise PermissionError("an event of the support desk without a sign-in")
        return Agent(desk, self._caller(request).with_token(desk.key), self._config.currency)

    def _caller(self, request: "gr.Request") -> Caller:
        if request.request is None:
            raise PermissionError("an event that no request brought")
        return Caller(self._http, origin_of(request.request.scope))


@dataclass(slots=True)
class _Page:
    """One page: what stands in front of it, where it is, and how it is made."""

    gate: Gate
    path: str
    blocks: "Callable[[], gr.Blocks]"
    app: asyncio.Task[FastAPI] | None = None

    def build(self) -> FastAPI:
        import gradio as gr

        from web.pages.parts import theme

        app = FastAPI(openapi_url=None)
        gr.mount_gradio_app(app, self.blocks(), self.path, theme=theme(), **GRADIO)
        return app


class PagesRoute(BaseRoute):
    """The paths of the pages and no others, so that the API's own 404 and 405 stay what they are."""

    path = "/{page}"

    def __init__(self, site: Site) -> None:
        self._site = site

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        ours = scope["type"] == "http" and self._site.has(scope["method"], scope["path"])
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._site.handle(scope, receive, send)


def origin_of(scope: Scope) -> Origin:
    """Where a request came from, for the calls that are made on its behalf."""
    headers = Headers(scope=scope)
    address, port = scope.get("client") or ("unknown", 0)
    passed_on = {name: headers[name] for name in PASSED_ON if name in headers}
    return Origin(address, port, scope["scheme"], headers.get("host", "localhost"), passed_on)


def mount(api: FastAPI, config: PagesConfig | None = None) -> threading.Event:
    """Adds the pages to the API's application, behind everything that surrounds it.

    The event is set once the shopper's page is built: whatever else warms up a processor may wait for it.
    """
    site = Site(api, config or PagesConfig())
    api.router.routes.append(PagesRoute(site))
    inner = api.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with inner(app) as state, site.open():
            yield state

    api.router.lifespan_context = lifespan
    return site.opened
