"""After a tool's answer: another tool, or the answer to the shopper, by models that may (`MAX_ROUNDS`).

What the model reads is what the chat template makes of a Hermes conversation: the shopper's message with the
names of the tools that are offered, the call as `<tool_call>`, what came back as `<tool_response>`. It
writes the next call in the same form, or the one word `answer`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import prompts
from assistant.llm import Message, ModelNonsense
from shop.serialise import Json

MOST_OFFERED = 4
ANSWER = "answer"
#: Characters of a message and of a tool's answer that the model is given.
LONGEST_TEXT, LONGEST_BACK = 300, 300
_CALL = re.compile(r"<tool_call>\s*(\{.*\})\s*</tool_call>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool that was called, and what it answered, in few words."""

    name: str
    arguments: Mapping[str, Json]
    back: str = ""

    def written(self) -> str:
        """As the chat template renders a call."""
        call = {"name": self.name, "arguments": dict(self.arguments)}
        return f"<tool_call>\n{json.dumps(call, ensure_ascii=False)}\n</tool_call>"


def decide_messages(text: str, offered: Sequence[str], used: Sequence[ToolUse]) -> list[Message]:
    """What the model is asked; `offered` are names of tools, `used` the calls of this turn."""
    asked = f"{' '.join(text.split())[:LONGEST_TEXT]}\ntools: {', '.join(offered[:MOST_OFFERED])}"
    messages = [Message("system", prompts.render("decide")), Message("user", asked)]
    for each in used:
        messages.append(Message("assistant", each.written()))
        messages.append(Message("user", f"<tool_response>\n{each.back[:LONGEST_BACK]}\n</tool_response>"))
    return messages


def parse_decision(text: str, offered: Sequence[str]) -> ToolUse | None:
    """The next call; None where the shopper is to be answered. Raises `ModelNonsense` for anything else."""
    if text.strip().strip(".").lower() == ANSWER:
        return None
    found = _CALL.search(text)
    try:
        call = json.loads(found[1]) if found else None
    except ValueError as error:
        raise ModelNonsense(f"no call: {text[:80]!r}") from error
    if not isinstance(call, dict) or call.get("name") not in offered[:MOST_OFFERED]:
        raise ModelNonsense(f"neither a call nor an answer: {text[:80]!r}")
    arguments = call.get("arguments", {})
    if not isinstance(arguments, dict):
        raise ModelNonsense(f"no arguments: {text[:80]!r}")
    return ToolUse(str(call["name"]), arguments)
