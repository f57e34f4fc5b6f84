"""A whole assistant over a small shop of two topics, painting and aquariums, whose right answers are obvious.

Everything is real but two things: embeddings are of `HashingEmbedder`, and the chat model says what a test
has written for it (`ScriptedModel`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from assistant.agent import Assistant
from assistant.bundles import Bundles
from assistant.cards import product_card
from assistant.cart_view import view_cart
from assistant.conversations import Conversations
from assistant.conversations import Message as Said
from assistant.llm import ChatModel, Message
from assistant.tools.context import ToolContext, ToolServices, Turn
from assistant.values import CartView, Event, Shown
from retrieval.policies import PolicyIndex
from retrieval.relations import OrderRelations
from retrieval.search import SearchService
from shop.carts import Carts
from shop.catalogue import Catalogue
from shop.ids import new_id
from shop.serialise import Json
from storage import Database
from tests.assistant.pond_goods import NOW
from tests.retrieval.goods import HashingEmbedder

NOTHING_SHOWN = Shown()


class ScriptedModel:
    """Answers what it was given, call after call; then it is unavailable.

    `calls` are answers to `complete`, `talks` are the pieces of `stream`; an exception is raised in its
    place. `heard` is all that it was asked.
    """

    def __init__(
        self,
        calls: Sequence[str | Exception] = (),
        talks: Sequence[Sequence[str | Exception]] = (),
        *,
        otherwise: Exception,
    ) -> None:
        self._calls = list(calls)
        self._talks = list(talks)
        self._otherwise = otherwise
        self.heard: list[Sequence[Message]] = []

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        self.heard.append(messages)
        answer = self._calls.pop(0) if self._calls else self._otherwise
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
        self.heard.append(messages)
        for piece in self._talks.pop(0) if self._talks else (self._otherwise,):
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def healthy(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Answered:
    """One turn: its events in order, and the reply that `message.completed` carried."""

    events: tuple[Event, ...]
    reply: dict[str, Any]

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.events]

    @property
    def content(self) -> str:
        return str(self.reply["content"])

    @property
    def tool(self) -> str | None:
        calls = self.reply.get("tool_calls")
        return str(calls[0]["name"]) if calls else None

    def titles(self) -> list[str]:
        return [card["title"] for card in self.reply.get("products", ())]

    def bundle(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.reply["bundles"][0])

    def slots(self) -> dict[str, str]:
        """What the first bundle holds: slot -> product id."""
        return {item["slot"]: item["product"]["product_id"] for item in self.bundle()["items"]}

    def cart(self) -> dict[str, int]:
        """What the cart holds: variant id -> quantity."""
        return {line["product"]["variant_id"]: line["quantity"] for line in self.reply["cart"]["lines"]}


class Talk:
    """One conversation of one shopper."""

    def __init__(self, shop: "Shop", assistant: Assistant, owner: str) -> None:
        self._shop = shop
        self._assistant = assistant
        self.owner = owner
        with shop.database.begin() as work:
            self.id = Conversations(work, NOW).create(owner).id

    def begin(self, text: str) -> Turn:
        """Stores a message, as the web does before it asks for an answer."""
        with self._shop.database.begin() as work:
            message = Conversations(work, NOW).begin_turn(self.id, text)
        return Turn(self.id, message.id, self.owner, text)

    def answer(self, turn: Turn) -> Iterator[Event]:
        return self._assistant.respond(turn)

    def say(self, text: str) -> Answered:
        events = tuple(self.answer(self.begin(text)))
        return Answered(events, cast("dict[str, Any]", events[-1].data))

    def context(self, shown: Shown = NOTHING_SHOWN, text: str = "") -> ToolContext:
        """What a tool is given in this conversation."""
        return ToolContext(self._shop.services, Turn(self.id, "msg_test", self.owner, text), shown)

    def store(self, context: ToolContext) -> None:
        """Does what the tools have deferred."""
        with self._shop.database.begin() as work:
            for write in context.writes:
                write(work)

    def stored(self) -> tuple[Said, ...]:
        with self._shop.database.read() as work:
            return Conversations(work, NOW).messages(self.id)

    def cart(self) -> CartView:
        with self._shop.database.read() as work:
            return view_cart(work, self.owner, "USD", NOW)

    def put_into_cart(self, product_id: str, variant_id: str, quantity: int = 1) -> None:
        with self._shop.database.begin() as work:
            Carts(work).add(self.owner, product_id, variant_id, quantity)


class Shop:
    """The shop's services over the records and the index in a folder (`stock`)."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder}/shop.db")
        embedder = HashingEmbedder()
        self.search = SearchService(self.database, folder / "index", embedder)
        self.policies = PolicyIndex(self.database, folder / "index", embedder)
        bundles = Bundles(self.database, self.search, OrderRelations(self.database), lambda: NOW)
        self.services = ToolServices(self.database, self.search, bundles, self.policies, lambda: NOW)

    def talk(
        self, model: ChatModel | None = None, *, model_understands: bool = False, owner: str | None = None
    ) -> Talk:
        """A new conversation with the assistant; of a new shopper unless `owner` is given."""
        assistant = Assistant(self.services, model, model_understands=model_understands)
        return Talk(self, assistant, owner or new_id("sess"))

    def shown(self, *product_ids: str) -> Shown:
        """As after a list of these products."""
        with self.database.read() as work:
            records = Catalogue(work).products(product_ids)
        return Shown(products=tuple(product_card(records[each]) for each in product_ids))

    def remove(self, product_id: str) -> None:
        with self.database.begin() as work:
            Catalogue(work).remove([product_id])

    def close(self) -> None:
        self.search.close()
        self.policies.close()
        self.database.dispose()
