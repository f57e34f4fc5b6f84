"""What a conversation was about, for the person who takes it over: what the customer wants, what was tried.

The model sees the last messages, each cut short, and the tools that the assistant used; their names are put
into words by code.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import prompts
from assistant.conversations import Message as Stored
from assistant.llm import Message

#: Messages that are given, and the characters of one.
MOST_MESSAGES, LONGEST_MESSAGE = 6, 160
LONGEST_SUMMARY = 400

_WORD = re.compile(r"[^\W\d_]+")

Speaker = Literal["customer", "shop"]


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation."""

    by: Speaker
    text: str


def said_in(messages: Sequence[Stored]) -> list[Said]:
    """A stored conversation as it is summed up: the customer's words, and everybody's of the shop."""
    return [
        Said("customer" if each.role == "user" else "shop", each.content)
        for each in messages
        if each.role in ("user", "assistant", "agent") and each.content
    ]


def conversation_lines(said: Sequence[Said]) -> list[str]:
    return [f"{each.by}: {' '.join(each.text.split())[:LONGEST_MESSAGE]}" for each in said[-MOST_MESSAGES:]]


def summary_messages(said: Sequence[Said], tried: Sequence[str]) -> list[Message]:
    """What the model is asked; `tried` are names of tools."""
    tools = ", ".join(each.replace("_", " ") for each in tried) or "nothing"
    lines = [*conversation_lines(said), f"tried: {tools}"]
    return [Message("system", prompts.render("summary")), Message("user", "\n".join(lines))]


def is_of_conversation(sentence: str, said: Sequence[Said]) -> bool:
    """Whether a sentence about a conversation names only what was said in it: every figure and every word
    with a capital, but for the sentence's first."""
    talk = " ".join(each.text for each in said)
    words = set(_WORD.findall(talk.lower()))
    named = [each for each in _WORD.findall(sentence)[1:] if each[0].isupper()]
    return figures(sentence) <= figures(talk) and all(each.lower() in words for each in named)


def figures(text: str) -> set[str]:
    """Words with a digit, as they are written: numbers of orders, sums, days."""
    words = (re.sub(r"^\W*([#$€£]?\w)", r"\1", word).rstrip(".,;:!?)\"'") for word in text.split())
    return {word for word in words if any(sign.isdigit() for sign in word)}
