"""`python -m evals policies`: whether a question about the shop's rules is answered by the right section.

Messages are Bitext's, with the intent that its annotators gave; pages are the demo shop's, and the sections
that answer an intent were chosen by hand, where any does. `message` looks for the message's own words alone;
`pairwell` does what the assistant does (`assistant.tools.policies`). A wrong section is worse than none.
"""

import json
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.intent import Intent
from assistant.tools.policies import find_passages
from evals.charts import bars
from evals.results import Row, interval, write
from retrieval.embedding import MiniLmEmbedder
from retrieval.locale import load_locale
from retrieval.policies import PolicyIndex, split
from retrieval.values import Passage, PolicySearch
from shop.policies import Policies
from shop.values import Policy
from storage import Database

PAGES = Path("demo/policies")
SECTIONS = Path(__file__).parent / "policy_sections.toml"
OUTCOMES = ("right", "wrong", "silent")


@dataclass(frozen=True, slots=True)
class Asked:
    """A message and the intent that it has."""

    text: str
    intent: str


def measure(messages: Path, out: Path, seed: int, n: int) -> None:
    """Prints and writes the share of messages answered rightly, wrongly and not at all."""
    sections: Mapping[str, Sequence[str]] = tomllib.loads(SECTIONS.read_text(encoding="utf-8"))
    asked = _drawn(messages, tuple(sections), seed, n)
    with tempfile.TemporaryDirectory() as folder:
        pages = [
            Policy(each.stem, each.stem, each.read_text(encoding="utf-8")) for each in PAGES.glob("*.md")
        ]
        database = Database(f"sqlite:///{folder}/shop.db")
        database.upgrade()
        with database.begin() as work:
            Policies(work).put(pages)
        index = PolicyIndex(database, Path(folder) / "index", MiniLmEmbedder())
        headings = {
            (page.id, each.quote): each.heading for page in pages for each in split(page, load_locale("en"))
        }
        rows = []
        for system in ("message", "pairwell"):
            outcomes = [
                _outcome(_found(system, index, each), headings, sections[each.intent]) for each in asked
            ]
            rows += [
                interval(system, name, [outcome == name for outcome in outcomes], _mean, seed)
                for name in OUTCOMES
            ]
        index.close()
        database.dispose()
    _print(rows)
    write(out, "policies", seed, [messages, SECTIONS], rows)
    bars(out / "policies.png", rows, ("right", "wrong", "silent"), "questions about the rules")


def _drawn(messages: Path, intents: Sequence[str], seed: int, n: int) -> list[Asked]:
    """`n` messages of each intent, or all there are."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for line in messages.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_intent[row["intent"]].append(row["utterance"])
    draw = Random(seed)  # noqa: S311 - a sample
    return [
        Asked(text, intent)
        for intent in intents
        for text in draw.sample(by_intent[intent], min(n, len(by_intent[intent])))
    ]


def _found(system: str, index: PolicySearch, asked: Asked) -> tuple[Passage, ...]:
    if system == "message":
        return index.passages(asked.text)
    return find_passages(index, asked.text, Intent(asked.intent))  # type: ignore[arg-type]


def _outcome(found: Sequence[Passage], headings: Mapping[tuple[str, str], str], right: Sequence[str]) -> str:
    if not found:
        return "silent"
    return "right" if headings[found[0].source, found[0].quote] in right else "wrong"


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _print(rows: Sequence[Row]) -> None:
    table = Table("system", *OUTCOMES, "n")
    for system in dict.fromkeys(row.system for row in rows):
        mine = [row for row in rows if row.system == system]
        told = [f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}]" for row in mine]
        table.add_row(system, *told, str(mine[0].n))
    Console().print(table)
