"""The audit log's guard says on PostgreSQL what it says on SQLite: an integrity error, not a program's."""

from alembic import op

revision = "0008"
down_revision = "0007"

GUARD = """
CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'{code}; END $$ LANGUAGE plpgsql
"""
INTEGRITY = " USING ERRCODE = 'integrity_constraint_violation'"


def upgrade() -> None:
    _guard(INTEGRITY)


def downgrade() -> None:
    _guard("")


def _guard(code: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(GUARD.format(code=code))
