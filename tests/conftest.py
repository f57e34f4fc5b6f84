"""A database at the newest schema for whoever wants one: migrated once, copied for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage import Database

# A busy machine is slow: speed is for the benchmarks, and no test is timed. The same examples are tried each
# time, so that a change is never blamed for what another seed finds; HYPOTHESIS=exploring looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("exploring", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS", "same"))

# xdist's workers have one; a console that is made at import keeps it, whatever a test sets later.
os.environ.pop("COLUMNS", None)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "shop.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.dispose()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(migrated, tmp_path / "shop.db")
    made = Database(f"sqlite:///{tmp_path}/shop.db")
    yield made
    made.dispose()
