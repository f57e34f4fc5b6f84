"""Where the house is put together: every part built once, from the settings, and handed to whoever needs it.

What takes long (the embedding model, the chat models) starts in the background once the port is open;
`/readyz` says how far it is. Nothing here decides anything about a shopper.
"""

import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant import language
from assistant.bundles import Bundles
from assistant.tally import Tally
from assistant.telling import Voice
from assistant.tools.context import ToolServices
from assistant.understanding.opinion import Opinion, OpinionUnusable, load_opinion
from assistant.writer import Writer
from chat_models import Models, open_models
from retrieval.cross_encoder import CrossEncoder
from retrieval.embedding import Embedder, EmbedderUnavailable, MiniLmEmbedder
from retrieval.policies import PolicyIndex
from retrieval.relations import OrderRelations, PairModelUnusable, Texts, load_pair_model
from retrieval.scorer import Scorer, ScorerBroken, load_scorer
from retrieval.search import SearchService
from settings import Settings, SmtpSettings
from shop.catalogue import Catalogue
from shop.occasions import Occasions
from shop.order_rules import OrderPolicy
from shop.policies import Policies
from shop.profile import Profile
from shop.values import ShopProfile
from storage import Database, StorageUnavailable
from web.delivery import Hooks, Smtp
from web.services import Readiness, Services

if TYPE_CHECKING:
    from fastapi import FastAPI

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """Everything that serves, and how to warm it up and close it."""

    services: Services
    search: SearchService
    relations: OrderRelations
    policies: PolicyIndex
    models: Models
    warmed: threading.Event

    def warm(self) -> None:
        """Loads what is loaded lazily. One part that fails does not keep the others cold.

        The records come first: with them turns are served, by words alone until the embedding model is
        there. The chat models are processes of their own.
        """
        models = threading.Thread(target=_warm, args=(self._start_models,), name="warm-up-models")
        models.start()
        for part in (
            self.search.refresh,
            self.relations.refresh,
            self.search.warm,
            self.policies.refresh,
            language.warm,
        ):
            _warm(part)
        models.join()
        self.warmed.set()

    def _start_models(self) -> None:
        self.models.start()
        self.models.warm()

    def close(self) -> None:
        self.models.stop()
        self.search.close()
        self.policies.close()
        self.services.database.dispose()


def _warm(part: Callable[[], object]) -> None:
    try:
        part()
    except Exception:
        # The shop serves without it and /readyz says so; stopping here would serve nobody.
        logger.exception("could not warm up; `python app.py doctor` says what is missing")


def now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    """The database at its newest schema."""
    database = Database(settings.database)
    database.upgrade()
    return database


def open_search(settings: Settings, database: Database) -> SearchService:
    embedder = MiniLmEmbedder(settings.embedder, kept=settings.encoders_dir)
    return _search(settings, database, embedder)


def _search(settings: Settings, database: Database, embedder: MiniLmEmbedder) -> SearchService:
    reader = None
    if settings.cross_encoder is not None:
        reader = CrossEncoder(settings.cross_encoder, kept=settings.encoders_dir)
    return SearchService(database, settings.index_dir, embedder, scorer=open_scorer(), reader=reader)


def open_policies(settings: Settings, database: Database, embedder: Embedder) -> PolicyIndex:
    return PolicyIndex(database, settings.index_dir, embedder, folder=settings.policies_dir)


def open_scorer() -> Scorer | None:
    """The scorer that ships; None, and a line in the log, where its files are broken."""
    try:
        return load_scorer()
    except ScorerBroken as error:
        logger.warning("search ranks without its scorer: %s", error)
        return None


def open_opinion(embedder: Embedder, adapter: str) -> Opinion | None:
    """The second opinion on what a message asks, beside the adapter of this digest; None beside another
    model, and where its files cannot be used."""
    if not adapter:
        return None
    try:
        return load_opinion(embedder, adapter)
    except (OpinionUnusable, EmbedderUnavailable) as error:
        logger.warning("what a message asks is read by the model alone: %s", error)
        return None


def open_relations(database: Database, search: SearchService, embedder: MiniLmEmbedder) -> OrderRelations:
    """What goes with what; without a pair model for this embedding model, by orders and facts alone."""
    try:
        texts = Texts(load_pair_model(embedder.digest), search.vectors)
    except (PairModelUnusable, EmbedderUnavailable) as error:
        logger.warning("what goes together is known by orders and facts alone: %s", error)
        texts = None
    return OrderRelations(database, texts=texts)


