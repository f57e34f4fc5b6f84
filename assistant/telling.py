"""What a model that was trained to tell is asked: one fixed instruction, and the evidence in few lines.

The lines hold only what a shopper must read and a few facts more, about 150 tokens: a small model says what
it is given. Training renders its data by this same code.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

import prompts
from assistant import telling_cart, telling_service, telling_shopping
from assistant.llm import ChatModel, Message
from assistant.values import Evidence

Tone = Literal["plain", "warm", "expert"]
TONES: tuple[Tone, ...] = get_args(Tone)

#: Of a situation's evidence, the lines that tell it; None where its template says it better.
Lines = Callable[[Evidence], Sequence[str] | None]
LINES: Mapping[str, Lines] = {
    **telling_shopping.LINES,
    **telling_cart.LINES,
    **telling_service.LINES,
}
#: Told in the source's own words, whatever the model learnt: a rule is quoted, with its page.
QUOTED = frozenset({"policy"})
#: What this is called in the training data and in an adapter's manifest.
TASK = "explain"


@dataclass(frozen=True, slots=True)
class Voice:
    """How a shop speaks: its tone, whether its model was trained to tell, and which model that is (None: the
    one that reads)."""

    tone: Tone = "warm"
    trained: bool = False
    model: ChatModel | None = None

    def asks(self, evidence: Evidence) -> list[Message] | None:
        """The request to a trained model; None where the words are the template's or of an untrained one."""
        if not self.trained or evidence.situation in QUOTED:
            return None
        return telling_messages(evidence, self.tone)


UNTRAINED = Voice()


def telling_digest() -> str:
    """SHA-256 over the chat template and the instruction: what an adapter that tells has learnt."""
    fixed = json.dumps([asdict(instruction())], ensure_ascii=False)
    return hashlib.sha256("\n".join([prompts.chat_template(), fixed]).encode()).hexdigest()


def instruction() -> Message:
    """What every request begins with."""
    return Message("system", prompts.render("tell"))


def telling_messages(evidence: Evidence, tone: Tone) -> list[Message] | None:
    """The request for the words of a turn; None where they are the template's."""
    lines = LINES.get(evidence.situation)
    told = lines(evidence) if lines is not None else None
    if told is None:
        return None
    first = f"{tone} {evidence.situation.replace('_', ' ')}"
    return [instruction(), Message("user", "\n".join([first, *told]))]
