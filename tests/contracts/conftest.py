"""The suites of the stores once more, on PostgreSQL: one contract for both databases.

The server is started from the machine's binaries; where there are none the suite is skipped, and says so.
A suite that stands beside its store runs over SQLite there, and is imported here.
"""

import itertools
from collections.abc import Iterator

import pytest

from evals.postgres import Postgres, missing, postgres
from storage import Database

_numbers = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: Postgres) -> str:
    """A migrated database, to be copied."""
    name = "migrated"
    database = Database(server.create(name))
    database.upgrade()
    database.dispose()
    return name


@pytest.fixture
def database(server: Postgres, template: str) -> Iterator[Database]:
    made = Database(server.create(f"test_{next(_numbers)}", template))
    yield made
    made.dispose()