def build(settings: Settings) -> House:
    """The whole house, cold: nothing is loaded that a first request would not need."""
    from assistant.agent import Assistant

    database = open_database(settings)
    embedder = MiniLmEmbedder(settings.embedder, patient=False, kept=settings.encoders_dir)
    search, policies = _search(settings, database, embedder), open_policies(settings, database, embedder)
    relations = open_relations(database, search, embedder)
    bundles = Bundles(database, search, relations, now)
    models = open_models(settings.llm)
    order_policy = OrderPolicy(return_days=settings.return_days)
    ready = partial(_are_up, models, warmed := threading.Event())
    writer = Writer(models.teller, models.writes, ready)
    tools = ToolServices(database, search, bundles, policies, now, order_policy, writer)
    tally = Tally()
    assistant = Assistant(
        tools,
        models.reader,
        model_understands=models.understands,
        voice=Voice(settings.tone, trained=models.tells, model=models.teller),
        ready=ready,
        max_rounds=settings.max_rounds,
        understand_timeout_s=settings.llm.understand_timeout_s,
        opinion=open_opinion(embedder, models.reads) if models.understands else None,
        tally=tally,
    )

    def readiness() -> dict[str, Readiness]:
        status = search.status()
        warm = warmed.is_set()
        return {
            "index": Readiness(status.ready and warm, status.detail if warm else "warming up"),
            "store": _store_readiness(database),
            "model": models.readiness(),
        }

    caches = _caches(embedder, search)
    parts = (database, search, policies, bundles, assistant)
    services = Services(*parts, readiness, now, caches, order_policy, writer, tally)
    return House(services, search, relations, policies, models, warmed)


def _caches(embedder: MiniLmEmbedder, search: SearchService) -> dict[str, Callable[[], tuple[int, int]]]:
    """By name: how often each was asked, and how often it held the answer."""
    return {
        "query_vectors": lambda: (embedder.remembered.asked, embedder.remembered.hits),
        "hot_queries": lambda: search.hot.counts,
    }


def _are_up(models: Models, warmed: threading.Event) -> bool:
    """On this machine the models start while everything else does: what they say then comes too late."""
    return not models.servers or warmed.is_set()


def build_app(settings: Settings, *, demo_key: str | None = None, pages: bool = True) -> "FastAPI":
    """The application with its pages; it warms up in the background once it serves."""
    from web.api import create_api
    from web.config import Limits, WebConfig

    house = build(settings)
    app = create_api(
        house.services,
        WebConfig(
            customer_secrets=tuple(secret.get_secret_value() for secret in settings.customer_secrets),
            allowed_hosts=settings.http.allowed_hosts,
            allowed_origins=settings.http.allowed_origins,
            limits=Limits(
                turns_at_once=settings.http.turns_at_once, turns_waiting=settings.http.turns_waiting
            ),
            media_dir=settings.media,
            production=settings.env == "production",
            demo_key=demo_key,
            alone=_alone(settings, house.services.database),
            hooks=Hooks(
                settings.webhooks.urls,
                settings.webhooks.secret.get_secret_value(),
                settings.webhooks.allow_private,
            ),
            post=_post(settings.smtp),
        ),
    )
    if pages:
        from web.pages import PagesConfig, mount
        from web.pages.examples import examples

        with house.services.database.read() as work:
            profile = Profile(work).get() or ShopProfile("Pairwell", "USD")
            asked = examples(
                Occasions(work).all(), Catalogue(work).shelves(), policies=bool(Policies(work).all())
            )
        mount(app, PagesConfig(profile.name, profile.currency, profile.locale, asked))
    app.router.lifespan_context = _warming(app.router.lifespan_context, house)
    return app


def _post(settings: SmtpSettings) -> Smtp | None:
    """The mail server, where one is set."""
    if not settings.host:
        return None
    password = settings.password.get_secret_value()
    return Smtp(settings.host, settings.sender, settings.port, settings.username, password, settings.starttls)


def _alone(settings: Settings, database: Database) -> bool:
    return database.is_sqlite if settings.http.alone is None else settings.http.alone


def _store_readiness(database: Database) -> Readiness:
    try:
        with database.read() as work:
            Profile(work).get()
    except StorageUnavailable as error:
        return Readiness(False, str(error))
    return Readiness(True, "the database answers")


def _warming(inner: Callable[[Any], Any], house: House) -> Callable[[Any], Any]:
    """Warms the house up beside serving, and closes it after the last request."""

    @asynccontextmanager
    async def lifespan(app: "FastAPI") -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            running.callback(house.close)
            await running.enter_async_context(inner(app))
            threading.Thread(target=house.warm, name="warm-up", daemon=True).start()
            yield

    return lifespan
