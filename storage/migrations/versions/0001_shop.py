"""The shop's tables: catalogue, people, rules, carts and feedback."""

import secrets

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0001"
down_revision = None

ID = sa.String(128)
CURRENCY = sa.String(3)


def upgrade() -> None:
    _products()
    _shop()
    _people()
    _orders()
    _rules()
    _carts()
    _feedback()


def downgrade() -> None:
    for table in (
        "events",
        "ranking_items",
        "rankings",
        "cart_lines",
        "carts",
        "support_hours",
        "occasions",
        "policies",
        "promotions",
        "order_lines",
        "orders",
        "customers",
        "reviews",
        "product_changes",
        "catalogue_state",
        "shop",
        "variants",
        "product_categories",
        "products",
    ):
        op.drop_table(table)


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("id", ID, primary_key=True),
        sa.Column("handle", sa.Text, nullable=False, index=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("brand", sa.Text),
        sa.Column("rating_value", sa.Float),
        sa.Column("rating_count", sa.Integer),
        sa.Column("media", sa.JSON, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("provides", sa.JSON, nullable=False),
        sa.Column("requires", sa.JSON, nullable=False),
    )
    op.create_table(
        "product_categories",
        sa.Column("product_id", ID, sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("path", sa.Text, nullable=False, index=True),
    )
    op.create_table(
        "variants",
        sa.Column("id", ID, primary_key=True),
        sa.Column(
            "product_id", ID, sa.ForeignKey("products.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("list_price", sa.BigInteger),
        sa.Column("currency", CURRENCY, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("quantity", sa.Integer),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("barcodes", sa.JSON, nullable=False),
    )


def _shop() -> None:
    op.create_table(
        "shop",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("currency", CURRENCY, nullable=False),
        sa.Column("locale", sa.String(35), nullable=False),
    )
    op.create_table(
        "catalogue_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "product_changes",
        sa.Column("product_id", ID, primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False, index=True),
        sa.Column("deleted", sa.Boolean, nullable=False),
    )
    # `origin` tells this catalogue from any other, so that an index of another is never updated by delta.
    state = sa.table("catalogue_state", sa.column("id"), sa.column("origin"), sa.column("revision"))
    op.bulk_insert(state, [{"id": 1, "origin": secrets.token_hex(16), "revision": 0}])


def _people() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", ID, primary_key=True),
        sa.Column("product_id", ID, nullable=False, index=True),
        sa.Column("customer_id", ID),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
    )
    op.create_table(
        "customers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False, index=True),
        sa.Column("phone", sa.Text),
        sa.Column("address", sa.JSON(none_as_null=True)),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", ID, primary_key=True),
        sa.Column("customer_id", ID, nullable=False, index=True),
        sa.Column("placed_at", UtcDateTime, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("currency", CURRENCY, nullable=False),
        sa.Column("address", sa.JSON(none_as_null=True)),
        sa.Column("tracking", sa.Text),
    )
    op.create_table(
        "order_lines",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("product_id", ID, nullable=False, index=True),
        sa.Column("variant_id", ID, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("currency", CURRENCY, nullable=False),
    )


def _rules() -> None:
    op.create_table(
        "promotions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("percent", sa.Integer),
        sa.Column("amount", sa.BigInteger),
        sa.Column("minimum", sa.BigInteger),
        sa.Column("currency", CURRENCY),
        sa.Column("code", sa.Text),
        sa.Column("starts_at", UtcDateTime),
        sa.Column("ends_at", UtcDateTime),
        sa.Column("categories", sa.JSON, nullable=False),
        sa.Column("product_ids", sa.JSON, nullable=False),
        sa.Column("set_of", sa.JSON, nullable=False),
    )
    op.create_table(
        "policies",
        sa.Column("id", ID, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
    )
    op.create_table(
        "occasions",
        sa.Column("name", ID, primary_key=True),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("slots", sa.JSON, nullable=False),
    )
    op.create_table(
        "support_hours",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("week", sa.JSON, nullable=False),
        sa.Column("closed", sa.JSON, nullable=False),
    )


def _carts() -> None:
    op.create_table(
        "carts",
        sa.Column("owner", ID, primary_key=True),
        sa.Column("codes", sa.JSON, nullable=False),
    )
    op.create_table(
        "cart_lines",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner", ID, sa.ForeignKey("carts.owner", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("variant_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("bundle_id", ID),
        sa.UniqueConstraint("owner", "variant_id"),
    )


def _feedback() -> None:
    op.create_table(
        "rankings",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner", ID, nullable=False, index=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("query", sa.Text),
    )
    op.create_table(
        "ranking_items",
        sa.Column("ranking_id", ID, sa.ForeignKey("rankings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("propensity", sa.Float, nullable=False),
        sa.Column("strategy", sa.Text, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("owner", ID, primary_key=True),
        sa.Column("id", ID, primary_key=True),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column(
            "ranking", ID, sa.ForeignKey("rankings.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("action", sa.String(16)),
        sa.Column("value", sa.Float),
    )
