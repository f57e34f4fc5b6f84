"""The route of every API path: JSON is checked at the border, before FastAPI reads it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from web.validation import JsonRequest, check_string, require_json


class ApiRoute(APIRoute):
    """Reads bodies by the rules of `web.validation`, and holds paths and queries to them too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            for name, value in (*request.path_params.items(), *request.query_params.multi_items()):
                check_string(str(value), name)
            border = JsonRequest(request.scope, request.receive)
            await require_json(border)
            return await handle(border)

        return checked


def router(prefix: str, tag: str) -> APIRouter:
    return APIRouter(prefix=prefix, tags=[tag], route_class=ApiRoute)
