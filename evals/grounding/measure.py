"""The measurement: how many false sentences each check catches, by kind, and how many true ones it stops."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.grounding import violations
from evals.grounding.baselines import SYSTEMS
from evals.grounding.cases import HALVES, Case, make_cases
from evals.grounding.shops import CATALOGUES, PUBLIC, demo_shop, public_shops
from evals.grounding.wordings import FILE, KINDS, Half, read_wordings
from evals.results import Row, interval, write

WORST = 20
ALL: Literal["all"] = "all"
Part = Half | Literal["all"]

#: Of each case and system: whether the true sentence was stopped, and the false one caught.
Verdicts = Mapping[str, Sequence[tuple[bool, bool]]]


@dataclass(frozen=True, slots=True)
class HalfRow(Row):
    """A figure over all wordings, or over one half of them."""

    half: Part


def of_name(name: str) -> Part:
    """Raises `ValueError` for a part of the wordings that there is not."""
    parts: tuple[Part, ...] = (ALL, *HALVES)
    for part in parts:
        if part == name:
            return part
    raise ValueError(f"not a part of the wordings: {name!r}; there are {', '.join(parts)}")


def measure(out: Path, seed: int, sentences: int, shown: Part, wordings: Path = FILE) -> None:
    """Prints and writes the rows; the worst cases of the half `shown`."""
    console = Console()
    shops = [demo_shop(), *public_shops()]
    for name in sorted(set(PUBLIC) - {shop.name for shop in shops}):
        console.print(f"{name}: not at {CATALOGUES}, left out")
    cases = make_cases(shops, read_wordings(wordings), sentences, seed)
    verdicts = {
        system: [(check(case.true, case), check(case.false, case)) for case in cases]
        for system, check in SYSTEMS.items()
    }
    rows = [row for half in (ALL, *HALVES) for row in rows_of(half, cases, verdicts, seed)]
    _print(console, rows)
    present = {shop.name for shop in shops}
    data = [wordings, *(CATALOGUES / f"{name}.jsonl" for name in PUBLIC if name in present)]
    write(out, "grounding", seed, data, rows)
    _chart(out / "grounding.png", rows)
    kept = [each for each in zip(cases, verdicts["pairwell"], strict=True) if _is_of(each[0], shown)]
    (out / "worst.md").write_text(worst(kept), encoding="utf-8")


def rows_of(half: Part, cases: Sequence[Case], verdicts: Verdicts, seed: int) -> Iterator[HalfRow]:
    """`recall_<kind>`, `recall`, `false_alarms`, and `told_apart`: the true one shown, the false one not."""
    for system, judged in verdicts.items():
        kept = [pair for pair in zip(cases, judged, strict=True) if _is_of(pair[0], half)]
        observed = {
            f"recall_{kind}": [caught for case, (_, caught) in kept if case.wording.kind == kind]
            for kind in KINDS
        }
        observed["recall"] = [caught for _, (_, caught) in kept]
        observed["false_alarms"] = [stopped for _, (stopped, _) in kept]
        observed["told_apart"] = [caught and not stopped for _, (stopped, caught) in kept]
        for metric, values in observed.items():
            if values:
                row = interval(system, metric, values, np.mean, seed)
                yield HalfRow(row.system, row.metric, row.value, row.low, row.high, row.n, half=half)


def worst(judged: Sequence[tuple[Case, tuple[bool, bool]]]) -> str:
    """Twenty sentences that were judged wrongly, what is false and was shown first, spread over the kinds."""
    missed = [(case, case.false, "false, not caught") for case, (_, caught) in judged if not caught]
    stopped = [(case, case.true, "true, stopped") for case, (stopped, _) in judged if stopped]
    counts = (
        f"{len(missed)} of {len(judged)} false sentences were not caught, {len(stopped)} true ones stopped."
    )
    lines = ["# The worst of grounding", "", f"{counts} At most {WORST} of them:"]
    for case, sentence, what in [*_spread(missed), *_spread(stopped)][:WORST]:
        lines += ["", f"## {what}: {case.wording.kind}, {case.shop}", "", f"- sentence: {sentence}"]
        lines.append(f"- wording: `{case.wording.text}`")
        claims = violations(sentence, case.evidence, case.about)
        lines += [f"- violation: {each.kind}, {each.claim!r}" for each in claims]
    return "\n".join(lines) + "\n"


def _spread(errors: Sequence[tuple[Case, str, str]]) -> list[tuple[Case, str, str]]:
    """The first of every kind, then the second of every kind, and so on."""
    counts: dict[str, int] = {}
    placed = []
    for error in errors:
        kind = error[0].wording.kind
        counts[kind] = counts.get(kind, 0) + 1
        placed.append((counts[kind], error))
    return [error for _, error in sorted(placed, key=lambda each: each[0])]


def _is_of(case: Case, half: Part) -> bool:
    return half in (ALL, case.wording.half)


def _print(console: Console, rows: Sequence[HalfRow]) -> None:
    table = Table("wordings", "system", "metric", "value", "95 % interval", "n")
    for row in rows:
        interval_text = f"{row.low:.3f} to {row.high:.3f}"
        table.add_row(row.half, row.system, row.metric, f"{row.value:.3f}", interval_text, str(row.n))
    console.print(table)


def _chart(path: Path, rows: Sequence[HalfRow]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    kept = {(row.system, row.metric): row for row in rows if row.half == ALL}
    metrics = [*(f"recall_{kind}" for kind in KINDS), "recall", "false_alarms", "told_apart"]
    systems = ("pairwell", "unknown_words", "unknown_numbers")
    figure, axes = plt.subplots(figsize=(8, 6))
    height = 0.8 / len(systems)
    for number, system in enumerate(systems):
        found = [
            (place, kept[system, metric]) for place, metric in enumerate(metrics) if (system, metric) in kept
        ]
        places = [place + number * height for place, _ in found]
        errors = [[row.value - row.low for _, row in found], [row.high - row.value for _, row in found]]
        axes.barh(places, [row.value for _, row in found], height * 0.9, xerr=errors, label=system)
    axes.set_yticks([place + 0.4 - height / 2 for place in range(len(metrics))], metrics)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share, with its 95 % interval; of false alarms, less is better")
    axes.legend(loc="lower right", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
