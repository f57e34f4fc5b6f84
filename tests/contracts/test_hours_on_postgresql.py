"""Opening hours, as on SQLite: the same suite with this folder's `database`."""

from tests.shop.test_hours import *  # noqa: F403 - the suite
