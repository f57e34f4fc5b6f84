"""The catalogue, as on SQLite: the same suite with this folder's `database`."""

from tests.shop.conftest import product, variant  # noqa: F401 - fixtures
from tests.shop.test_catalogue import *  # noqa: F403 - the suite
