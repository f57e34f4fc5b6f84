"""Takes the pictures in docs/pictures from a running shop.

    python app.py demo
    python -m tests.web.pages.pictures http://127.0.0.1:8000 demo PASSWORD docs/pictures [desk ...]

What the pictures show is what that shop really answered.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.web.pages.browsing import NARROW, Visitor, open_browser, visiting

NEED = "I'm taking two kids camping next weekend and have $300"
WIDE = (1360, 900)
DESK = (1480, 900)
#: So that pictures are there, and nothing is in motion.
SETTLE_MS = 1200


class Photographer:
    """One run over the shop's pages."""

    def __init__(self, browser: Browser, home: str, account: tuple[str, str], out: Path) -> None:
        self._browser = browser
        self._home = home
        self._account = account
        self._out = out

    def take(self, only: Sequence[str] = ()) -> None:
        """All scenes, or those named."""
        for name in only or ("welcome", "bundle", "products", "phone", "desk"):
            getattr(self, f"_{name}")()

    def _shoot(self, visitor: Visitor, name: str) -> None:
        visitor.page.wait_for_timeout(SETTLE_MS)
        visitor.page.screenshot(path=self._out / f"{name}.png")

    def _welcome(self) -> None:
        with visiting(self._browser, self._home, WIDE) as visitor:
            visitor.open_shop()
            self._shoot(visitor, "welcome")

    def _bundle(self) -> None:
        with visiting(self._browser, self._home, WIDE) as visitor:
            visitor.open_shop()
            visitor.say(NEED)
            bundle = visitor.page.locator(".bundle").first
            bundle.locator("button[data-act=add_bundle]").click()
            visitor.page.wait_for_selector(".cart .line")
            bundle.locator("button[data-op=lock]").first.click()
            visitor.page.wait_for_selector(".item.locked")
            visitor.page.evaluate("scrollTo(0, 0)")
            self._shoot(visitor, "chat_bundle")

    def _products(self) -> None:
        with visiting(self._browser, self._home, WIDE, "dark") as visitor:
            visitor.open_shop()
            visitor.say("A tent for four under $250")
            visitor.page.evaluate("scrollTo(0, 0)")
            self._shoot(visitor, "chat_products_dark")
            for nth in (0, 1):
                visitor.page.locator(".card button[data-act=compare]").nth(nth).click()
                visitor.page.wait_for_timeout(400)
            before = visitor.turns()
            visitor.press(".tray button.main")
            visitor.wait_for_turn(before)
            visitor.page.locator(".turn:last-child").scroll_into_view_if_needed()
            self._shoot(visitor, "chat_comparison_dark")

    def _phone(self) -> None:
        with visiting(self._browser, self._home, NARROW) as visitor:
            visitor.open_shop()
            visitor.say(NEED)
            self._shoot(visitor, "phone_bundle")
            visitor.page.locator(".bundle button[data-act=add_bundle]").first.click()
            visitor.page.wait_for_function("document.querySelector('.cart .line')")
            visitor.press(".cart-button")
            self._shoot(visitor, "phone_cart")

    def _desk(self) -> None:
        with (
            visiting(self._browser, self._home, WIDE) as shopper,
            visiting(self._browser, self._home, DESK) as agent,
        ):
            shopper.open_shop()
            shopper.say(NEED)
            before = shopper.turns()
            shopper.press("button[data-act=person]")
            shopper.wait_for_turn(before)
            agent.sign_in(*self._account)
            page = agent.page
            page.locator(".entry").last.click()
            page.get_by_role("button", name="Take over").click()
            page.get_by_label("What is needed").fill("camping with two kids")
            page.get_by_label("Budget in").fill("250")
            page.get_by_role("button", name="Compose", exact=True).click()
            page.wait_for_selector("#pw-desk-bundles .bundle")
            page.locator("#pw-desk-bundles button[data-act=draft]").first.click()
            page.wait_for_function("document.querySelector('#pw-reply').value")
            page.evaluate("scrollTo(0, 0)")
            page.evaluate("document.querySelector('#pw-desk-thread').scrollTop = 1e6")
            self._shoot(agent, "support")
            page.fill("#pw-reply", "Hello, this is Kim. This set stays below your budget.")
            page.locator("form.reply button.main").click()
            shopper.page.wait_for_selector(".turn.agent .bundle", timeout=5_000)
            page.evaluate("document.querySelector('#pw-desk-thread').scrollTop = 1e6")
            self._shoot(agent, "handoff_desk")
            shopper.page.locator(".turn.agent").last.scroll_into_view_if_needed()
            self._shoot(shopper, "handoff_shopper")


def main(home: str, login: str, password: str, out: str, *only: str) -> None:
    Path(out).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        Photographer(browser, home.rstrip("/"), (login, password), Path(out)).take(only)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
