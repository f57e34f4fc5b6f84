"""Very large feeds, as on SQLite: the same suite with this folder's `database`."""

from tests.shop.feeds.conftest import records, write_jsonl  # noqa: F401 - fixtures
from tests.shop.feeds.test_feed_large import *  # noqa: F403 - the suite
