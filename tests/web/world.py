"""A small shop behind the real API: SQLite, real stores, and an assistant that says what a test wants."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.bundles import Bundles
from assistant.cards import product_card
from assistant.conversations import Conversations
from assistant.intent import Constraints
from assistant.tools.context import Turn
from assistant.values import Event, IntentView, Reply, Sources, TextSources, Timings
from assistant.wire import reply_json
from retrieval.values import CategoryMatch, Hit, Mate, Passage, Query, SearchResult, Vocabulary
from shop.catalogue import Catalogue
from shop.ids import new_id
from shop.money import Money
from shop.profile import Profile
from shop.serialise import to_json
from shop.values import Availability, AvailabilityStatus, Product, Rating, ShopProfile, Variant
from storage import Database
from web.api import create_api
from web.config import WebConfig
from web.keys import ApiKeys
from web.services import Readiness, Services

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "a-secret-that-only-the-shop-and-this-test-know"
LOOPBACK = ("127.0.0.1", 50_000)


def product(
    product_id: str,
    title: str,
    cents: int,
    category: str,
    *,
    stock: int = 5,
    provides: Mapping[str, str] | None = None,
    requires: Mapping[str, str] | None = None,
) -> Product:
    status: AvailabilityStatus = "in_stock" if stock else "out_of_stock"
    variant = Variant(
        f"{product_id}-v",
        f"SKU-{product_id}",
        Money(cents, "USD"),
        Availability(status, stock),
        options={"Colour": "green"},
    )
    return Product(
        id=product_id,
        handle=product_id,
        title=title,
        description=f"A {title.lower()} for the open air.",
        categories=(category,),
        variants=(variant,),
        options=("Colour",),
        rating=Rating(4.5, 12),
        brand="Northfell",
        attributes={"colour": "green"},
        provides=provides or {},
        requires=requires or {},
    )


PRODUCTS = (
    product("tent", "Family tent", 14_900, "Camping > Tents"),
    product("small-tent", "Trekking tent", 9_900, "Camping > Tents"),
    product("stove", "Gas stove", 4_900, "Camping > Stoves", requires={"gas_thread": "EN417"}),
    product("canister", "Gas canister", 900, "Camping > Fuel", provides={"gas_thread": "EN417"}),
    product("clip-canister", "Clip canister", 700, "Camping > Fuel", provides={"gas_thread": "clip"}),
    product("lantern", "Camping lantern", 2_900, "Camping > Lamps", stock=0),
)


class WordFinder:
    """Finds products whose title holds a word of the query; the cheapest first."""

    def search(self, query: Query) -> SearchResult:
        words = query.text.lower().split()
        hits = [
            Hit(each.id, each.variants[0].id, round(1 - place / 10, 2), ("title fits",))
            for place, each in enumerate(sorted(PRODUCTS, key=lambda each: each.variants[0].price.amount))
            if any(word in each.title.lower() for word in words) and _meets(each, query)
        ]
        return SearchResult(tuple(hits[: query.limit]), strategy="words")

    def vocabulary(self) -> Vocabulary:
        categories = tuple(dict.fromkeys(each.categories[0] for each in PRODUCTS))
        return Vocabulary(categories, ("Northfell",), {"colour": ("green",)}, {}, "USD", {"": (900, 14_900)})

    def categories_for(self, text: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        words = text.lower().split()
        found = [each.categories[0] for each in PRODUCTS if any(word in each.title.lower() for word in words)]
        return tuple(CategoryMatch(path, 1.0) for path in dict.fromkeys(found))[:limit]


def _meets(each: Product, query: Query) -> bool:
    price, filters = each.variants[0].price, query.filters
    return (
        (filters.max_price is None or price <= filters.max_price)
        and (filters.min_price is None or price >= filters.min_price)
        and (not filters.categories or each.categories[0] in filters.categories)
        and (filters.available is not True or each.variants[0].availability.available)
        and each.id not in filters.exclude_product_ids
    )


class NoRelations:
    def mates(self, product_id: str, limit: int = 20) -> tuple[Mate, ...]:
        return ()

    def together(self, a: str, b: str) -> float:
        return 0.0

    def why(self, a: str, b: str) -> str | None:
        return None

    def category_mates(self, path: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        return ()


class NoPolicies:
    def passages(self, question: str, limit: int = 2, matter: str = "") -> tuple[Passage, ...]:
        return ()


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@dataclass
class ScriptedAssistant:
    """Says `words`, shows the tent, and stores its reply as the real one does.

    `gate` holds every turn after its first event until it is set; `fail` is raised in its place, once.
    """

    database: Database
    clock: Clock
    words: tuple[str, ...] = ("Here is a tent.", " It sleeps four.")
    gate: threading.Event = field(default_factory=threading.Event)
    fail: BaseException | None = None
    heard: list[Turn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def respond(self, turn: Turn) -> Iterator[Event]:
        self.heard.append(turn)
        reply_id = new_id("msg")
        yield Event("message.created", {"id": reply_id, "in_reply_to": turn.message_id})
        assert self.gate.wait(20), "a test left its gate shut"
        if self.fail is not None:
            failure, self.fail = self.fail, None
            raise failure
        reply = self._reply(reply_id, turn)
        written = reply_json(reply)
        yield Event("intent", {"intent": written["intent"]})
        yield Event("products", {"products": written["products"]})
        for words in self.words:
            yield Event("text.delta", {"text": words})
        with self.database.begin() as work:
            Conversations(work, self.clock()).finish_turn(turn.message_id, reply)
        yield Event("message.completed", written)

    def _reply(self, reply_id: str, turn: Turn) -> Reply:
        return Reply(
            id=reply_id,
            conversation_id=turn.conversation_id,
            content="".join(self.words),
            intent=IntentView("find_product", 0.9, "en", Constraints(category="Camping > Tents")),
            products=(product_card(PRODUCTS[0]),),
            sources=Sources("rules", TextSources(template=len(self.words))),
            degraded=True,
            timings_ms=Timings(total=1),
            ranking_id=new_id("rank"),
        )


@dataclass
class World:
    """The shop, its API, and ways to call it."""

    database: Database
    services: Services
    assistant: ScriptedAssistant
    clock: Clock
    app: FastAPI
    client: TestClient
    ready: dict[str, Readiness]

    def session(
        self, customer_token: str | None = None, old: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The headers of a new session."""
        body = {"customer_token": customer_token} if customer_token else {}
        answer = self.client.post("/v1/sessions", json=body, headers=old)
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def key(self, *scopes: str) -> dict[str, str]:
        """The headers of a new API key."""
        with self.database.begin() as work:
            _, token = ApiKeys(work, self.clock()).create("a test", scopes)
        return {"Authorization": f"Bearer {token}"}

    def conversation(self, who: Mapping[str, str]) -> str:
        answer = self.client.post("/v1/conversations", headers=who)
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["id"]
        return made

    def say(
        self, who: Mapping[str, str], conversation_id: str, content: str = "a tent", **headers: str
    ) -> Any:
        return self.client.post(
            f"/v1/conversations/{conversation_id}/messages",
            json={"content": content},
            headers={**who, **headers},
        )


