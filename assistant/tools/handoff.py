"""The tool that fetches a person."""

from assistant import evidence
from assistant.handoffs import Handoffs
from assistant.intent import Intent
from assistant.tools.context import Found, ToolContext, call
from assistant.values import Handoff
from storage import UnitOfWork

SUMMARY_LENGTH = 400


def transfer_to_human_agents(context: ToolContext, intent: Intent) -> Found:
    """Puts the conversation into the queue for a person, with a summary; the assistant goes on meanwhile."""
    turn, now = context.turn, context.services.clock()
    summary = _summary(context, intent)

    def write(work: UnitOfWork) -> Handoff:
        return Handoffs(work, now).request(turn.conversation_id, intent.name, summary)

    def store(work: UnitOfWork) -> None:
        write(work)

    with context.services.database.rehearse() as work:
        handoff = write(work)
    context.later(store)
    return Found(
        call("transfer_to_human_agents", {"summary": summary}), evidence.handoff(handoff), handoff=handoff
    )


def _summary(context: ToolContext, intent: Intent) -> str:
    """What a person needs to know at a glance: the wish, what was looked for, what was shown."""
    parts = [f"{intent.name.replace('_', ' ')}: {context.turn.text.strip()}"]
    if context.shown.query:
        parts.append(f"looked for: {context.shown.query}")
    titles = [bundle.title for bundle in context.shown.bundles[:2]]
    titles += [card.title for card in context.shown.products[:3]]
    if titles:
        parts.append(f"shown: {'; '.join(titles)}")
    return " | ".join(parts)[:SUMMARY_LENGTH]
