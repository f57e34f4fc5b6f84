"""The leaf below every package: the engine, units of work and migrations."""

from storage.engine import Conflict, Database, Held, StorageUnavailable, UnitOfWork, metadata
from storage.migrate import SchemaTooNew
from storage.types import UtcDateTime

__all__ = [
    "Conflict",
    "Database",
    "Held",
    "SchemaTooNew",
    "StorageUnavailable",
    "UnitOfWork",
    "UtcDateTime",
    "metadata",
]
