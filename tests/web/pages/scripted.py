"""An assistant for tests of the pages: what it shows is chosen by a word in the message.

It stands in for the model and the search alone. Bundles are composed and stored by the real service, the
queue and the conversations are the real stores, and the API over them is the real one.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.bundles import BundleRequest, Bundles
from assistant.cards import product_card
from assistant.conversations import Conversations
from assistant.handoffs import Handoffs
from assistant.intent import Constraints, Slot
from assistant.tools.context import Turn
from assistant.values import (
    CardAvailability,
    Citation,
    Comparison,
    ComparisonRow,
    Event,
    IntentView,
    ProductCard,
    Question,
    Reply,
    Sources,
    TextSources,
    Timings,
)
from assistant.wire import reply_json
from shop.events import RankedItem, Rankings
from shop.ids import new_id
from shop.money import Money
from storage import Database
from tests.web.world import PRODUCTS, Clock

#: A title as an attacker would put it into a feed.
HOSTILE = (
    '<img src=x onerror="window.pwned=1"> **bold** [a](javascript:alert(1)) `${window.pwned=2}` {{value}}'
    " </style></script><script>window.pwned=3</script>\u2028end"
)

CARDS = tuple(product_card(each) for each in PRODUCTS)
#: Its picture is not on the server.
DISCOUNTED = replace(
    CARDS[0], list_price=Money(19_900, "USD"), image_url="/media/missing.svg", reasons=("title fits",)
)
WITH_PICTURE = replace(CARDS[1], image_url="/media/tent.svg")
BAD = ProductCard(
    "bad",
    "bad-v",
    HOSTILE,
    Money(100, "USD"),
    CardAvailability(True, "in_stock"),
    brand=HOSTILE,
    url="javascript:window.pwned=4",
    image_url="javascript:window.pwned=5",
    options={HOSTILE: HOSTILE},
    reasons=(HOSTILE,),
)
SLOTS = (Slot("tent", "tent"), Slot("stove", "stove"), Slot("gas", "canister", quantity=2))


@dataclass
class PageAssistant:
    """`gate` holds every turn after its intent until it is set; `fail` is raised in its place, once."""

    database: Database
    bundles: Bundles
    clock: Clock
    gate: threading.Event = field(default_factory=threading.Event)
    fail: BaseException | None = None
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def respond(self, turn: Turn) -> Iterator[Event]:
        self.heard.append(turn.text)
        reply_id = new_id("msg")
        yield Event("message.created", {"id": reply_id, "in_reply_to": turn.message_id})
        yield Event("intent", {"intent": {"name": "other", "confidence": 1.0, "language": "en"}})
        assert self.gate.wait(20), "a test left its gate shut"
        if self.fail is not None:
            failure, self.fail = self.fail, None
            raise failure
        sentences, shown = self._answer(turn)
        reply = _reply(reply_id, turn, sentences, shown)
        written = reply_json(reply)
        for name in ("products", "bundles", "citations", "handoff"):
            if name in written:
                yield Event(name, {name: written[name]})
        for place, sentence in enumerate(sentences):
            yield Event("text.delta", {"text": f" {sentence}" if place else sentence})
        with self.database.begin() as work:
            Conversations(work, self.clock()).finish_turn(turn.message_id, reply)
        yield Event("message.completed", written)

    def _answer(self, turn: Turn) -> tuple[tuple[str, ...], dict[str, Any]]:
        words = turn.text.lower()
        if "set" in words:
            return self._bundles(turn)
        if "person" in words:
            with self.database.begin() as work:
                asked = Handoffs(work, self.clock()).request(turn.conversation_id, "asked for one", HOSTILE)
            return ("I have told our team.",), {"handoff": asked}
        if words.startswith("compare"):
            rows = (ComparisonRow("pack_weight", ("9.6 kg", None)),)
            comparison = Comparison(("tent", "small-tent"), rows)
            return ("The family tent is heavier.",), {"products": CARDS[:2], "comparison": comparison}
        if "send back" in words:
            quote = Citation("returns", "Returns", "Within 30 days, <b>unused</b>.", "javascript:alert(1)")
            return ("You have 30 days.",), {"citations": (quote,)}
        if "hostile" in words:
            return (HOSTILE,), {"products": (BAD,)}
        shown = (DISCOUNTED, WITH_PICTURE, *CARDS[2:])
        return ("These come closest.", "One is sold out."), {"products": shown}

    def _bundles(self, turn: Turn) -> tuple[tuple[str, ...], dict[str, Any]]:
        budget = Money(25_000, "USD")
        composed = self.bundles.compose(BundleRequest(turn.owner, slots=SLOTS, budget=budget, count=2))
        shown = [RankedItem(item.product.product_id, 1.0) for view in composed.bundles for item in view.items]
        with self.database.begin() as work:
            ranking = Rankings(work).record(turn.owner, shown, strategy="bundle", at=self.clock())
        question = Question("For how many nights?", ("One night", "A week"))
        return ("Here is a set.",), {
            "bundles": composed.bundles,
            "question": question,
            "ranking_id": ranking,
        }


def _reply(reply_id: str, turn: Turn, sentences: tuple[str, ...], shown: dict[str, Any]) -> Reply:
    return Reply(
        id=reply_id,
        conversation_id=turn.conversation_id,
        content=" ".join(sentences),
        intent=IntentView("other", 1.0, "en", Constraints()),
        sources=Sources("rules", TextSources(template=len(sentences))),
        degraded=True,
        timings_ms=Timings(total=1),
        **shown,
    )
