"""Rate limits that several servers share."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "rate_buckets",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("left_over", sa.Float, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("full_at", UtcDateTime, nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("rate_buckets")
