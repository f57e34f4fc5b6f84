"""What a run leaves: the table, OUT/results.json, a chart, and the worst cases as they are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.understanding import brief
from evals.charts import share_bars
from evals.intents.histories import shown
from evals.intents.scoring import EXACT, Scored
from evals.results import Row

WORST = 20
SHARES = ("intent_accuracy", "intent_macro_f1", *EXACT.values())


@dataclass(frozen=True, slots=True)
class SetRow(Row):
    """A figure of one set of cases; `all` where several files are measured together."""

    set: str


def of_set(row: Row, name: str) -> SetRow:
    return SetRow(row.system, row.metric, row.value, row.low, row.high, row.n, name)


def show(rows: Sequence[SetRow]) -> None:
    table = Table("set", "system", "metric", "value", "95 % interval", "n")
    for row in rows:
        digits = 0 if row.metric.endswith("_ms") else 3
        table.add_row(
            row.set,
            row.system,
            row.metric,
            f"{row.value:.{digits}f}",
            f"{row.low:.{digits}f} to {row.high:.{digits}f}",
            str(row.n),
        )
    Console().print(table)


def chart(path: Path, rows: Sequence[SetRow]) -> None:
    """Shares that are right, by measure and system, of the newest set in the rows."""
    last = rows[-1].set
    kept = [row for row in rows if row.set == last and row.metric in SHARES and " - " not in row.system]
    metrics = [metric for metric in SHARES if any(row.metric == metric for row in kept)]
    share_bars(path, kept, metrics, "share that is right")


def write_worst(path: Path, title: str, system: str, results: Sequence[Scored]) -> None:
    """The worst answers, the surest of the wrong first, to the letter."""
    wrong = [each for each in results if each.errors]
    wrong.sort(key=lambda each: (-each.errors, -float(each.answer.intent["confidence"]), each.case.id))
    counts = f"{len(wrong)} of {len(results)} answers of `{system}` have an error"
    lines = [f"# The worst of {title}", "", f"{counts}; these have the most, the surest first."]
    for each in wrong[:WORST]:
        lines += ["", f"## {each.case.id}", "", *_told(each)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _told(each: Scored) -> list[str]:
    told = []
    if each.case.quotable:
        told.append(f"- message: {_code(each.case.text)}")
        told += [f"- history: {_code(line)}" for line in brief(shown(each.case)).splitlines()]
        told += [f"- written: {_code(each.answer.raw)}"] if each.answer.raw else []
    if each.answer.failed:
        told.append(f"- failed: {_code(each.answer.failed)}")
    for measure, verdict in each.verdicts.items():
        if verdict is False:
            expected = _json(each.case.expect.get(measure))
            told.append(
                f"- {measure}: {_code(expected)}, not {_code(_json(each.answer.intent.get(measure)))}"
            )
    return told


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _code(text: str) -> str:
    """A text as Markdown code, on one line."""
    plain = " ".join(text.split())
    fence = "``" if "`" in plain else "`"
    return f"{fence} {plain} {fence}" if "`" in plain else f"`{plain}`"
