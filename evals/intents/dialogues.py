"""Recorded dialogues between two people as cases: each turn of the client that the mapping reads.

`evals/cases/dialogue_intents.toml` is the mapping, with its reasons. What the other side asked last stands in
the history as the question put, and what the client disclosed last as the wish before: all that a text-only
recording has of what a shop would have shown. No licence is stated, so no text of theirs is written out.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evals.intents.cases import Case, Source

MAPPING = Path(__file__).parents[1] / "cases" / "dialogue_intents.toml"
CLIENT = "Client"
#: Labels of a turn that asks, and of one that tells a wish.
ASKS = frozenset({"elicit", "clarify", "o_question"})
TELLS = frozenset({"disclose"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Labels that a turn has, and the intents that they leave open."""

    goals: frozenset[str]
    any: frozenset[str]
    none: frozenset[str]
    intents: tuple[str, ...]

    def fits(self, goal: str, labels: frozenset[str]) -> bool:
        return goal in self.goals and bool(labels & self.any) and not labels & self.none


@cache
def rules() -> tuple[Rule, ...]:
    """The mapping, in order."""
    return tuple(
        Rule(
            frozenset(rule["goals"]), frozenset(rule["any"]), frozenset(rule["none"]), tuple(rule["intents"])
        )
        for rule in tomllib.loads(MAPPING.read_text(encoding="utf-8"))["rule"]
    )


def mapped(goal: str, labels: frozenset[str]) -> tuple[str, ...]:
    """The intents of a turn with these labels; empty where the mapping does not read it."""
    return next((rule.intents for rule in rules() if rule.fits(goal, labels)), ())


def dialogue_cases(row: Mapping[str, Any], source: "Source") -> "Sequence[Case]":
    """The client's turns of one dialogue that the mapping reads."""
    from evals.intents.cases import Case

    cases = []
    asked, told = "", ""
    for turn in row["utterances"]:
        text = str(turn["utterance"]).strip()
        labels = frozenset(label for label, _ in turn["intents"])
        if turn["participant"] != CLIENT:
            asked = text if labels & ASKS else ""
            continue
        intents = mapped(turn["goal"], labels) if text else ()
        if intents:
            right = [{"intent": intent} for intent in intents]
            cases.append(
                Case(
                    f"{row['id']}-{turn['utterance_id']}",
                    text,
                    right[0],
                    source.group,
                    _history(asked, told),
                    tuple(right[1:]),
                    quotable=False,
                )
            )
        told = text if labels & TELLS else told
    return cases


def _history(asked: str, told: str) -> tuple[Mapping[str, Any], ...]:
    """What was asked and wished for last, as a reply that shows nothing."""
    if not asked and not told:
        return ()
    reply: dict[str, Any] = {
        "intent": {"name": "find_product", "confidence": 1.0, "language": "en"},
        "tool_calls": [{"name": "search_products", "arguments": {"query": told}, "ok": True}],
    }
    if asked:
        reply["question"] = {"text": asked}
    turns: list[Mapping[str, Any]] = [{"role": "user", "content": told}] if told else []
    return (*turns, {"role": "assistant", "content": asked, "reply": reply})
