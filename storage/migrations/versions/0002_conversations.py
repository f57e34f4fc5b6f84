"""The assistant's tables: conversations, messages, what others follow, handoffs and the audit log."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0002"
down_revision = "0001"

TABLES = (
    "conversations",
    "messages",
    "conversation_events",
    "message_feedback",
    "handoffs",
    "audit",
)


def upgrade() -> None:
    _conversations()
    _messages()
    _people()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("owner", sa.String(80), nullable=False, index=True),
        sa.Column("customer_id", sa.String(120)),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("running_message_id", sa.String(40)),
        sa.Column("running_until", UtcDateTime),
    )
    op.create_table(
        "conversation_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _of_conversation(index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(40), primary_key=True),
        _of_conversation(),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("in_reply_to", sa.String(40), index=True),
        sa.Column("reply", sa.JSON),
        sa.Column("retry_key", sa.String(300)),
        sa.UniqueConstraint("conversation_id", "position"),
    )
    op.create_table(
        "message_feedback",
        sa.Column(
            "message_id", sa.String(40), sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("at", UtcDateTime, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "handoffs",
        sa.Column(
            "conversation_id",
            sa.String(40),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False, index=True),
        sa.Column("agent", sa.String(120)),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False, index=True),
        sa.Column("detail", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )


def _of_conversation(*, index: bool = False) -> sa.Column[str]:
    return sa.Column(
        "conversation_id",
        sa.String(40),
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=index,
    )
