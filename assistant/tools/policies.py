"""The tool about the shop's policies: it quotes, and never rules."""

from assistant import evidence
from assistant.intent import Intent
from assistant.tools.context import Found, ToolContext, call
from assistant.values import Citation


def search_policies(context: ToolContext, intent: Intent) -> Found:
    """Finds the passage that answers. Where no policy says it, says so."""
    question = context.turn.text
    passages = context.services.policies.passages(question, limit=2)
    if not passages:
        return Found(
            call("search_policies", {"query": question}, ok=False),
            evidence.policy_unknown(_topic(intent)),
        )
    citations = tuple(Citation(each.source, each.title, each.quote, each.url) for each in passages)
    return Found(
        call("search_policies", {"query": question}),
        evidence.policy(citations, question),
        citations=citations,
    )


def _topic(intent: Intent) -> str:
    """What the question is about, as it is read: "check_refund_policy" -> "refund policy"."""
    return intent.name.removeprefix("check_").removeprefix("get_").replace("_", " ")
