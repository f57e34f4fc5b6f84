"""Where the house is put together: every part built once, from the settings, and handed to whoever needs it.

What takes long (the embedding model, the chat model) starts in the background once the port is open;
`/readyz` says how far it is. Nothing here decides anything about a shopper.
"""

import logging
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import language
from assistant.adapters import (
    SHIPPED,
    Adapter,
    AdapterRefused,
    model_file,
    read_adapter,
    read_calibration,
    task_prompts,
)
from assistant.bundles import Bundles
from assistant.embedded import EmbeddedServer, ModelMissing, ServerOptions, installed_model
from assistant.llm import ModelError, OpenAiChat
from assistant.telling import TASK, Voice, telling_digest
from assistant.tools.context import ToolServices
from assistant.understanding import understanding_messages
from assistant.writer import Writer, written_tasks
from retrieval.cross_encoder import CrossEncoder
from retrieval.embedding import Embedder, EmbedderUnavailable, MiniLmEmbedder
from retrieval.policies import PolicyIndex
from retrieval.relations import OrderRelations, PairModelUnusable, Texts, load_pair_model
from retrieval.scorer import Scorer, ScorerBroken, load_scorer
from retrieval.search import SearchService
from settings import LlmSettings, Settings, SmtpSettings
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

WARM_UP_TIMEOUT_S = 30.0
#: The name that the shop's own adapter is served under.
ADAPTER_NAME = "pairwell"


@dataclass(frozen=True, slots=True)
class Model:
    """The chat model, and the server that this process runs for it."""

    chat: OpenAiChat | None
    server: EmbeddedServer | None
    understands: bool
    missing: str = ""
    tells: bool = False
    """Whether it was trained to tell what was found."""
    writes: frozenset[str] = frozenset()
    """What it was trained to write for merchants and agents (`assistant.writer`)."""

    def readiness(self) -> Readiness:
        """Without a model the shop serves all the same, by rules and templates."""
        if self.chat is None:
            return Readiness(True, self.missing or "switched off: rules and templates serve")
        if self.server is not None and not self.server.alive():
            return Readiness(False, "the embedded model is starting")
        trouble = self.chat.trouble()
        return Readiness(trouble is None, trouble or self.missing or "the chat model answers")


@dataclass(frozen=True, slots=True)
class House:
    """Everything that serves, and how to warm it up and close it."""

    services: Services
    search: SearchService
    relations: OrderRelations
    policies: PolicyIndex
    model: Model
    warmed: threading.Event

    def warm(self) -> None:
        """Loads what is loaded lazily. One part that fails does not keep the others cold.

        The records come first: with them turns are served, by words alone until the embedding model is
        there. The chat model is a process of its own.
        """
        chat = threading.Thread(target=_warm, args=(self._start_chat_model,), name="warm-up-model")
        chat.start()
        for part in (
            self.search.refresh,
            self.relations.refresh,
            self.search.warm,
            self.policies.refresh,
            language.warm,
        ):
            _warm(part)
        chat.join()
        self.warmed.set()

    def _start_chat_model(self) -> None:
        if self.model.server is None or self.model.chat is None:
            return
        self.model.server.start()
        if self.model.understands:
            # The instruction is read once here, and is in the server's cache for the first shopper.
            with suppress(ModelError):
                asked = understanding_messages("hello", "")
                self.model.chat.complete(asked, max_tokens=1, timeout_s=WARM_UP_TIMEOUT_S)

    def close(self) -> None:
        if self.model.server is not None:
            self.model.server.stop()
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
    model = open_model(settings.llm)
    order_policy = OrderPolicy(return_days=settings.return_days)
    ready = partial(_is_up, model, warmed := threading.Event())
    writer = Writer(model.chat, model.writes, ready)
    tools = ToolServices(database, search, bundles, policies, now, order_policy, writer)
    assistant = Assistant(
        tools,
        model.chat,
        model_understands=model.understands,
        voice=Voice(settings.tone, trained=model.tells),
        ready=ready,
        max_rounds=settings.max_rounds,
        understand_timeout_s=settings.llm.understand_timeout_s,
    )

    def readiness() -> dict[str, Readiness]:
        status = search.status()
        warm = warmed.is_set()
        return {
            "index": Readiness(status.ready and warm, status.detail if warm else "warming up"),
            "store": _store_readiness(database),
            "model": model.readiness(),
        }

    caches = {
        "query_vectors": lambda: (embedder.remembered.asked, embedder.remembered.hits),
        "hot_queries": lambda: search.hot.counts,
    }
    parts = (database, search, policies, bundles, assistant)
    services = Services(*parts, readiness, now, caches, order_policy, writer)
    return House(services, search, relations, policies, model, warmed)


