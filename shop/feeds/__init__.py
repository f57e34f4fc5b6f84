"""Brings a shop's files into its records: products in many forms, and what lies beside them."""

from shop.feeds.fetch import Bounds, FeedFetcher, is_address
from shop.feeds.guess import Inspection, inspect
from shop.feeds.importing import import_feed, import_shop
from shop.feeds.mapping import mapping_path
from shop.feeds.options import MOST_ERRORS, Options
from shop.feeds.report import (
    BadMapping,
    FeedError,
    ImportReport,
    Progress,
    RowError,
    TooManyErrors,
    TooMuchGone,
    UnknownFormat,
    UnreachableFeed,
    UnreadableFeed,
)

__all__ = [
    "MOST_ERRORS",
    "BadMapping",
    "Bounds",
    "FeedError",
    "FeedFetcher",
    "ImportReport",
    "Inspection",
    "Options",
    "Progress",
    "RowError",
    "TooManyErrors",
    "TooMuchGone",
    "UnknownFormat",
    "UnreachableFeed",
    "UnreadableFeed",
    "import_feed",
    "import_shop",
    "inspect",
    "is_address",
    "mapping_path",
]
