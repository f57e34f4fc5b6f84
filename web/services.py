"""What the web layer is given: built once by the wiring, shared by every request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from assistant.agent import Assistant
from assistant.bundles import Bundles
from retrieval.values import Finder, PolicySearch
from storage import Database


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a part can serve, and what to do where it cannot."""

    ready: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Services:
    """`readiness` answers for "index", "store" and "model"; `clock` gives UTC."""

    database: Database
    finder: Finder
    policies: PolicySearch
    bundles: Bundles
    assistant: Assistant
    readiness: Callable[[], dict[str, Readiness]]
    clock: Callable[[], datetime]
