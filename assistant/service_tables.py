"""The tables of what is served after the sale: confirmations, guests, callbacks, what is to be sent."""

import sqlalchemy as sa

from storage import metadata
from storage.types import UtcDateTime

#: What the assistant described and does only after a yes. `before` is a digest of the records as they were
#: when it was described; `code_digest` of the code that a guest must show.
confirmations = sa.Table(
    "confirmations",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column(
        "conversation_id", sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("owner", sa.String(80), nullable=False),
    sa.Column("customer_id", sa.String(128), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("arguments", sa.JSON, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("intent", sa.String(40), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("before", sa.String(64), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("code_digest", sa.String(64)),
    sa.Column("code_tries", sa.Integer, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)

#: An order that a guest has shown to be theirs, in one conversation, until a moment.
order_grants = sa.Table(
    "order_grants",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("order_id", sa.String(128), primary_key=True),
    sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
)

#: Failed tries, counted by what was tried and by where from, over all sessions.
tries = sa.Table(
    "tries",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False, index=True),
)

#: What is to be sent and was not delivered yet: mails and webhooks.
outbox = sa.Table(
    "outbox",
    metadata,
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

#: Who wants to hear when a variant can be bought again.
stock_alerts = sa.Table(
    "stock_alerts",
    metadata,
    sa.Column("variant_id", sa.String(128), primary_key=True),
    sa.Column("email", sa.String(320), primary_key=True),
    sa.Column("product_id", sa.String(128), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
)
