"""Two browsers at once: how soon what one side writes is on the other side's page.

    python -m pytest -m slow -s tests/web/pages/test_desk_delay.py

prints the delays, from the press of the button to the words on the other page.
"""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.web.live import served
from tests.web.pages.browsing import visiting
from tests.web.pages.conftest import LOGIN, PASSWORD, Shop, open_pages, wait_for_page

pytestmark = pytest.mark.slow

ROUNDS = 10
WITHIN_S = 2.0
#: A busy machine gets more than that for a single message, and a message must arrive.
PATIENCE_MS = 15_000
#: How often a page is looked at: the error of a delay.
LOOK_EVERY_MS = 20


@pytest.fixture(scope="module")
def home(shop_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    shop: Shop = open_pages(tmp_path_factory.mktemp("delay"), shop_file)
    with served(shop.app) as url, httpx.Client(base_url=url) as client:
        wait_for_page(client, "/")
        wait_for_page(client, "/support/")
        yield url
    shop.database.dispose()


def seen(page: Page, where: str, words: str, since: float) -> float:
    """Seconds since then until the words stand there."""
    stands = "([where, words]) => document.querySelector(where)?.textContent.includes(words)"
    page.wait_for_function(stands, arg=[where, words], polling=LOOK_EVERY_MS, timeout=PATIENCE_MS)
    return time.perf_counter() - since


def from_desk(desk: Page, shopper: Page, words: str) -> float:
    desk.fill("#pw-reply", words)
    desk.locator("form.reply button.main").click()
    return seen(shopper, "#pw-thread", words, time.perf_counter())


def from_shopper(shopper: Page, desk: Page, words: str) -> float:
    shopper.fill("#pw-words textarea", words)
    shopper.keyboard.press("Enter")
    return seen(desk, "#pw-desk-thread", words, time.perf_counter())


def test_what_one_side_writes_the_other_sees_within_two_seconds(browser: Browser, home: str) -> None:
    with visiting(browser, home) as shopper, visiting(browser, home) as agent:
        shopper.open_shop()
        shopper.page.get_by_role("button", name="Talk to a person").click()
        shopper.wait_for_turn(0)
        agent.sign_in(LOGIN, PASSWORD)
        agent.page.locator(".entry").last.click()
        agent.page.get_by_role("button", name="Take over").click()
        agent.page.wait_for_selector("#pw-reply")

        delays: dict[str, list[float]] = {"desk to shopper": [], "shopper to desk": []}
        for each in range(ROUNDS):
            answered = from_desk(agent.page, shopper.page, f"Answer number {each}.")
            delays["desk to shopper"].append(answered)
            asked = from_shopper(shopper.page, agent.page, f"Question number {each}?")
            delays["shopper to desk"].append(asked)

        for way, found in delays.items():
            middle = statistics.median(found)
            print(f"{way}: median {middle:.2f} s, longest {max(found):.2f} s, n = {len(found)}")  # noqa: T201
            assert middle <= WITHIN_S, way
        assert shopper.troubles == agent.troubles == []
