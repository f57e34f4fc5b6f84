"""What is kept of an order after the sale: payments, what comes back, and a customer's ways to pay."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("orders", sa.Column("payments", sa.JSON(none_as_null=True)))
    op.add_column("orders", sa.Column("delivered_at", UtcDateTime))
    op.add_column("orders", sa.Column("cancel_reason", sa.Text))
    op.add_column("orders", sa.Column("return_request", sa.JSON(none_as_null=True)))
    op.add_column("orders", sa.Column("exchange_request", sa.JSON(none_as_null=True)))
    op.add_column("orders", sa.Column("changed", sa.Boolean))
    op.add_column("orders", sa.Column("note", sa.Text))
    op.add_column("order_lines", sa.Column("options", sa.JSON(none_as_null=True)))
    op.add_column("customers", sa.Column("payment_methods", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("customers", "payment_methods")
    op.drop_column("order_lines", "options")
    for column in ("note", "changed", "exchange_request", "return_request", "cancel_reason"):
        op.drop_column("orders", column)
    op.drop_column("orders", "delivered_at")
    op.drop_column("orders", "payments")
