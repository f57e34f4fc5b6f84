"""A real browser on the pages: started once, and watched for what must never happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

CHROMIUM = "/usr/bin/chromium"
#: No sandbox, for tests run as root in a container; nothing that asks the network of its own accord.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = (1280, 860)
NARROW = (360, 740)
ANSWER_MS = 60_000


def open_browser(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


@dataclass
class Visitor:
    """A person in front of a browser. `troubles` collects scripts that failed and requests to elsewhere."""

    page: Page
    home: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        # A status that is an error is seen by the test that wants it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(f"console: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.home, "data:")):
            self.troubles.append(f"elsewhere: {request.url}")

    def open(self, path: str = "/") -> None:
        self.page.goto(self.home + path)

    def open_shop(self) -> None:
        self.open()
        self.page.wait_for_selector("#pw-thread .part", timeout=ANSWER_MS)
        self.page.wait_for_selector("#pw-words textarea:enabled")

    def say(self, words: str) -> None:
        """Writes a message, and waits until its turn has come to an end."""
        before = self.turns()
        self.page.fill("#pw-words textarea", words)
        self.page.keyboard.press("Enter")
        self.wait_for_turn(before)

    def turns(self) -> int:
        return self.page.locator(".turn").count()

    def wait_for_turn(self, before: int) -> None:
        ended = "document.querySelectorAll('.turn:is(.done, .failed)').length > %d" % before  # noqa: UP031 - JS braces
        self.page.wait_for_function(ended, timeout=ANSWER_MS)

    def press(self, selector: str) -> None:
        self.page.click(selector)

    def sign_in(self, login: str, password: str) -> None:
        self.open("/support")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.press("button.main")
        self.page.wait_for_selector("#pw-queue .queue", timeout=ANSWER_MS)

    def is_too_wide(self) -> bool:
        """The page can be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@contextmanager
def visiting(
    browser: Browser,
    home: str,
    size: tuple[int, int] = WIDE,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Visitor]:
    """Somebody new, with a browser of their own."""
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        yield Visitor(context.new_page(), home)
    finally:
        context.close()
