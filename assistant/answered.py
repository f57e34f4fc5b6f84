"""A customer's answer to what was described, as the reply to it: in a turn, or by a button without one."""

from datetime import datetime

from assistant.confirming import Answer, Answered, Asker, answer, view
from assistant.conversations import Conversations
from assistant.intent import Intent, IntentName
from assistant.templates import template_sentences
from assistant.tools.context import Found, call
from assistant.values import Reply, Sources, TextSources, Timings
from assistant.wire import intent_view, reply_json
from shop.ids import new_id
from shop.order_rules import OrderPolicy
from storage import UnitOfWork


def answered_found(done: Answered) -> Found:
    """An answer to a confirmation, as a tool's finding. A code that is wrong may be written again."""
    made = done.confirmation
    told = call("confirm", {"confirmation_id": made.id, "action": made.action}, ok=done.ok)
    why = done.evidence.values.get("why")
    again = why in ("wrong_code", "code_needed") and done.evidence.situation == "confirmation_over"
    return Found(told, done.evidence, order=done.order, confirmation=view(made) if again else None)


def confirm(
    work: UnitOfWork, now: datetime, asker: Asker, confirmation_id: str, said: Answer, policy: OrderPolicy
) -> Reply:
    """Does what was described, or leaves it, and stores the reply in its conversation: all in one unit.

    Raises `UnknownConfirmation`.
    """
    done = answer(work, now, asker, confirmation_id, said, policy)
    reply = _reply(done)
    Conversations(work, now).append(
        reply.conversation_id, "assistant", reply.content, message_id=reply.id, reply=reply_json(reply)
    )
    return reply


def _reply(done: Answered) -> Reply:
    made, found = done.confirmation, answered_found(done)
    name: IntentName = made.intent  # type: ignore[assignment] # stored from an `IntentName`
    said = template_sentences(found.evidence, made.language)
    return Reply(
        id=new_id("msg"),
        conversation_id=made.conversation_id,
        content=" ".join(each.text for each in said),
        intent=intent_view(Intent(name, language=made.language)),
        order=found.order,
        confirmation=found.confirmation,
        tool_calls=(found.call,),
        sources=Sources("rules", TextSources(template=len(said))),
        degraded=True,
        timings_ms=Timings(),
    )
