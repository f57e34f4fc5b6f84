"""How a revision is run; Alembic calls this file, `storage.migrate` calls Alembic.

To add a revision, write `versions/0002_assistant.py` beside the others:

    revision = "0002"
    down_revision = "0001"

    def upgrade() -> None:
        op.create_table("conversations", sa.Column("id", sa.String(128), primary_key=True), ...)

    def downgrade() -> None:
        op.drop_table("conversations")

What to keep to:
- One linear chain, numbered; a revision that has been released is never edited, a new one follows it.
- Tables are written out. A revision never imports the package that owns them: that code moves on, the
  revision does not.
- Constraints and indexes get their names from `storage.metadata` by themselves (`primary_key=True`,
  `index=True`, `sa.ForeignKey(...)` without a name). Types are those that every database has: `sa.JSON`,
  `storage.types.UtcDateTime`, never a database's own.
- The package's `tables.py` describes the same tables on `storage.metadata`;
  `tests/storage/test_migrations.py` fails with the differences until both say the same.
"""

from alembic import context

from storage.engine import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction holds every revision; SQLite's DDL is transactional once it has begun.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
