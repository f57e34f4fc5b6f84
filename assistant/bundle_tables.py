"""The table of bundles. Only `assistant.bundle_store` reads or writes it.

`history` is all of a bundle's states as JSON; `revision` and `expires_at` stand beside it too, to be
compared in SQL. `shown` maps each variant to the price that the shopper last saw.
"""

import sqlalchemy as sa

from storage import UtcDateTime, metadata

bundles = sa.Table(
    "bundles",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(128), nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
    sa.Column("history", sa.JSON, nullable=False),
    sa.Column("shown", sa.JSON, nullable=False),
)
