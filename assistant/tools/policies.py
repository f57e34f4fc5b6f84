"""The tool about the shop's policies: it quotes, and never rules.

A message often says what it is about and no more ("need help with ur payment modalities"): the plain question
of the matter that was understood is asked with it. Words that are near on their own win: they ask for
something in particular.
"""

from assistant import evidence
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.tools.context import Found, ToolContext, call
from assistant.values import Citation
from retrieval.values import Passage, PolicySearch

PASSAGES = 2
#: A passage this near is what the message's own words ask for, whatever it was read as. Set on 120 questions
#: (`evals/cases/chat_rules_read.jsonl`), over the demo shop's pages with MiniLM.
ASKED_FOR = 0.5
#: A matter that was read less surely than this is not asked about in other words.
SURE = 0.4


def search_policies(context: ToolContext, intent: Intent) -> Found:
    """Finds the passage that answers. Where no policy says it, says so."""
    question = context.turn.text
    passages = find_passages(context.services.policies, question, intent, context.language)
    if not passages:
        return Found(
            call("search_policies", {"query": question}, ok=False),
            evidence.policy_unknown(_topic(context, intent)),
        )
    citations = tuple(Citation(each.source, each.title, each.quote, each.url) for each in passages)
    return Found(
        call("search_policies", {"query": question}),
        evidence.policy(citations, question),
        citations=citations,
    )


def further_policy(context: ToolContext, intent: Intent) -> Found | None:
    """After an answer from the policies, what else they say: "and what about opened boxes?" names no matter
    of its own. None where that was not what was talked about, or they do not say it."""
    before = next(iter((context.last or {}).get("tool_calls", ())), None)
    if before is None or before["name"] != "search_policies":
        return None
    if not context.services.policies.passages(context.turn.text, limit=1):
        return None
    return search_policies(context, intent)


def is_answered(context: ToolContext) -> bool:
    """Whether a policy says what the message's own words ask for."""
    found = context.services.policies.passages(context.turn.text, limit=1)
    return bool(found) and found[0].score >= ASKED_FOR


def find_passages(
    policies: PolicySearch, question: str, intent: Intent, language: str = "en"
) -> tuple[Passage, ...]:
    """What the question's own words find, helped by what the intent is about."""
    plainly = lexicon(language).texts["policy_questions"].get(intent.name, "")
    return policies.passages(question, limit=PASSAGES, matter=plainly if intent.confidence >= SURE else "")


def _topic(context: ToolContext, intent: Intent) -> str:
    """What the question is about, as people say it."""
    named = lexicon(context.language).texts["policy_topics"].get(intent.name)
    return named or intent.name.replace("_", " ")
