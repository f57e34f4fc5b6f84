"""The tables that the web layer owns: who may call, and what was already answered.

No token stands in them, only SHA-256 digests: whoever reads the database can call nobody's API.
"""

import sqlalchemy as sa

from storage import UtcDateTime, metadata

DIGEST = sa.String(64)

sessions = sa.Table(
    "web_sessions",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("token_digest", DIGEST, nullable=False, unique=True),
    sa.Column("customer_id", sa.String(128)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime, nullable=False, index=True),
    sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("token_digest", DIGEST, nullable=False, unique=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime),
    sa.Column("revoked_at", UtcDateTime),
)

#: The ids of customer tokens that were shown once; kept until the token would have ended anyway.
shown_customer_tokens = sa.Table(
    "shown_customer_tokens",
    metadata,
    sa.Column("digest", DIGEST, primary_key=True),
    sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
)

#: How often somebody may still ask: what is left of a bucket, and when that was so. For servers that share
#: a database; a server that is alone keeps its buckets in memory.
rate_buckets = sa.Table(
    "rate_buckets",
    metadata,
    sa.Column("digest", DIGEST, primary_key=True),
    sa.Column("left_over", sa.Float, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("full_at", UtcDateTime, nullable=False, index=True),
)

#: One request under an `Idempotency-Key`. `answer` is null while it runs; `running_until` frees it from
#: a process that died. Of a turn, `conversation_id` and `message_id` say what to take up again.
idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("digest", DIGEST, primary_key=True),
    sa.Column("body_digest", DIGEST, nullable=False),
    sa.Column("claim", sa.String(40), nullable=False),
    sa.Column("running_until", UtcDateTime),
    sa.Column("answer", sa.JSON(none_as_null=True)),
    sa.Column("conversation_id", sa.String(40), index=True),
    sa.Column("message_id", sa.String(40)),
    sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
)

#: People of the support desk. `password_hash` is Argon2id's own form, with its salt and its cost.
support_accounts = sa.Table(
    "support_accounts",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("login", sa.String(80), nullable=False, unique=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("disabled_at", UtcDateTime),
)

support_sessions = sa.Table(
    "support_sessions",
    metadata,
    sa.Column("token_digest", sa.String(64), primary_key=True),
    sa.Column(
        "account_id", sa.ForeignKey("support_accounts.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("used_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
)
