"""The real API over a small shop, and an assistant that does what a message says; the pages where wanted."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient

from assistant.bundles import Bundles
from assistant.handoffs import Handoffs, QueueEntry
from retrieval.values import CategoryMatch, Mate
from storage import Database
from tests.web.conftest import GENEROUS
from tests.web.pages.browsing import open_browser
from tests.web.pages.scripted import PageAssistant
from tests.web.world import LOOPBACK, Clock, build_services
from web.accounts import Accounts
from web.api import create_api
from web.config import WebConfig
from web.keys import ApiKeys
from web.pages import PagesConfig, mount
from web.pages.client import Caller, Origin, open_client
from web.services import Readiness

LOGIN, PASSWORD = "kim", "a password of some length"


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop behind the pages. `LOGIN` and `PASSWORD` sign in at the desk; `support_key` may as much."""

    app: FastAPI
    assistant: PageAssistant
    database: Database
    clock: Clock
    support_key: str
    chat_key: str

    def queue(self) -> tuple[QueueEntry, ...]:
        with self.database.read() as work:
            return Handoffs(work, self.clock()).queue()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class GoesWithGas:
    """The stove and its gas are bought together; of everything else nothing is known."""

    def mates(self, product_id: str, limit: int = 20) -> tuple[Mate, ...]:
        return (Mate("canister", 0.9, "bought together"),) if product_id == "stove" else ()

    def together(self, a: str, b: str) -> float:
        return 0.9 if {a, b} == {"stove", "canister"} else 0.0

    def why(self, a: str, b: str) -> str | None:
        return "bought together" if self.together(a, b) else None

    def category_mates(self, path: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        return (CategoryMatch("Camping > Fuel", 0.9),) if path == "Camping > Stoves" else ()


def open_shop(path: Path, config: WebConfig) -> Shop:
    """The shop in the database file at `path`, behind the real API."""
    database = Database(f"sqlite:///{path}")
    clock = Clock()
    fine = {name: Readiness(True, "fine") for name in ("index", "store", "model")}
    services = build_services(database, clock, lambda: fine)
    bundles = Bundles(database, services.finder, GoesWithGas(), clock)
    assistant = PageAssistant(database, bundles, clock)
    app = create_api(replace(services, assistant=assistant, bundles=bundles), config)
    with database.begin() as work:
        keys = ApiKeys(work, clock())
        _, support = keys.create("desk", ("support", "catalogue"))
        _, chat = keys.create("chat", ("chat",))
        Accounts(work, clock()).create(LOGIN, "Kim", "agent", PASSWORD)
    return Shop(app, assistant, database, clock, support, chat)


@pytest.fixture
def shop(shop_file: Path, tmp_path: Path, config: WebConfig) -> Iterator[Shop]:
    path = tmp_path / "shop.db"
    shutil.copy(shop_file, path)
    shop = open_shop(path, config)
    yield shop
    shop.database.dispose()


def wait_for_page(client: httpx.Client | TestClient, path: str) -> None:
    """Until the page is built; it answers 503 before."""
    for _ in range(120):
        if client.get(path).status_code == httpx.codes.OK:
            return
    raise AssertionError(f"{path} was never built")


def open_pages(folder: Path, shop_file: Path) -> Shop:
    """A shop with its pages, its database and its pictures in `folder`."""
    shutil.copy(shop_file, folder / "shop.db")
    picture = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M1 8 4 1 8 8z'/></svg>"
    (folder / "tent.svg").write_text(picture, encoding="utf-8")
    shop = open_shop(folder / "shop.db", WebConfig(limits=GENEROUS, media_dir=folder))
    examples = ("A set for a night out", "Something for the garden")
    mount(shop.app, PagesConfig(shop_name="The <Test> Shop", examples=examples))
    return shop


@pytest.fixture(scope="session")
def shop_with_pages(shop_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One for many tests: to build the pages takes Gradio a while."""
    shop = open_pages(tmp_path_factory.mktemp("pages"), shop_file)
    yield shop
    shop.database.dispose()


@pytest.fixture(scope="session")
def started(shop_with_pages: Shop) -> Iterator[TestClient]:
    with TestClient(
        shop_with_pages.app, base_url="http://localhost", client=LOOPBACK, follow_redirects=False
    ) as client:
        for page in ("/", "/support/"):
            wait_for_page(client, page)
        yield client


@pytest.fixture
def client(started: TestClient) -> TestClient:
    """Somebody on this machine who has not been here before."""
    started.cookies.clear()
    return started


@pytest.fixture
async def stranger(shop: Shop) -> AsyncIterator[Caller]:
    """Somebody whom the running API does not know yet."""
    async with shop.app.router.lifespan_context(shop.app), open_client(shop.app) as http:
        yield Caller(http, Origin("203.0.113.7", 4711, "http", "localhost", {}))
