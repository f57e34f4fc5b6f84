"""Further rounds of a turn: where a tool's answer needs a decision, the model may call another tool.

Only where the first answer leaves the shopper with nothing, only tools that read, never more rounds than
allowed, and never the same call twice: a model that would call tools for ever comes to an end. What a round
finds is shown where it found something; what the first tool said stands before it. Whatever else the model
writes ends the rounds, and the first answer stands.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from assistant import telling_service, telling_shopping
from assistant.deciding import ToolUse, decide_messages, parse_decision
from assistant.evidence import nothing_found
from assistant.intent import Intent
from assistant.llm import ChatModel, ModelError, ModelNonsense
from assistant.tools.bundles import compose_bundle
from assistant.tools.context import Found, ToolContext
from assistant.tools.orders import list_orders, track_order
from assistant.tools.policies import search_policies
from assistant.tools.products import search_products
from assistant.understanding.call import Arguments, Call
from assistant.understanding.expand import Surroundings, expand
from assistant.values import Evidence
from shop.serialise import Json

#: Answers that leave the shopper with nothing, and the tools that may know better.
OFFERED: Mapping[str, tuple[str, ...]] = {
    "nothing_found": ("search_products", "compose_bundle", "search_policies"),
    "infeasible": ("compose_bundle", "search_products"),
    "policy_unknown": ("search_policies", "search_products"),
    "order_unknown": ("list_orders", "track_order", "search_policies"),
}
#: Tools that look into a customer's orders: a guest's number counts as a try to prove who they are.
OF_CUSTOMERS = ("list_orders", "track_order")
MOST_TOKENS = 80
TIMEOUT_S = 4.0
_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LINES = {**telling_shopping.LINES, **telling_service.LINES}


@dataclass(frozen=True, slots=True)
class Rounds:
    """What was called after the first tool, in order; what the last call found where it was of use, and what
    is to be said before it: that what was asked for is not there."""

    calls: tuple[Found, ...] = ()
    found: Found | None = None
    opening: Evidence | None = None


def further(
    model: ChatModel, context: ToolContext, first: Found, around: Surroundings, *, most: int
) -> Rounds:
    """At most `most` more calls after `first`; none where its answer needs no decision."""
    known = context.turn.customer_id is not None
    offered = [each for each in _offered(first.evidence) if known or each not in OF_CUSTOMERS]
    used = [ToolUse(first.call.name, first.call.arguments, _back(first.evidence))]
    calls: list[Found] = []
    for _ in range(most if offered else 0):
        try:
            asked = decide_messages(context.turn.text, offered, used)
            chosen = parse_decision(
                model.complete(asked, max_tokens=MOST_TOKENS, timeout_s=TIMEOUT_S), offered
            )
            if chosen is None or any(_is_same(chosen, each) for each in used):
                break
            found = _TOOLS[chosen.name](context, chosen.arguments, around)
        except ModelError:
            break
        calls.append(found)
        if not _offered(found.evidence):
            return Rounds(tuple(calls), found, _missing(first.evidence))
        used.append(replace(chosen, back=_back(found.evidence)))
    return Rounds(tuple(calls))


def _offered(evidence: Evidence) -> tuple[str, ...]:
    """None where the answer is of use. Products that hardly fit the words are as good as none."""
    far = evidence.situation == "products" and not evidence.values.get("close", True)
    return OFFERED.get("nothing_found" if far else evidence.situation, ())


def _missing(first: Evidence) -> Evidence:
    """What the first tool did not find; products that hardly fit are not shown, and not spoken of."""
    return nothing_found(str(first.values["wish"])) if first.situation == "products" else first


def _is_same(one: ToolUse, other: ToolUse) -> bool:
    return one.name == other.name and dict(one.arguments) == dict(other.arguments)


def _back(evidence: Evidence) -> str:
    """What a tool found, in few words: the lines that a model is told of it."""
    lines = _LINES.get(evidence.situation)
    told = lines(evidence) if lines is not None else None
    return "; ".join([evidence.situation.replace("_", " "), *(told or ())])


def _intent(name: str, given: Mapping[str, Json], around: Surroundings, **renamed: str) -> Intent:
    """A call of the model as an intent, by the same code that reads a message's."""
    known = {renamed.get(key, key): value for key, value in given.items()}
    fields = {key: _plain(key, value) for key, value in known.items() if key in Arguments.model_fields}
    try:
        return expand(Call.model_validate({"name": name, "arguments": fields}), around)
    except ValidationError as error:
        raise ModelNonsense(f"arguments that do not fit: {error.errors()[0]['msg']}") from error


def _plain(key: str, value: Json) -> Json:
    """An amount without its sign: "$80.00" is 80."""
    if isinstance(value, str) and key in ("max_price", "min_price", "budget", "about"):
        amount = _AMOUNT.search(value)
        return amount[0].replace(",", "") if amount else value
    return value


def _products(context: ToolContext, given: Mapping[str, Json], around: Surroundings) -> Found:
    return search_products(context, _intent("find_product", given, around))


def _bundle(context: ToolContext, given: Mapping[str, Json], around: Surroundings) -> Found:
    return compose_bundle(context, _intent("find_bundle", given, around, need="query"))


def _policies(context: ToolContext, given: Mapping[str, Json], around: Surroundings) -> Found:
    """The policies are asked in the model's words; the turn keeps the shopper's."""
    asked = str(given.get("query") or context.turn.text)
    there = replace(context, turn=replace(context.turn, text=asked))
    return search_policies(there, _intent("check_refund_policy", {}, around))


def _order(context: ToolContext, given: Mapping[str, Json], around: Surroundings) -> Found:
    number = str(given.get("order_id") or "")
    if not number:
        raise ModelNonsense("an order without its number")
    there = replace(context, turn=replace(context.turn, text=number))
    return track_order(there, _intent("track_order", {"entities": {"order_id": number}}, around))


def _orders(context: ToolContext, _given: Mapping[str, Json], around: Surroundings) -> Found:
    return list_orders(context, _intent("track_order", {}, around))


_Run = Callable[[ToolContext, Mapping[str, Json], Surroundings], Found]
_TOOLS: Mapping[str, _Run] = {
    "search_products": _products,
    "compose_bundle": _bundle,
    "search_policies": _policies,
    "track_order": _order,
    "list_orders": _orders,
}
