"""After the sale: confirmations, guests, what is to be sent, support accounts; an append-only audit log."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0007"
down_revision = "0006"

DIGEST = sa.String(64)

POSTGRESQL_GUARD = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$ LANGUAGE plpgsql
"""


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(40),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(128), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("intent", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("before", DIGEST, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("code_digest", DIGEST),
        sa.Column("code_tries", sa.Integer, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
    )
    op.create_table(
        "order_grants",
        sa.Column(
            "conversation_id",
            sa.String(40),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("order_id", sa.String(128), primary_key=True),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )
    op.create_table(
        "tries",
        sa.Column("key", DIGEST, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False, index=True),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime, index=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("delivered_at", UtcDateTime),
        sa.Column("problem", sa.Text),
    )
    op.create_table(
        "stock_alerts",
        sa.Column("variant_id", sa.String(128), primary_key=True),
        sa.Column("email", sa.String(320), primary_key=True),
        sa.Column("product_id", sa.String(128), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
    )
    _accounts()
    op.add_column("handoffs", sa.Column("tried", sa.JSON(none_as_null=True)))
    op.add_column("handoffs", sa.Column("callback", sa.Text))
    _guard_the_log()


def _accounts() -> None:
    op.create_table(
        "support_accounts",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("login", sa.String(80), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("disabled_at", UtcDateTime),
    )
    op.create_table(
        "support_sessions",
        sa.Column("token_digest", DIGEST, primary_key=True),
        sa.Column(
            "account_id",
            sa.String(40),
            sa.ForeignKey("support_accounts.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("used_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )


def _guard_the_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_no_{deed} BEFORE {deed.upper()} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
    elif op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_GUARD)
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
            "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_no_{deed}")
    elif op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute("DROP FUNCTION audit_is_append_only")
    op.drop_column("handoffs", "callback")
    op.drop_column("handoffs", "tried")
    for table in (
        "support_sessions",
        "support_accounts",
        "stock_alerts",
        "outbox",
        "tries",
        "order_grants",
        "confirmations",
    ):
        op.drop_table(table)
