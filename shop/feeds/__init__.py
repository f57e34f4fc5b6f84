"""Brings a shop's files into its records: products in five forms, and what lies beside them."""

from shop.feeds.importing import import_feed, import_shop
from shop.feeds.options import MOST_ERRORS
from shop.feeds.report import (
    BadMapping,
    FeedError,
    ImportReport,
    Progress,
    RowError,
    TooManyErrors,
    UnknownFormat,
    UnreadableFeed,
)

__all__ = [
    "MOST_ERRORS",
    "BadMapping",
    "FeedError",
    "ImportReport",
    "Progress",
    "RowError",
    "TooManyErrors",
    "UnknownFormat",
    "UnreadableFeed",
    "import_feed",
    "import_shop",
]
