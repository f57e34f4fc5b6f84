"""The answers that routes share, for the API's description."""

from typing import Any

from web.schemas.base import ErrorBody

MEANINGS = {
    400: "The host is not served.",
    401: "No token, or one that is worth nothing.",
    403: "The caller may not do this.",
    404: "There is no such thing, or it is somebody else's.",
    409: "Something else came first.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Something in the request is wrong; `param` says what.",
    429: "Too much at once, or too often; `Retry-After` says how long to wait.",
    500: "A mistake of the server.",
    503: "The store cannot be reached; `Retry-After` says how long to wait.",
}

RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}

#: Beside the token that a route knows: none at all.
OPTIONAL_TOKEN: dict[str, Any] = {"security": [{}]}

Responses = dict[int | str, dict[str, Any]]


EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string"},
        "id": {"type": "string"},
        "data": {"type": "string", "description": "JSON on one line."},
    },
    "required": ["data"],
}


def documented_stream(example: str) -> dict[str, Any]:
    """Server-sent events: the schema is that of one event."""
    return {"text/event-stream": {"schema": EVENT, "example": example}}


def errors(*statuses: int) -> Responses:
    """These errors, and those that every route has."""
    return {
        status: {
            "model": ErrorBody,
            "description": MEANINGS[status],
            **({"headers": RETRY_AFTER} if status in (429, 503) else {}),
        }
        for status in sorted({*statuses, 400, 401, 403, 422, 429, 500, 503})
    }


def writes(*statuses: int) -> Responses:
    """The errors of a route that takes a body or an `Idempotency-Key`."""
    return errors(409, 413, 415, *statuses)
