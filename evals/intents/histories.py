"""A case's history as what the conversation showed, by the very code that serving reads it with.

Replies of others may leave out what a stored reply always has; only the intent and the search are filled in,
by the simplest that could be meant: a reply that shows bundles answered `find_bundle`, any other
`find_product`, for the words that were said last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from assistant.memory import shown_in
from assistant.values import BundleItemView, BundleView, ProductCard, Shown
from evals.intents.cases import BadCase, Case
from shop.deserialise import BadValue, from_json

Json = Mapping[str, Any]
T = TypeVar("T")

#: What a bundle or a card of others may leave out; never read from here.
BUNDLE_DEFAULTS: Json = {
    "revision": 1,
    "title": "",
    "savings": {"amount": 0, "currency": "USD"},
    "score": 0.0,
    "optimal": False,
    "compatibility": "unknown",
    "facts": [],
    "explanation": "",
    "expires_at": "2100-01-01T00:00:00Z",
}
CARD_DEFAULTS: Json = {"variant_id": "", "availability": {"available": True, "status": "in_stock"}}
ITEM_DEFAULTS: Json = {"quantity": 1, "locked": False, "alternatives": []}


def shown(case: Case) -> Shown:
    """What was shown before the case's message. Raises `BadCase`."""
    try:
        return shown_in(replies(case.history), _cards, _views)
    except (BadValue, KeyError, TypeError, AttributeError) as error:
        raise BadCase(f"case {case.id}: a reply in the history cannot be read: {error}") from error


def earlier_constraints(case: Case) -> list[Json]:
    """The constraints of the turns before, as their replies gave them."""
    intents = [turn["reply"].get("intent") or {} for turn in case.history if _is_reply(turn)]
    return [intent.get("constraints") or {} for intent in intents]


def replies(history: Sequence[Json]) -> list[Json]:
    """The replies of a history, oldest first, with an intent and a search each."""
    found: list[Json] = []
    said = ""
    for turn in history:
        if turn.get("role") == "user":
            said = str(turn.get("content") or "")
        elif _is_reply(turn):
            found.append(_filled(turn["reply"], said))
    return found


def _is_reply(turn: Json) -> bool:
    return turn.get("role") == "assistant" and isinstance(turn.get("reply"), Mapping)


def _filled(reply: Json, said: str) -> Json:
    name, tool = (
        ("find_bundle", "compose_bundle") if reply.get("bundles") else ("find_product", "search_products")
    )
    intent = {"name": name, "confidence": 1.0, "language": "en", **(reply.get("intent") or {})}
    found = reply.get("products") or reply.get("bundles")
    search = [{"name": tool, "arguments": {"query": said}, "ok": True}] if found else []
    return {**reply, "intent": intent, "tool_calls": reply.get("tool_calls") or search}


def _cards(listed: Sequence[Json]) -> tuple[ProductCard, ...]:
    return tuple(_known(ProductCard, {**CARD_DEFAULTS, **card}) for card in listed)


def _views(listed: Sequence[Json]) -> tuple[BundleView, ...]:
    return tuple(_view(bundle) for bundle in listed)


def _view(bundle: Json) -> BundleView:
    items = [
        _plain(
            BundleItemView,
            {**ITEM_DEFAULTS, **item, "product": _plain(ProductCard, {**CARD_DEFAULTS, **item["product"]})},
        )
        for item in bundle["items"]
    ]
    total = bundle.get("total") or {"amount": 0, "currency": "USD"}
    return _known(
        BundleView, {**BUNDLE_DEFAULTS, "total": total, "list_total": total, **bundle, "items": items}
    )


def _known(kind: type[T], data: Json) -> T:
    return from_json(kind, _plain(kind, data))


def _plain(kind: Any, data: Json) -> dict[str, Any]:
    """Only the fields that the value has."""
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in data.items() if key in names}
