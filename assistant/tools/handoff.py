"""The tool that fetches a person, or takes a callback where none is at the desk."""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_datetime

from assistant import evidence, service_evidence
from assistant.conversations import Conversations, Message
from assistant.handing_over import said_in
from assistant.handoffs import Handoffs
from assistant.intent import Intent
from assistant.memory import tried_so_far
from assistant.tools.context import Found, ToolContext, call
from assistant.values import Handoff
from shop.hours import Hours, is_open, next_opening
from shop.serialise import Json
from storage import UnitOfWork

SUMMARY_LENGTH = 400


def transfer_to_human_agents(context: ToolContext, intent: Intent, wish: str = "") -> Found:
    """Puts the conversation into the queue for a person, with a summary; the assistant goes on meanwhile.

    Outside the desk's hours it says so, and asks where the customer wants to be reached. `wish` is what the
    person is wanted for, where this message does not say it.
    """
    turn, now = context.turn, context.services.clock()
    with context.services.database.read() as work:
        messages = Conversations(work, now).messages(turn.conversation_id)
        hours = Hours(work).get()
    tried = tried_so_far(messages)
    summary = _told(context, messages, tried) or _summary(context, wish or context.turn.text)

    def write(work: UnitOfWork) -> Handoff:
        return Handoffs(work, now).request(turn.conversation_id, intent.name, summary, tried)

    def store(work: UnitOfWork) -> None:
        write(work)

    with context.services.database.rehearse() as work:
        handoff = write(work)
    context.later(store)
    told: dict[str, Json] = {"summary": summary}
    if hours is None or is_open(hours, now):
        return Found(call("transfer_to_human_agents", told), evidence.handoff(handoff), handoff=handoff)
    closed = service_evidence.handoff_closed(_opening(next_opening(hours, now), context.language))
    return Found(call("transfer_to_human_agents", {**told, "callback": True}), closed, handoff=handoff)


def _opening(moment: datetime | None, language: str) -> str | None:
    """ "Monday at 09:00", in the desk's own time."""
    if moment is None:
        return None
    pattern = "EEEE HH:mm" if language == "zh" else "'on' EEEE 'at' HH:mm"
    return str(format_datetime(moment, pattern, locale=language))


def _told(context: ToolContext, messages: Sequence[Message], tried: Sequence[str]) -> str | None:
    """In two sentences: what the customer wants, in the model's words, and what was tried, by the records."""
    if context.language != "en" or context.turn.draft:
        return None
    wish = context.services.writer.summary(said_in(messages), tried)
    if wish is None:
        return None
    tools = ", ".join(each.replace("_", " ") for each in tried)
    return f"{wish} {f'Tried so far: {tools}.' if tools else 'Nothing was tried before.'}"


def _summary(context: ToolContext, wish: str) -> str:
    """What a person needs to know at a glance: the wish in the customer's words, what was looked for, what
    was shown."""
    parts = [f"“{wish.strip()}”"]
    if context.shown.query:
        parts.append(f"looked for: {context.shown.query}")
    titles = [bundle.title for bundle in context.shown.bundles[:2]]
    titles += [card.title for card in context.shown.products[:3]]
    if titles:
        parts.append(f"shown: {', '.join(dict.fromkeys(titles))}")
    return " · ".join(parts)[:SUMMARY_LENGTH]
