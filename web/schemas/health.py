"""Whether the server is alive, and whether it can serve."""

from typing import Literal

from web.schemas.base import ResponseModel


class Alive(ResponseModel):
    status: Literal["ok"]


class Part(ResponseModel):
    ready: bool
    detail: str


class Ready(ResponseModel):
    """`degraded`: without the chat model, rules and templates answer. `parts` only for whoever may see it."""

    status: Literal["ready", "degraded", "unavailable"]
    parts: dict[str, Part] | None = None