def build_services(database: Database, clock: Clock, ready: Callable[[], dict[str, Readiness]]) -> Services:
    finder = WordFinder()
    return Services(
        database=database,
        finder=finder,
        policies=NoPolicies(),
        bundles=Bundles(database, finder, NoRelations(), clock),
        assistant=ScriptedAssistant(database, clock),
        readiness=ready,
        clock=clock,
    )


def stocked(path: Path) -> None:
    """A database file with the shop in it."""
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    stock(database)
    database.dispose()


def stock(database: Database) -> None:
    with database.begin() as work:
        Profile(work).put(ShopProfile("The Test Shop", "USD"))
        Catalogue(work).put(PRODUCTS)


def open_world(path: Path, config: WebConfig) -> World:
    return world_on(Database(f"sqlite:///{path}"), config)


def world_on(database: Database, config: WebConfig) -> World:
    """The API over a database that may be another server's too."""
    clock = Clock()
    ready = {name: Readiness(True, "fine") for name in ("index", "store", "model")}
    services = build_services(database, clock, lambda: ready)
    assert isinstance(services.assistant, ScriptedAssistant)
    app = create_api(services, config)
    client = TestClient(app, base_url="http://localhost", client=LOOPBACK)
    return World(database, services, services.assistant, clock, app, client, ready)


def card(product_id: str) -> Any:
    return to_json(product_card(next(each for each in PRODUCTS if each.id == product_id)))


def events_of(text: str) -> list[tuple[str | None, str]]:
    """The (name, data) pairs of an event stream; comments are left out."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if "data" in fields:
            found.append((fields.get("event"), fields["data"]))
    return found
