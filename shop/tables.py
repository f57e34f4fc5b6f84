"""The shop's tables. Only the stores of this package read or write them.

Money is an integer of minor units beside its ISO code; lists and mappings that are read and written
whole are JSON. Orders, carts and events keep the ids of products without a foreign key: what was bought,
put aside or clicked stays true after a product has left the catalogue.
"""

import sqlalchemy as sa

from storage import UtcDateTime, metadata

ID = sa.String(128)
CURRENCY = sa.String(3)

#: The shop itself: one row.
shop = sa.Table(
    "shop",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("currency", CURRENCY, nullable=False),
    sa.Column("locale", sa.String(35), nullable=False),
)

#: The state of the catalogue: one row, written by the first migration. Whoever changes products takes
#: the next revision here first, so writers queue on this row and revisions are committed in their order.
catalogue_state = sa.Table(
    "catalogue_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("origin", sa.String(32), nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

products = sa.Table(
    "products",
    metadata,
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


def _product_key(*, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    """A reference to a product that goes when the product goes."""
    key = sa.ForeignKey("products.id", ondelete="CASCADE")
    return sa.Column("product_id", ID, key, primary_key=primary_key, nullable=False, index=index)


product_categories = sa.Table(
    "product_categories",
    metadata,
    _product_key(primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("path", sa.Text, nullable=False, index=True),
)

variants = sa.Table(
    "variants",
    metadata,
    sa.Column("id", ID, primary_key=True),
    _product_key(index=True),
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

#: The last change of each product that ever was; a removed one stays as a mark.
product_changes = sa.Table(
    "product_changes",
    metadata,
    sa.Column("product_id", ID, primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False, index=True),
    sa.Column("deleted", sa.Boolean, nullable=False),
)

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("product_id", ID, nullable=False, index=True),
    sa.Column("customer_id", ID),
    sa.Column("rating", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("verified", sa.Boolean, nullable=False),
)

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False, index=True),
    sa.Column("phone", sa.Text),
    sa.Column("address", sa.JSON(none_as_null=True)),
    sa.Column("payment_methods", sa.JSON(none_as_null=True)),
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("customer_id", ID, nullable=False, index=True),
    sa.Column("placed_at", UtcDateTime, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("currency", CURRENCY, nullable=False),
    sa.Column("address", sa.JSON(none_as_null=True)),
    sa.Column("tracking", sa.Text),
    sa.Column("payments", sa.JSON(none_as_null=True)),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("cancel_reason", sa.Text),
    sa.Column("return_request", sa.JSON(none_as_null=True)),
    sa.Column("exchange_request", sa.JSON(none_as_null=True)),
    sa.Column("changed", sa.Boolean),
    sa.Column("note", sa.Text),
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("order_id", ID, sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("product_id", ID, nullable=False, index=True),
    sa.Column("variant_id", ID, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("price", sa.BigInteger, nullable=False),
    sa.Column("currency", CURRENCY, nullable=False),
    sa.Column("options", sa.JSON(none_as_null=True)),
)

promotions = sa.Table(
    "promotions",
    metadata,
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

policies = sa.Table(
    "policies",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
)

occasions = sa.Table(
    "occasions",
    metadata,
    sa.Column("name", ID, primary_key=True),
    sa.Column("words", sa.JSON, nullable=False),
    sa.Column("slots", sa.JSON, nullable=False),
)

#: When the support desk is open: one row.
support_hours = sa.Table(
    "support_hours",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("week", sa.JSON, nullable=False),
    sa.Column("closed", sa.JSON, nullable=False),
)

carts = sa.Table(
    "carts",
    metadata,
    sa.Column("owner", ID, primary_key=True),
    sa.Column("codes", sa.JSON, nullable=False),
)

cart_lines = sa.Table(
    "cart_lines",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("owner", ID, sa.ForeignKey("carts.owner", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("product_id", ID, nullable=False),
    sa.Column("variant_id", ID, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("bundle_id", ID),
    sa.UniqueConstraint("owner", "variant_id"),
)

#: Every list that was shown, and to whom.
rankings = sa.Table(
    "rankings",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("owner", ID, nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("query", sa.Text),
)

ranking_items = sa.Table(
    "ranking_items",
    metadata,
    sa.Column("ranking_id", ID, sa.ForeignKey("rankings.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("product_id", ID, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("propensity", sa.Float, nullable=False),
    sa.Column("strategy", sa.Text, nullable=False),
)

#: What shoppers did with what they were shown. The caller chooses the id, so it counts per owner.
events = sa.Table(
    "events",
    metadata,
    sa.Column("owner", ID, primary_key=True),
    sa.Column("id", ID, primary_key=True),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("ranking", ID, sa.ForeignKey("rankings.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("product_id", ID, nullable=False),
    sa.Column("action", sa.String(16)),
    sa.Column("value", sa.Float),
)
