"""Where the house is put together: every part built once, from the settings, and handed to whoever needs it.

What takes long (the embedding model, the chat model) starts in the background once the port is open;
`/readyz` says how far it is. Nothing here decides anything about a shopper.
"""

import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.bundles import Bundles
from assistant.conversations import Conversations
from assistant.embedded import EmbeddedServer, ModelMissing
from assistant.llm import ChatModel, OpenAiChat
from assistant.tools.context import ToolServices
from retrieval.embedding import MiniLmEmbedder
from retrieval.policies import PolicyIndex
from retrieval.relations import OrderRelations
from retrieval.search import SearchService
from settings import Settings
from storage import Database
from web.config import DemoAccess, Limits, WebConfig
from web.services import Readiness, Services

if TYPE_CHECKING:
    from fastapi import FastAPI

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class House:
    """Everything that serves, and how to warm it up and close it."""

    services: Services
    search: SearchService
    policies: PolicyIndex
    embedded: EmbeddedServer | None
    warmers: list[Callable[[], None]] = field(default_factory=list)

    def warm(self) -> None:
        """Loads what is loaded lazily; one part's failure does not keep the others from warming."""
        for warmer in self.warmers:
            try:
                warmer()
            except Exception:
                logger.exception("could not warm up; `python app.py doctor` says what is missing")

    def close(self) -> None:
        if self.embedded is not None:
            self.embedded.stop()
        self.services.database.dispose()


def now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    """The database at its newest schema."""
    database = Database(settings.database)
    database.upgrade()
    return database


def open_search(settings: Settings, database: Database) -> SearchService:
    return SearchService(database, settings.index_dir, MiniLmEmbedder(settings.embedder))
