"""The API's own page at /docs, without anybody else's servers: Swagger UI comes from an installed package."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles

from web.context import Web
from web.deps import WebDep
from web.description import describe
from web.money import shop_currency

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pairwell API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="/docs/assets/favicon.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""

START = """SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout",
});
"""

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def description(request: Request, web: WebDep) -> JSONResponse:
    return JSONResponse(await web.run(lambda: _described(request.app, web)))


@router.get("/docs")
async def page() -> HTMLResponse:
    return HTMLResponse(PAGE)


@router.get("/docs/start.js")
async def start() -> Response:
    return Response(START, media_type="text/javascript")


def assets() -> StaticFiles:
    """Swagger UI's own files."""
    return StaticFiles(directory=Path(str(files("fastapi_offline"))) / "static")


def _described(app: FastAPI, web: Web) -> dict[str, Any]:
    with web.database.read() as work:
        currency = shop_currency(work, web)
    return describe(app, currency)
