"""The assistant's bundles: items, locks and every state that an undo can lead to."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "bundles",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("owner", sa.String(128), nullable=False, index=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
        sa.Column("history", sa.JSON, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("bundles")
