"""The web layer's tables: sessions, API keys, used customer tokens, idempotency."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0004"
down_revision = "0003"

DIGEST = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "web_sessions",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("token_digest", DIGEST, nullable=False, unique=True),
        sa.Column("customer_id", sa.String(128)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=False, index=True),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("token_digest", DIGEST, nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime),
        sa.Column("revoked_at", UtcDateTime),
    )
    op.create_table(
        "shown_customer_tokens",
        sa.Column("digest", DIGEST, primary_key=True),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )
    op.create_table(
        "idempotency",
        sa.Column("digest", DIGEST, primary_key=True),
        sa.Column("body_digest", DIGEST, nullable=False),
        sa.Column("claim", sa.String(40), nullable=False),
        sa.Column("running_until", UtcDateTime),
        sa.Column("answer", sa.JSON(none_as_null=True)),
        sa.Column("conversation_id", sa.String(40), index=True),
        sa.Column("message_id", sa.String(40)),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )


def downgrade() -> None:
    for table in ("idempotency", "shown_customer_tokens", "api_keys", "web_sessions"):
        op.drop_table(table)
