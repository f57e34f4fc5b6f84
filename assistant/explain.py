"""Facts into words: a few sentences about what the tools found, each checked before it is yielded."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import prompts
from assistant.llm import ChatModel
from assistant.values import Evidence

Source = Literal["model", "repaired", "template"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checked sentence and who wrote it."""

    text: str
    source: Source


def explain(
    model: ChatModel | None, evidence: Evidence, *, language: str = "en", tone: str = "warm"
) -> Iterator[Sentence]:
    """Sentences about the evidence; without a model, the template's."""
    yield from template_sentences(evidence, language)


def template_sentences(evidence: Evidence, language: str = "en") -> list[Sentence]:
    """What the template of the situation says: one sentence a line."""
    text = prompts.render(f"say_{evidence.situation}", language, **evidence.values)
    return [Sentence(line.strip(), "template") for line in text.splitlines() if line.strip()]
