"""What a conversation has shown so far, read back from its stored replies.

References ("the second one", "the stove") resolve against this and nothing else: what a caller claims was
said is never evidence. Products and bundles are read anew, so a price here is today's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from assistant.bundles import Bundles, UnknownBundle
from assistant.cards import product_card
from assistant.conversations import Message
from assistant.intent import Constraints
from assistant.values import BundleView, IntentView, ProductCard, Question, Shown
from shop.catalogue import Catalogue
from shop.deserialise import from_json
from storage import UnitOfWork

#: How many replies back a reference may reach.
REACH = 8

#: A reply, and what it showed, as JSON.
Stored = Mapping[str, Any]

#: The tools that look for something, by the words and facts of the intent.
SEARCHES = ("search_products", "compose_bundle", "complete_bundle")


def shown_so_far(work: UnitOfWork, bundles: Bundles, owner: str, said: Sequence[Message]) -> Shown:
    """What the last replies showed; `said` are the conversation's messages, oldest first."""
    replies = [
        cast("Stored", message.reply)
        for message in said
        if message.role == "assistant" and isinstance(message.reply, Mapping)
    ]
    return shown_in(replies, partial(_cards, work), partial(_views, bundles, owner))


def shown_in(
    replies: Sequence[Stored],
    cards: Callable[[Sequence[Stored]], tuple[ProductCard, ...]],
    views: Callable[[Sequence[Stored]], tuple[BundleView, ...]],
) -> Shown:
    """What the last of some replies (oldest first) showed; `cards` and `views` read what a reply lists."""
    replies = replies[-REACH:]
    with_products, with_bundles = _last(replies, "products"), _last(replies, "bundles")
    newest = replies[-1] if replies else {}
    products: tuple[ProductCard, ...] = ()
    focus = None
    if with_products > with_bundles:
        products = cards(replies[with_products]["products"])
        about = newest.get("products", ()) if _is_about_one(newest) else ()
        focus = next(iter(cards(about)), None)
    question = newest.get("question")
    query, constraints = _last_search(replies)
    return Shown(
        products=products,
        focus=focus,
        bundles=views(replies[with_bundles]["bundles"]) if with_bundles >= 0 else (),
        question=from_json(Question, question) if question else None,
        intent=replace(_intent(newest), constraints=constraints) if newest else None,
        query=query,
        carted=cards(_carted(newest)),
    )


def last_reply(said: Sequence[Message]) -> Mapping[str, Any] | None:
    """The assistant's reply right before the newest message; None where something else stands there."""
    before = said[-2] if len(said) > 1 else None
    if before is None or before.role != "assistant" or not isinstance(before.reply, Mapping):
        return None
    return cast("Mapping[str, Any]", before.reply)


def tried_so_far(said: Sequence[Message]) -> tuple[str, ...]:
    """The tools that the assistant has called in this conversation, each once, in their order."""
    replies = [each.reply for each in said if each.role == "assistant" and isinstance(each.reply, Mapping)]
    calls = [call for reply in replies for call in cast("Mapping[str, Any]", reply).get("tool_calls", ())]
    return tuple(dict.fromkeys(str(call["name"]) for call in calls))


def _last(replies: Sequence[Stored], key: str) -> int:
    """The newest reply that showed such a list; an answer about one product shows no new list."""
    showed = [place for place, reply in enumerate(replies) if reply.get(key)]
    lists = [place for place in showed if not _is_about_one(replies[place])]
    return max(lists or showed, default=-1)


def _is_about_one(reply: Stored) -> bool:
    return any(call["name"] == "get_product" for call in reply.get("tool_calls", ()))


def _cards(work: UnitOfWork, shown: Sequence[Stored]) -> tuple[ProductCard, ...]:
    records = Catalogue(work).products([card["product_id"] for card in shown])
    return tuple(
        product_card(records[card["product_id"]], records[card["product_id"]].variant(card["variant_id"]))
        for card in shown
        if card["product_id"] in records
    )


def _carted(reply: Stored) -> Sequence[Stored]:
    """What a reply about the cart was about: the lines that it changed, else all of them."""
    lines = reply.get("cart", {}).get("lines", ())
    said = [call["arguments"] for call in reply.get("tool_calls", ())]
    changed = {each["variant_id"] for given in said for each in given.get("items", ())}
    changed |= {each for given in said for each in given.get("lines", ())}
    about = [line for line in lines if {line["id"], line["product"]["variant_id"]} & changed]
    return [line["product"] for line in about or lines]


def _views(bundles: Bundles, owner: str, shown: Sequence[Stored]) -> tuple[BundleView, ...]:
    views = []
    for bundle in shown:
        try:
            views.append(bundles.view(owner, bundle["id"]))
        except UnknownBundle:
            continue  # expired or erased since: it cannot be meant any more
    return tuple(views)


def _last_search(replies: Sequence[Stored]) -> tuple[str, Constraints]:
    """The words and the facts of the newest search: what a follow-up narrows, whatever was said since."""
    for reply in reversed(replies):
        for call in reply.get("tool_calls", ()):
            if call["name"] in SEARCHES:
                said = call["arguments"]
                return str(said.get("query") or said.get("need") or ""), _intent(reply).constraints
    return "", Constraints()


def _intent(reply: Stored) -> IntentView:
    return from_json(IntentView, reply["intent"])
