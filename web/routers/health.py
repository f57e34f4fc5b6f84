"""Is it alive, can it serve, how does it do. Details are for loopback and for whoever shows a key."""

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from shop.serialise import Json, to_json
from web.auth import credentials
from web.deps import Bearer, CustomerHeader, WebDep
from web.errors import ApiError
from web.routers.documented import OPTIONAL_TOKEN, errors
from web.routing import router as new_router
from web.schemas.health import Alive, Ready
from web.tokens import KEY_PREFIX

router = new_router("", "Health")

RETRY_S = 5
CHALLENGE = {"WWW-Authenticate": "Bearer"}


async def sees_details(
    request: Request, web: WebDep, _token: Bearer, _customer: CustomerHeader = None
) -> bool:
    """Asked on this machine, or with an API key. A key that is shown and wrong is refused."""
    shown = credentials(request)
    if shown.token is None or not shown.token.startswith(KEY_PREFIX):
        return shown.from_loopback
    await web.run(lambda: web.authenticator.caller(shown))
    return True


Details = Annotated[bool, Depends(sees_details)]


@router.get("/healthz", response_model=Alive, responses={400: errors()[400]})
async def alive() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz",
    response_model=Ready,
    openapi_extra=OPTIONAL_TOKEN,
    responses={**errors(), 503: {"model": Ready, "description": "The store or the index cannot serve."}},
)
async def ready(web: WebDep, details: Details) -> Response:
    """The parts can serve. Without the chat model it still serves, degraded."""
    parts = await web.run(web.services.readiness)
    status = _status(parts_ready={name: part.ready for name, part in parts.items()})
    body: dict[str, Json] = {"status": status}
    if details:
        body["parts"] = {name: to_json(part) for name, part in parts.items()}
    if status == "unavailable":
        return JSONResponse(body, 503, {"Retry-After": str(RETRY_S)})
    return JSONResponse(body)


@router.get(
    "/metrics",
    response_class=Response,
    openapi_extra=OPTIONAL_TOKEN,
    responses={**errors(), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(web: WebDep, details: Details) -> Response:
    """Counters and timings for Prometheus."""
    if not details:
        raise ApiError(401, "key_needed", "Ask from this machine, or show an API key.", headers=CHALLENGE)
    return PlainTextResponse(web.metrics.text(), media_type="text/plain; version=0.0.4")


def _status(parts_ready: dict[str, bool]) -> str:
    out = {name for name, is_ready in parts_ready.items() if not is_ready}
    if not out:
        return "ready"
    return "degraded" if out == {"model"} else "unavailable"
