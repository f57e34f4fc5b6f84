"""Replies that a person of the support desk may send: from the conversation and what the records say."""

from collections.abc import Sequence

import prompts
from assistant.handing_over import Said, conversation_lines
from assistant.llm import Message
from assistant.telling import LINES
from assistant.values import Evidence

#: Messages that are given.
LAST = 3


def reply_messages(said: Sequence[Said], name: str | None, evidence: Evidence | None) -> list[Message]:
    """What the model is asked; `name` is the customer's, `evidence` None where no record answers."""
    lines = conversation_lines(said[-LAST:])
    if name:
        lines.append(f"name: {name}")
    told = LINES[evidence.situation](evidence) if evidence and evidence.situation in LINES else None
    lines += [f"{evidence.situation.replace('_', ' ')}:", *told] if evidence and told else ["no facts"]
    return [Message("system", prompts.render("reply")), Message("user", "\n".join(lines))]
