"""Replies that a person of the support desk may send: from the conversation and what the records say."""

import re
from collections.abc import Sequence

import prompts
from assistant.claims.known import known
from assistant.claims.wordlists import phrase
from assistant.grounding import check, subjects_named
from assistant.handing_over import Said, conversation_lines, figures
from assistant.llm import Message
from assistant.sentences import sentences
from assistant.service_claims import service_violations
from assistant.telling import LINES
from assistant.values import Evidence

#: Messages that are given.
LAST = 3
_QUOTED = re.compile(r'"([^"]+)"')


def reply_messages(said: Sequence[Said], name: str | None, evidence: Evidence | None) -> list[Message]:
    """What the model is asked; `name` is the customer's, `evidence` None where no record answers."""
    lines = conversation_lines(said[-LAST:])
    if name:
        lines.append(f"name: {name}")
    told = LINES[evidence.situation](evidence) if evidence and evidence.situation in LINES else None
    lines += [f"{evidence.situation.replace('_', ' ')}:", *told] if evidence and told else ["no facts"]
    return [Message("system", prompts.render("reply")), Message("user", "\n".join(lines))]


def is_of_evidence(text: str, given: str, evidence: Evidence | None) -> bool:
    """Whether a reply claims nothing beyond its evidence; `given` is what the model was given.

    Figures must have been given; a quotation must stand in the evidence to the letter; states and days of
    orders are those of their records; a sentence that names a product is held against its record. Where no
    record answers, nothing may be promised.
    """
    if not figures(text) <= figures(given):
        return False
    if any(quoted not in given for quoted in _QUOTED.findall(text)):
        return False
    if evidence is None:
        return not any(phrase(each).search(text.lower()) for each in ("promise", "discount", "free"))
    if evidence.situation in ("policy", "policy_unknown"):
        return _is_quoting(text)
    held = known(evidence)
    if held.products:
        return not any(check(each, held) for each in sentences([text]) if subjects_named(each, held))
    return not service_violations(text, evidence, any_words=True)


def _is_quoting(text: str) -> bool:
    """Whether what is said of a rule is in quotation marks: the rest claims nothing of it."""
    rest = _QUOTED.sub("", text)
    rules = ("promise", "discount", "free", "dates")
    return bool(_QUOTED.search(text)) and not any(phrase(each).search(rest.lower()) for each in rules)
