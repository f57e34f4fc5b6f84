"""What a page shows of a conversation, as values: turns, made from the API's answers and events.

Knows the words of the API and nothing of HTML, Gradio or HTTP. Fields that the API adds later are ignored.

Errors: `pydantic.ValidationError` where the API breaks its own contract.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar, cast

from pydantic import TypeAdapter

from assistant.values import (
    BundleView,
    CartView,
    Citation,
    Comparison,
    Handoff,
    OrderView,
    ProductCard,
    Question,
)

T = TypeVar("T")
Data = Mapping[str, Any]

#: `reading`: sent, nothing came back yet; `working`: understood, or something is shown already.
Phase = Literal["reading", "working", "done", "failed"]
Status = Literal["pending", "open", "resolved"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the assistant does only after a yes."""

    id: str
    summary: str
    needs_code: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message got no answer, as a shopper reads it, and whether sending it again may help."""

    message: str
    again: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said, and what came back so far.

    `key` is the turn's name on the page and the `Idempotency-Key` of its message. `said` is by the
    assistant, or by a person of the shop (`agent`). `quick` marks an answer without the chat model.
    """

    key: str
    asked: str = ""
    phase: Phase = "done"
    role: Literal["assistant", "agent", "system"] = "assistant"
    said: str = ""
    message_id: str | None = None
    products: tuple[ProductCard, ...] = ()
    bundles: tuple[BundleView, ...] = ()
    comparison: Comparison | None = None
    citations: tuple[Citation, ...] = ()
    question: Question | None = None
    confirmation: Confirmation | None = None
    handoff: Handoff | None = None
    quick: bool = False
    ranking_id: str | None = None
    thumb: int = 0
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A conversation that wants a person, as the support queue tells it."""

    conversation_id: str
    reason: str
    summary: str
    status: Status
    requested_at: datetime
    position: int
    customer_id: str | None = None
    agent: str | None = None
    tried: tuple[str, ...] = ()
    callback: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """The customer of a conversation."""

    id: str
    name: str
    email: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a person needs to know of a conversation."""

    cart: CartView
    orders: tuple[OrderView, ...] = ()
    customer: Person | None = None
    handoff: QueueEntry | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reply to choose."""

    text: str
    source: Literal["assistant", "reply", "policy"]
    products: tuple[ProductCard, ...] = ()
    bundles: tuple[BundleView, ...] = ()


def parse(kind: type[T], data: object) -> T:
    """JSON of the API as a value of the project."""
    value: T = _adapter(cast(Hashable, kind)).validate_python(data)
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def heard(turn: Turn, event: str, data: Data) -> Turn:
    """The turn after one more event of its answer. An event of an unknown name changes nothing."""
    match event:
        case "message.created":
            return replace(turn, message_id=data["id"])
        case "intent" | "tool":
            return replace(turn, phase="working")
        case "text.delta":
            return replace(turn, phase="working", said=turn.said + data["text"])
        case "products" | "bundles" | "citations" | "confirmation" | "handoff":
            return replace(turn, phase="working", **_shown(data))
        case "message.completed":
            return answered(turn, data)
        case _:
            return turn


def answered(turn: Turn, reply: Data) -> Turn:
    """The turn with its whole reply."""
    text = reply.get("sources", {}).get("text", {})
    from_model = text.get("model", 0) + text.get("repaired", 0)
    return replace(
        turn,
        phase="done",
        said=reply["content"],
        message_id=reply["id"],
        quick=bool(reply.get("degraded")) and not from_model,
        ranking_id=reply.get("ranking_id"),
        failure=None,
        **_shown(reply),
    )


def _shown(data: Data) -> dict[str, Any]:
    """What an event or a reply shows, by the turn's field."""
    kinds: dict[str, Any] = {
        "products": tuple[ProductCard, ...],
        "bundles": tuple[BundleView, ...],
        "citations": tuple[Citation, ...],
        "comparison": Comparison,
        "question": Question,
        "confirmation": Confirmation,
        "handoff": Handoff,
    }
    return {name: parse(kind, data[name]) for name, kind in kinds.items() if data.get(name) is not None}


def turns_of(messages: Sequence[Data]) -> tuple[Turn, ...]:
    """A stored conversation as turns: a message and its answer are one, a person's words another."""
    turns: list[Turn] = []
    for message in messages:
        if message["role"] == "user":
            turns.append(Turn(message["id"], asked=message["content"]))
        elif message["role"] == "assistant":
            reply = message.get("reply") or {"id": message["id"], "content": message["content"]}
            waits = turns and turns[-1].asked and not turns[-1].said
            asked = turns.pop() if waits else Turn(message["id"])
            turns.append(answered(asked, reply))
        else:
            said = Turn(
                message["id"], role=message["role"], said=message["content"], message_id=message["id"]
            )
            turns.append(replace(said, **_shown(message.get("attached") or {})))
    return tuple(turns)


def with_bundle(turns: Sequence[Turn], bundle: BundleView) -> tuple[Turn, ...]:
    """The turns with that bundle as it is now, wherever it is shown."""
    return tuple(
        replace(turn, bundles=tuple(bundle if each.id == bundle.id else each for each in turn.bundles))
        if any(each.id == bundle.id for each in turn.bundles)
        else turn
        for turn in turns
    )


def with_card(turns: Sequence[Turn], card: ProductCard) -> tuple[Turn, ...]:
    """The turns with another variant of a product on its cards; what spoke for the product still does."""
    return tuple(
        replace(
            turn,
            products=tuple(
                replace(card, reasons=each.reasons) if each.product_id == card.product_id else each
                for each in turn.products
            ),
        )
        for turn in turns
    )


def with_turn(turns: Sequence[Turn], changed: Turn) -> tuple[Turn, ...]:
    """The turns with one of them replaced, found by its key."""
    return tuple(changed if turn.key == changed.key else turn for turn in turns)


def cart_of(data: object) -> CartView:
    return parse(CartView, data)