def _is_up(model: Model, warmed: threading.Event) -> bool:
    """On this machine the model starts while everything else does: what it says then comes too late."""
    return model.server is None or warmed.is_set()


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


def open_model(settings: LlmSettings) -> Model:
    """The model behind `base_url`, else the embedded one, else none."""
    if settings.base_url:
        chat = OpenAiChat(settings.base_url, settings.model, settings.api_key.get_secret_value())
        return Model(
            chat,
            None,
            understands=settings.understand != "rules",
            tells=_served_tells(settings),
            writes=_served_writes(settings),
        )
    if not settings.embedded:
        return Model(None, None, understands=False)
    try:
        return _embedded(settings, settings.embedded_model_path or installed_model())
    except ModelMissing as missing:
        logger.warning("%s", missing)
        return Model(None, None, understands=False, missing=str(missing))


def _embedded(settings: LlmSettings, path: Path) -> Model:
    """The embedded model; where its adapter is refused it serves untuned, and rules name the intents."""
    adapter, calibration, refused = None, None, ""
    try:
        adapter = open_adapter(settings, path)
        calibration = read_calibration(adapter) if adapter else None
    except AdapterRefused as error:
        logger.warning("the model serves without its adapter: %s", error)
        adapter, refused = None, str(error)
    server = EmbeddedServer(
        ServerOptions(path, threads=settings.threads),
        prepare=partial(model_file, adapter, settings.cache_dir) if adapter else None,
    )
    chat = OpenAiChat(server.base_url, settings.model, server.api_key, calibration=calibration)
    tuned = adapter is not None and settings.understand == "auto"
    understands = tuned or settings.understand == "model"
    tells = adapter is not None and _tells(adapter.task_prompts)
    writes = written_tasks(adapter.task_prompts) if adapter else frozenset()
    return Model(chat, server, understands=understands, missing=refused, tells=tells, writes=writes)


def _served_tells(settings: LlmSettings) -> bool:
    """Whether another server serves the shop's adapter, under its own name, and it was trained to tell."""
    return _tells(_served_prompts(settings))


def _served_writes(settings: LlmSettings) -> frozenset[str]:
    """What the adapter writes for merchants and agents that another server serves."""
    return written_tasks(_served_prompts(settings))


def _served_prompts(settings: LlmSettings) -> Mapping[str, str]:
    """The prompts that the shop's adapter learnt, where another server serves it under its own name."""
    if settings.model != ADAPTER_NAME:
        return {}
    try:
        return task_prompts(settings.adapter or SHIPPED)
    except AdapterRefused:
        return {}


def _tells(known: Mapping[str, str]) -> bool:
    """Whether an adapter learnt to tell by the prompt that serves; if not it is led by examples."""
    if TASK in known and known[TASK] != telling_digest():
        logger.warning("the adapter learnt to tell by a prompt that does not serve: train it again")
    return known.get(TASK) == telling_digest()


def open_adapter(settings: LlmSettings, base: Path) -> Adapter | None:
    """The adapter for the embedded model; None where another model is named and no adapter for it. Raises
    `AdapterRefused`."""
    if settings.adapter is None and settings.embedded_model_path is not None:
        return None
    return read_adapter(settings.adapter or SHIPPED, base)


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
