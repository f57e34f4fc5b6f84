"""What a message answers when the assistant has just asked for something: a yes, a code, a proof, a choice.

Only the very next message is an answer, and only where it is plainly one; everything else is read as any
message is. `context.last` is the reply that the message follows.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant import service_evidence
from assistant.addresses import parse_address
from assistant.answered import answered_found
from assistant.confirmations import CODE_DIGITS, UnknownConfirmation
from assistant.confirming import Answer, Answered, Asker, answer
from assistant.guests import EMAIL
from assistant.handoffs import Handoffs
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.tools.account import PHONE, get_account, update_account
from assistant.tools.context import Found, ToolContext, call
from assistant.tools.handoff import transfer_to_human_agents
from assistant.tools.offers import stock_alert
from assistant.tools.order_changes import (
    cancel_order,
    change_shipping_address,
    exchange_items,
    meant_lines,
    return_items,
)
from assistant.tools.orders import get_invoice, get_order, refund_status, show_verified, track_order
from assistant.tools.standing import could_prove, numbers, of_number, place_said, standing
from storage import UnitOfWork

Tool = Callable[[ToolContext, Intent], Found]

#: Tools that may go on once the message answers what they asked.
RESUMED: Mapping[str, Tool] = {
    "cancel_order": cancel_order,
    "change_shipping_address": change_shipping_address,
    "return_items": return_items,
    "exchange_items": exchange_items,
    "track_order": track_order,
    "get_order": get_order,
    "refund_status": refund_status,
    "get_invoice": get_invoice,
    "update_account": update_account,
    "stock_alert": stock_alert,
}

_CODE = re.compile(rf"(?<!\d)\d{{{CODE_DIGITS}}}(?!\d)")
#: A message that is longer is no plain answer.
LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Settled:
    """The intent that the answered question belongs to, and what came of the answer."""

    intent: Intent
    found: Found


def settle(context: ToolContext) -> Settled | None:
    """What the message answers; None where it is a message like any other."""
    last, text = context.last, context.turn.text.strip()
    if not last or context.turn.draft or len(text) > LONGEST_ANSWER:
        return None
    for answered in (_confirmation, _whether_done, _offered, _resumed, _callback):
        settled = answered(context, last)
        if settled is not None:
            return settled
    return None


# A yes, a no, a code --------------------------------------------------------------------------------


def _confirmation(context: ToolContext, last: Mapping[str, Any]) -> Settled | None:
    asked = last.get("confirmation")
    said = plain_answer(context.turn.text.strip(), context.language) if asked else None
    if not asked or said is None:
        return None
    turn, services = context.turn, context.services
    asker, now = Asker(turn.owner, turn.customer_id), services.clock()

    def answered(work: UnitOfWork) -> Answered:
        return answer(work, now, asker, asked["id"], said, services.order_policy)

    def write(work: UnitOfWork) -> None:
        answered(work)

    intent = _intent(last)
    try:
        with services.database.rehearse() as work:
            done = answered(work)
    except UnknownConfirmation:
        over = service_evidence.confirmation_over("gone")
        return Settled(intent, Found(call("confirm", {"confirmation_id": asked["id"]}, ok=False), over))
    context.later(write)
    return Settled(intent, answered_found(done))


def _whether_done(context: ToolContext, last: Mapping[str, Any]) -> Settled | None:
    """ "Did that work?" after something was done: the records as they are now."""
    asked = next(iter(last.get("tool_calls", ())), None)
    if asked is None or asked["name"] != "confirm" or not asked["ok"]:
        return None
    if lexicon(context.language).phrases["whether_done"].fullmatch(_plain(context.turn.text)) is None:
        return None
    order = (last.get("order") or {}).get("id")
    intent = replace(_intent(last), entities={"order_id": order} if order else {})
    return Settled(intent, (get_order if order else get_account)(context, intent))


def plain_answer(text: str, language: str) -> Answer | None:
    """A yes or a no that is the whole message, or the code; None for whatever else."""
    words = lexicon(language)
    plain = _plain(text)
    for name, accept in (("plain_yes", True), ("plain_no", False)):
        match = words.phrases[name].fullmatch(plain)
        if match is not None:
            return Answer(accept)
    code = _CODE.search(text)
    return Answer(True, code[0]) if code is not None else None


def _offered(context: ToolContext, last: Mapping[str, Any]) -> Settled | None:
    """A yes where a person was offered, since no policy said it or a rule forbids it: the matter is passed
    on."""
    asked = next(iter(last.get("tool_calls", ())), None)
    if asked is None or asked["ok"]:
        return None
    if asked["name"] != "search_policies" and not asked["arguments"].get("person_offered"):
        return None
    said = plain_answer(context.turn.text.strip(), context.language)
    if said is None or said.code or not said.accept:
        return None
    intent = Intent("contact_human_agent", language=context.language)
    matter = f"{_intent(last).name.replace('_', ' ')} {asked['arguments'].get('order_id', '')}".strip()
    wish = str(asked["arguments"].get("query", matter))
    return Settled(intent, transfer_to_human_agents(context, intent, wish))


# The rest of what a tool needs ----------------------------------------------------------------------


def _resumed(context: ToolContext, last: Mapping[str, Any]) -> Settled | None:
    """The tool that asked, with what the message says."""
    asked = next(iter(last.get("tool_calls", ())), None)
    if asked is None or asked["ok"]:
        return None
    known, intent = asked["arguments"], _intent(last)
    if asked["name"] == "verify_order":
        return _proved(context, intent, known)
    tool = RESUMED.get(asked["name"])
    picked = _picked(context, last)
    if tool is None or not (picked or _answers(context, asked["name"], known)):
        return None
    named = picked or (known.get("order_id") if not numbers(context, Intent("other")) else None)
    entities = {**intent.entities, **({"order_id": named} if named else {})}
    resumed = Intent(intent.name, intent.confidence, intent.language, entities=entities)
    return Settled(resumed, tool(context, resumed))


def _picked(context: ToolContext, last: Mapping[str, Any]) -> str | None:
    """Of the orders to choose from, the newest first, the one that words point at: "the last one"."""
    choices = [str(each) for each in (last.get("question") or {}).get("choices", ())]
    orders = standing(context).orders
    if not choices or any(of_number(orders, each) is None for each in choices):
        return None
    words = lexicon(context.language)
    plain = _plain(context.turn.text)
    if words.phrases["newest_order"].fullmatch(plain):
        return choices[0]
    place = place_said(context, choices)
    return choices[place] if place is not None else None


def _proved(context: ToolContext, intent: Intent, known: Mapping[str, Any]) -> Settled | None:
    """The e-mail address or postcode that was asked for; then what the guest came for."""
    number = known.get("order_id") or next(iter(numbers(context, intent)), None)
    if number is None or not could_prove(context.turn.text):
        return None
    shown = show_verified(context, number, context.turn.text)
    tool = RESUMED.get(str(known.get("for", "")))
    if shown.order is None or tool is None:
        return Settled(intent, shown)
    resumed = Intent(intent.name, intent.confidence, intent.language, entities={"order_id": shown.order.id})
    return Settled(resumed, tool(context, resumed))


def _answers(context: ToolContext, tool: str, known: Mapping[str, Any]) -> bool:
    """Whether the message holds what that tool had to ask for, and little else."""
    text = context.turn.text
    if tool in ("update_account", "stock_alert"):
        return any(found is not None for found in (EMAIL.search(text), PHONE.search(text))) or (
            parse_address(text, None) is not None
        )
    if tool == "change_shipping_address" and parse_address(text, None) is not None:
        return True
    orders = standing(context).orders
    if any(of_number(orders, each) is not None for each in numbers(context, Intent("other"))):
        return True
    order = of_number(orders, str(known.get("order_id", "")))
    if order is None or tool not in ("return_items", "exchange_items"):
        return False
    return tool == "exchange_items" or bool(meant_lines(context, order))


# Being called back ----------------------------------------------------------------------------------


def _callback(context: ToolContext, last: Mapping[str, Any]) -> Settled | None:
    """A telephone number or an e-mail address, where nobody was at the desk."""
    asked = next(iter(last.get("tool_calls", ())), None)
    if asked is None or not asked["arguments"].get("callback"):
        return None
    contact = EMAIL.search(context.turn.text) or PHONE.search(context.turn.text)
    if contact is None:
        return None
    told, now = contact[0].strip(), context.services.clock()
    conversation_id = context.turn.conversation_id
    context.later(lambda work: Handoffs(work, now).call_back(conversation_id, told))
    found = Found(call("request_callback", {}), service_evidence.callback_taken(told))
    return Settled(_intent(last), found)


def _plain(text: str) -> str:
    """Lower case, without the marks between words."""
    return re.sub(r"[\s,.!?。，！？]+", " ", text.lower()).strip()


def _intent(last: Mapping[str, Any]) -> Intent:
    said = last.get("intent", {})
    return Intent(
        said.get("name", "other"),
        said.get("confidence", 1.0),
        said.get("language", "en"),
        entities=said.get("entities", {}),
    )
