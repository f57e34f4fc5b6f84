"""The HTTP API as one application: routes, middleware, errors, description.

`create_api` wires what the other modules of this package do; it decides nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from web import docs, errors, housekeeping
from web.config import WebConfig
from web.context import Web
from web.delivery import Deliverer, deliver
from web.known import KNOWN
from web.metrics import Metrics
from web.middleware import BodyLimit, Border, KnownHosts
from web.routers import (
    bundles,
    cart,
    conversations,
    copy,
    events,
    health,
    mails,
    messages,
    openai,
    products,
    sessions,
    sign_in,
    support,
)
from web.services import Services

ROUTERS = (
    sessions.router,
    conversations.router,
    messages.router,
    products.router,
    bundles.router,
    copy.router,
    cart.router,
    events.router,
    openai.router,
    sign_in.router,
    support.router,
    health.router,
)

DESCRIPTION = """A shopping assistant: finds products, composes bundles that fit, explains them.

Money is in minor units, times are UTC, lists have `limit` and `cursor`, a field without a value is left
out. Every error is `{"error": {"type", "code", "message", "param"}}`; every response has an `X-Request-Id`.
"""


def create_api(services: Services, config: WebConfig) -> FastAPI:
    """The application. Pages may be mounted beside it; everything below `/v1` stays the API's."""
    metrics = Metrics()
    for name, counts in services.caches.items():
        metrics.watch_cache(name, counts)
    metrics.watch_sentences(services.tally.counts)
    web = Web.build(services, config, metrics)
    app = FastAPI(
        title="Pairwell",
        version="1",
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=_middleware(config, metrics),
        lifespan=_lifespan(web),
    )
    app.state.web = web
    errors.install(app, KNOWN)
    for router in (*ROUTERS, docs.router, mails.router):
        app.include_router(router)
    app.mount("/docs/assets", docs.assets())
    if config.media_dir is not None:
        app.mount("/media", StaticFiles(directory=config.media_dir, check_dir=False))
    app.include_router(_rest_of_v1())
    return app


def _middleware(config: WebConfig, metrics: Metrics) -> list[Middleware]:
    layers = [
        Middleware(Border, config=config, metrics=metrics),
        Middleware(KnownHosts, config=config),
        Middleware(BodyLimit, most_bytes=config.limits.body_bytes),
    ]
    if config.allowed_origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(config.allowed_origins),
                allow_methods=["GET", "POST", "PATCH", "DELETE"],
                allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"],
                expose_headers=["X-Request-Id", "Retry-After", "X-Pairwell-Ignored"],
                max_age=600,
            )
        )
    return layers


def _lifespan(web: Web) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if web.config.alone:
            await web.run(lambda: housekeeping.release(web))
        deliverer = Deliverer(web.database, web.services.clock, post=web.config.post, hooks=web.config.hooks)
        running = [asyncio.create_task(each) for each in (housekeeping.sweep(web), deliver(deliverer))]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            for task in running:
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(web.turns.close)

    return lifespan


def _methods_at(path: str) -> list[str]:
    """What a path of the API takes; nothing for a path that is none."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return sorted(
        {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
    )


def _rest_of_v1() -> APIRouter:
    """Whatever else is asked below `/v1`: a page that is mounted at `/` must not answer for the API."""
    router = APIRouter(include_in_schema=False)
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    @router.api_route("/v1/{path:path}", methods=methods)
    async def unknown(request: Request) -> JSONResponse:
        allowed = _methods_at(request.url.path)
        if allowed:
            raise errors.ApiError(
                405,
                "method_not_allowed",
                f"This path takes {', '.join(allowed)}.",
                headers={"Allow": ", ".join(allowed)},
            )
        raise errors.not_found(
            "unknown_path", "There is nothing at this path. The API is described at /docs."
        )

    return router
