"""Every error that leaves the server, in one envelope: `{"error": {"type", "code", "message", "param"}}`.

Errors by who can act: the caller (400 to 422, with what to do), the caller later (429, 503, with
`Retry-After`), the developer (500, which says nothing of the inside; the log has it under the request's
id). What other packages raise is translated here, once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shop.serialise import Json

TYPES: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    409: "conflict_error",
    413: "invalid_request_error",
    415: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "unavailable_error",
}

#: Paths that speak OpenAI's dialect: 400 in place of 422, and `param` is there even when it is null.
OPENAI_PATHS = ("/v1/chat/", "/v1/models")

STORAGE_RETRY_S = 5


class ApiError(HTTPException):
    """An answer that is an error. `extra` are members beside `error`, such as the current bundle."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Json] | None = None,
    ) -> None:
        super().__init__(status, message, dict(headers) if headers else None)
        self.code = code
        self.message = message
        self.param = param
        self.extra = dict(extra or {})

    def body(self, *, nulls: bool = False) -> dict[str, Json]:
        error: dict[str, Json] = {
            "type": TYPES.get(self.status_code, "invalid_request_error"),
            "code": self.code,
            "message": self.message,
        }
        if self.param is not None or nulls:
            error["param"] = self.param
        return {"error": error, **self.extra}


def not_found(code: str, message: str, param: str | None = None) -> ApiError:
    return ApiError(404, code, message, param=param)


def try_later(status: int, code: str, message: str, retry_after_s: float) -> ApiError:
    """429 or 503, with the seconds to wait."""
    return ApiError(status, code, message, headers={"Retry-After": str(max(1, round(retry_after_s)))})


def speaks_openai(path: str) -> bool:
    return path.startswith(OPENAI_PATHS)


def answer(error: ApiError, path: str) -> JSONResponse:
    """The response of an error, in the dialect of its path."""
    openai = speaks_openai(path)
    status = 400 if openai and error.status_code == 422 else error.status_code
    return JSONResponse(error.body(nulls=openai), status, error.headers)


def from_http(error: HTTPException) -> ApiError:
    """What the framework itself refuses."""
    if isinstance(error, ApiError):
        return error
    code, message = {
        404: ("unknown_path", "There is nothing at this path. The API is described at /docs."),
        405: ("method_not_allowed", "This path does not take that method; see the Allow header."),
        413: ("body_too_large", "The request's body is too large."),
    }.get(error.status_code, ("bad_request", str(error.detail)))
    return ApiError(error.status_code, code, message, headers=error.headers)


def from_validation(problems: Sequence[Mapping[str, Any]]) -> ApiError:
    """The first thing that is wrong with a request, and where."""
    first = problems[0]
    code = {"extra_forbidden": "unknown_field", "missing": "missing_field"}.get(
        first["type"], "invalid_value"
    )
    param = param_name(first["loc"])
    message = {
        "unknown_field": f"There is no field {param!r} here. Leave it out.",
        "missing_field": f"{param or 'The body'} is missing.",
    }.get(code, f"{param}: {first['msg']}" if param else str(first["msg"]))
    return ApiError(422, code, message, param=param or None)


def param_name(location: Sequence[str | int]) -> str:
    """`("body", "slots", 0, "name")` is `slots[0].name`; a part with a tilde names a form, no field."""
    name = ""
    for part in location[1:]:
        if isinstance(part, str) and part.startswith("~"):
            continue
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name


Translate = Callable[[Exception], ApiError]


def install(app: FastAPI, known: Mapping[type[Exception], Translate]) -> None:
    """Answers the framework's own errors and those in `known` with the envelope."""

    async def http(request: Request, error: Exception) -> JSONResponse:
        return answer(from_http(cast(HTTPException, error)), request.url.path)

    async def validation(request: Request, error: Exception) -> JSONResponse:
        problems = cast(RequestValidationError, error).errors()
        return answer(from_validation(problems), request.url.path)

    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)
    for kind, translate in known.items():
        app.add_exception_handler(kind, _translated(translate))


def _translated(translate: Translate) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    async def handler(request: Request, error: Exception) -> JSONResponse:
        return answer(translate(error), request.url.path)

    return handler
