"""The shop of `pond_and_paint`: one for all that only read its records, or one of a test's own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.pond_and_paint import Shop
from tests.assistant.pond_goods import stock


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    stock(folder)
    return folder


@pytest.fixture(scope="session")
def shop(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Conversations and carts are apart by their owners; products and prices must stay as they are."""
    opened = Shop(Path(shutil.copytree(stocked, tmp_path_factory.mktemp("shop") / "all")))
    yield opened
    opened.close()


@pytest.fixture
def own_shop(stocked: Path, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose records a test may change."""
    opened = Shop(Path(shutil.copytree(stocked, tmp_path / "own")))
    yield opened
    opened.close()
