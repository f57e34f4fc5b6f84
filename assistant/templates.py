"""What can always be said of a turn: the template of its situation, one sentence a line."""

from dataclasses import dataclass
from typing import Literal

import prompts
from assistant.claims.wordlists import phrase
from assistant.values import Evidence

Source = Literal["model", "repaired", "template"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checked sentence and who wrote it."""

    text: str
    source: Source


def template_sentences(evidence: Evidence, language: str = "en") -> list[Sentence]:
    """What the template of the situation says, one sentence a line, and what is missing."""
    said = template_lines(f"say_{evidence.situation}", language, **evidence.values)
    return [*said, *missing_sentences(evidence, language)]


def missing_sentences(evidence: Evidence, language: str = "en") -> list[Sentence]:
    """What was asked for and the shop has nothing for, a sentence each."""
    return [said for each in evidence.missing for said in template_lines("add_missing", language, slot=each)]


def template_lines(name: str, language: str = "en", **values: object) -> list[Sentence]:
    """The sentences of a prompt file, one a line."""
    text = prompts.render(name, language, **values)
    return [Sentence(line.strip(), "template") for line in text.splitlines() if line.strip()]


def is_of_fit(text: str) -> bool:
    """Whether it tells what fits together, or that no record knows."""
    return any(phrase(name).search(text.lower()) for name in ("fit_unknown", "fits"))
