"""`ingest --watch` beside a server: what changes in the feed is what the next request sees."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Database
from tests.web.conftest import GENEROUS
from tests.web.world import SECRET, World, world_on
from web.config import WebConfig

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CHANGES = 4
VISIBLE_S = 2.0
PATIENCE_S = 60.0


def write(feed: Path, cents: int, left: int) -> None:
    """As a shop should: a finished file is renamed over the old one."""
    fresh = feed.with_suffix(".part")
    rows = "\n".join(f"m{number},Mug {number},{cents / 100:.2f} USD,{left}" for number in range(200))
    fresh.write_text(f"sku,name,price,stock\n{rows}\n")
    fresh.replace(feed)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    feed = tmp_path / "feed" / "mugs.csv"
    feed.parent.mkdir()
    write(feed, 900, 5)
    feed.with_suffix(".toml").write_text(
        'currency = "USD"\n[columns]\nid = "sku"\ntitle = "name"\nprice = "price"\nstock = "stock"\n'
    )
    return feed


@pytest.fixture
def world(tmp_path: Path, feed: Path) -> Iterator[World]:
    """A server, and the process that follows the feed beside it."""
    database = Database(f"sqlite:///{tmp_path}/pairwell.db")
    database.upgrade()
    config = WebConfig(customer_secrets=(SECRET,), limits=GENEROUS, media_dir=tmp_path)
    watching = subprocess.Popen(
        [sys.executable, "app.py", "ingest", str(feed), "--watch", "--no-index"],
        cwd=ROOT,
        env={**os.environ, "PAIRWELL_DATA_DIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
    )
    try:
        world = world_on(database, config)
        with world.client:
            yield world
    finally:
        watching.terminate()
        watching.wait(timeout=30)
        database.dispose()


def seen_after(world: World, who: dict[str, str], cents: int, left: int) -> float:
    """Seconds until the API shows this price and this stock."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_S:
        answer = world.client.get("/v1/products/m0", headers=who)
        if answer.is_success:
            variant = answer.json()["variants"][0]
            if (variant["price"]["amount"], variant["availability"]["quantity"]) == (cents, left):
                return time.monotonic() - started
        time.sleep(0.02)
    raise AssertionError(f"{cents} and {left} do not show")


def test_a_price_and_a_stock_level_show_within_two_seconds(world: World, feed: Path) -> None:
    who = world.session()
    seen_after(world, who, 900, 5)
    took = []
    for change in range(1, CHANGES + 1):
        write(feed, 900 + change, 5 + change)
        took.append(seen_after(world, who, 900 + change, 5 + change))

    # The best of them: another program may have the machine for a moment.
    assert min(took) < VISIBLE_S, took
