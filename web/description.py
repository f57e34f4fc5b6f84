"""The API's description as it is served: FastAPI's, with what it cannot know.

That every response has an id; which currency the shop's prices are in; and that no route answers with
FastAPI's own form of a 422.
"""

import copy
from typing import Any

from fastapi import FastAPI

REQUEST_ID = {
    "X-Request-Id": {"description": "Names this request in the logs.", "schema": {"type": "string"}}
}
IDEMPOTENCY = (
    "With an `Idempotency-Key` header (1 to 255 visible characters), the same request by the same caller "
    "gets the stored answer for 24 hours; with another body 422, while the first still runs 409."
)
FASTAPI_422 = "#/components/schemas/HTTPValidationError"


def describe(app: FastAPI, currency: str) -> dict[str, Any]:
    """The OpenAPI document, for a shop with this currency."""
    document = copy.deepcopy(app.openapi())
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(operation["responses"])
            if method != "get" and "409" in operation["responses"]:
                operation["description"] = f"{operation.get('description', '')}\n\n{IDEMPOTENCY}".strip()
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["MoneyIn"]["properties"]["currency"] |= {"enum": [currency], "examples": [currency]}
    return document


def _complete(responses: dict[str, Any]) -> None:
    content = responses.get("422", {}).get("content", {}).get("application/json", {})
    if content.get("schema", {}).get("$ref") == FASTAPI_422:
        del responses["422"]
    for response in responses.values():
        response["headers"] = {**response.get("headers", {}), **REQUEST_ID}
