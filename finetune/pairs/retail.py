"""Online Retail as products and baskets (Chen, UCI 2015, CC BY 4.0, https://doi.org/10.24432/C5BW33).

Cancelled invoices, fees and postage are left out: a product's code is five digits, some with letters after
them. A product is called by its most frequent description. Errors: `BadOrders` for another file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

PRODUCT_CODE = r"^\d{5}[A-Z]*$"
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice")


class BadOrders(ValueError):
    """The file does not hold order lines in the form of Online Retail."""


@dataclass(frozen=True, slots=True, eq=False)
class Retail:
    """`lines` has columns `basket`, `name` (the product's code) and `at` (text, sorts by time)."""

    titles: Mapping[str, str]
    lines: pl.DataFrame


def read(path: Path) -> Retail:
    """Reads JSONL, gzipped or not. Raises `BadOrders`."""
    try:
        raw = pl.read_ndjson(path, infer_schema_length=1000)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadOrders(f"{path}: {error}") from error
    missing = [column for column in COLUMNS if column not in raw.columns]
    if missing:
        raise BadOrders(f"{path} has no {', '.join(missing)}")
    code = pl.col("StockCode").str.to_uppercase().str.strip_chars()
    sold = raw.select(
        basket=pl.col("InvoiceNo"),
        name=code,
        title=pl.col("Description").str.strip_chars(),
        quantity=pl.col("Quantity").cast(pl.Int64, strict=False),
        price=pl.col("UnitPrice").cast(pl.Float64, strict=False),
        at=pl.col("InvoiceDate"),
    ).filter(
        ~pl.col("basket").str.starts_with("C"),
        pl.col("name").str.contains(PRODUCT_CODE),
        pl.col("title").str.len_chars() > 0,
        pl.col("quantity") > 0,
        pl.col("price") > 0,
    )
    if sold.is_empty():
        raise BadOrders(f"{path} holds no order line of a product")
    called = sold.group_by("name", "title").len().sort("len", "title").group_by("name", maintain_order=True)
    titles = called.agg(pl.col("title").last()).sort("name")
    return Retail(
        dict(zip(titles["name"].to_list(), titles["title"].to_list(), strict=True)),
        sold.select("basket", "name", "at"),
    )


def before(retail: Retail, share: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lines of the first `share` of all baskets, and those of the later ones."""
    order = retail.lines.group_by("basket").agg(pl.col("at").min()).sort("at", "basket")
    early = order.head(int(len(order) * share)).select("basket")
    return (
        retail.lines.join(early, on="basket", how="semi"),
        retail.lines.join(early, on="basket", how="anti"),
    )
