"""Brings a database to the newest schema, without an alembic.ini.

The revisions are the files in `storage/migrations/versions`, one linear chain. All that is missing is
applied in the caller's transaction: a database is at its old revision or at the new one, never between.

Errors: `SchemaTooNew` where the database was written by a later version of Pairwell.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

#: Any number that no other program locks with.
MIGRATION_LOCK = 7_241_160_051
MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaTooNew(Exception):
    """The database is at a revision that this version does not know: run the version that wrote it."""


def current_revision(connection: sa.Connection) -> str | None:
    """The revision that the database is at; None where it has no tables yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Applies every revision up to `revision`, and sees that the database can be written."""
    # Alembic takes half a second to import, and only starting a server or a command needs it.
    from alembic import command
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        # Two servers that start at once: the second finds the work done.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    config = _config(connection)
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    current = current_revision(connection)
    if current is not None and current not in known:
        raise SchemaTooNew(f"the database is at revision {current}; this version knows up to {known[0]}")
    if current != (known[0] if revision == "head" else revision):
        command.upgrade(config, revision)
    # Where nothing can be written (a read-only disk, a standby) the start says so, not the first shopper.
    connection.execute(sa.text("UPDATE alembic_version SET version_num = version_num"))


def _config(connection: sa.Connection) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
