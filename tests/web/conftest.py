"""The small shop of `tests.web.world`, new for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.world import SECRET, World, open_world, stocked
from web.config import Limits, Rate, WebConfig

#: So much that no test meets a limit that it is not about.
PLENTY = Rate(1_000_000, 100_000)
GENEROUS = Limits(
    requests_per_session=PLENTY,
    requests_per_key=PLENTY,
    requests_per_address=PLENTY,
    turns_per_session=PLENTY,
    turns_per_key=PLENTY,
    turns_per_address=PLENTY,
    sessions_per_address=PLENTY,
)


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stocked database, migrated once."""
    path = tmp_path_factory.mktemp("shop") / "shop.db"
    stocked(path)
    return path


@pytest.fixture
def limits() -> Limits:
    return GENEROUS


@pytest.fixture
def config(limits: Limits, tmp_path: Path) -> WebConfig:
    media = tmp_path / "media"
    media.mkdir()
    (media / "tent.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    return WebConfig(customer_secrets=(SECRET,), limits=limits, media_dir=media)


@pytest.fixture
def world(shop_file: Path, tmp_path: Path, config: WebConfig) -> Iterator[World]:
    path = tmp_path / "shop.db"
    shutil.copy(shop_file, path)
    world = open_world(path, config)
    with world.client:
        yield world
    world.database.dispose()
