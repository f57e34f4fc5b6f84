"""What a model that was trained to tell is asked: one fixed instruction, and the evidence in few lines.

The lines hold only what a shopper must read and a few facts more, about 150 tokens: a small model says what
it is given. Training renders its data by this same code.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

import prompts
from assistant import telling_service, telling_shopping
from assistant.llm import Message
from assistant.values import Evidence, Violation

Tone = Literal["plain", "warm", "expert"]
TONES: tuple[Tone, ...] = get_args(Tone)

#: Of a situation's evidence, the lines that tell it; None where its template says it better.
Lines = Callable[[Evidence], Sequence[str] | None]
LINES: Mapping[str, Lines] = {**telling_shopping.LINES, **telling_service.LINES}


def telling_messages(evidence: Evidence, tone: Tone) -> list[Message] | None:
    """The request for the words of a turn; None where they are the template's."""
    lines = LINES.get(evidence.situation)
    told = lines(evidence) if lines is not None else None
    if told is None:
        return None
    first = f"{tone} {evidence.situation.replace('_', ' ')}"
    return [Message("system", prompts.render("tell")), Message("user", "\n".join([first, *told]))]


def mending_messages(
    asked: Sequence[Message], sentence: str, violations: Sequence[Violation]
) -> list[Message]:
    """The same request again, with what was wrong about the answer."""
    claims = [violation.claim for violation in violations]
    again = prompts.render("repair", claims=claims, facts=asked[-1].content)
    return [*asked, Message("assistant", sentence), Message("user", again)]
