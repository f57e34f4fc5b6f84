"""The leaf below every package: the engine, units of work and migrations."""

from storage.engine import Conflict, Database, StorageUnavailable, UnitOfWork, metadata

__all__ = ["Conflict", "Database", "StorageUnavailable", "UnitOfWork", "metadata"]
