"""The command: talks every case through with a server, judges it, and writes what it reached."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals.charts import share_bars
from evals.chat.cases import BadCase, Case, read_cases
from evals.chat.client import Access, Unreachable, talk
from evals.chat.scoring import ScoredCase, rows, scored
from evals.results import Row, write

SHARES = ("case_success", "check_success", "false_claims_shown", "false_sentences_before", "template_turns")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is asked for. `catalogue`: only the cases of that shop; `system`: the row's name."""

    files: Sequence[Path]
    access: Access
    out: Path
    seed: int
    system: str
    catalogue: str | None = None


def run_command(run: Run) -> None:
    """`measure`, with errors as one line and the exit status 2."""
    try:
        measure(run)
    except (BadCase, Unreachable, ValueError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(2) from error


def measure(run: Run) -> list[Row]:
    """Runs, prints and writes. Raises `BadCase` and `Unreachable`."""
    cases = chosen([case for path in run.files for case in read_cases(path)], run)
    results = [scored(case, talk(run.access, case)) for case in track(cases, run.system)]
    figures = list(rows(run.system, results, run.seed))
    _show(figures)
    kept = _others(run.out, run.system)
    write(run.out, "chat", run.seed, run.files, [*kept, *figures])
    _write_turns(run.out / f"turns_{run.system}.jsonl", results)
    share_bars(run.out / "chat.png", [*kept, *figures], SHARES, "share")
    failed = Counter(check.name.split()[0] for each in results for check in each.checks if not check.held)
    Console().print(
        f"{run.out}: results.json, turns_{run.system}.jsonl, chat.png; failed checks: {dict(failed)}"
    )
    return figures


def chosen(cases: Sequence[Case], run: Run) -> list[Case]:
    """Those of the shop that is served; those of a customer only where a token can be signed."""
    here = [case for case in cases if run.catalogue is None or case.catalogue in (None, run.catalogue)]
    able = [case for case in here if case.customer is None or run.access.secret]
    if len(able) < len(here):
        Console().print(f"{len(here) - len(able)} cases need --customer-secret: left out")
    if not able:
        raise BadCase(f"no case is for the catalogue {run.catalogue!a}")
    return able


def _others(out: Path, system: str) -> list[Row]:
    """The rows of other systems that the same folder holds: a table is made run by run."""
    path = out / "results.json"
    if not path.is_file():
        return []
    return [Row(**row) for row in json.loads(path.read_text())["rows"] if row["system"] != system]


def _show(figures: Sequence[Row]) -> None:
    table = Table("system", "metric", "value", "95 % interval", "n")
    for row in figures:
        digits = 0 if row.metric.endswith("_ms") else 3
        between = f"{row.low:.{digits}f} to {row.high:.{digits}f}"
        table.add_row(row.system, row.metric, f"{row.value:.{digits}f}", between, str(row.n))
    Console().print(table)


def _write_turns(path: Path, results: Sequence[ScoredCase]) -> None:
    """Each turn with what failed in it: what the figures were made of."""
    with path.open("w", encoding="utf-8") as file:
        for each in results:
            for turn in each.turns:
                told = {
                    "case": each.case.id,
                    "say": turn.say,
                    "text": turn.seen.text,
                    "intent": (turn.seen.reply.get("intent") or {}).get("name"),
                    "failed": [f"{check.name}: {check.seen}" for check in turn.checks if not check.held],
                    "false": [f"{claim.kind}: {claim.what}" for claim in turn.false],
                }
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
