"""The command: talks every case through with a server, judges it, and writes what it reached.

Without an address each shop of the cases gets a server of its own, one after the other. Every conversation
is kept when it is over; `resume` goes on with a run that was broken off.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals.charts import share_bars
from evals.chat.cases import BadCase, Case, read_cases
from evals.chat.client import Access, Unreachable, talk
from evals.chat.kept import Kept
from evals.chat.scoring import ScoredCase, rows, scored
from evals.chat.shops import DEMO, Shops
from evals.results import Row, write
from evals.server import ServerFailed

SHARES = ("case_success", "check_success", "false_claims_shown", "false_sentences_before", "template_turns")

SHOPS = Shops(Path("../shared/data"), Path("var/evals/chat"))


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is asked for. `catalogue`: only the cases of that shop; `system`: the row's name;
    `shops`: starts the servers where `access` is None."""

    files: Sequence[Path]
    access: Access | None
    out: Path
    seed: int
    system: str
    catalogue: str | None = None
    shops: Shops = SHOPS
    resume: bool = False


def run_command(run: Run) -> None:
    """`measure`, with errors as one line and the exit status 2."""
    try:
        measure(run)
    except (BadCase, ServerFailed, Unreachable, ValueError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(2) from error


def measure(run: Run) -> list[Row]:
    """Runs, prints and writes. Raises `BadCase` and `Unreachable`."""
    cases = chosen([case for path in run.files for case in read_cases(path)], run)
    kept = Kept(run.out / f"unfinished_{run.system}.jsonl", resume=run.resume)
    results = list(_judged(run, cases, kept))
    figures = [*rows(run.system, results, run.seed), *_by_shop(run, results)]
    _show(figures)
    others = _others(run.out, run.system)
    write(run.out, "chat", run.seed, run.files, [*others, *figures])
    _write_turns(run.out / f"turns_{run.system}.jsonl", results)
    whole = [row for row in (*others, *figures) if row.domain is None]
    share_bars(run.out / "chat.png", whole, SHARES, "share")
    kept.finish()
    failed = Counter(check.name.split()[0] for each in results for check in each.checks if not check.held)
    Console().print(
        f"{run.out}: results.json, turns_{run.system}.jsonl, chat.png; failed checks: {dict(failed)}"
    )
    return figures


def _judged(run: Run, cases: Sequence[Case], kept: Kept) -> Iterator[ScoredCase]:
    """The cases shop by shop, judged; a server is started only where a conversation is still to be held."""
    for shop, group in _groups(run, cases).items():
        open_cases = [case for case in group if kept.of(case) is None]
        if open_cases:
            with _server(run, shop) as access:
                for case in track(open_cases, f"{run.system} {shop}"):
                    kept.put(case, talk(access, case))
        for case in group:
            yield scored(case, kept.of(case) or [])


def _groups(run: Run, cases: Sequence[Case]) -> dict[str, list[Case]]:
    """By shop, each in its order; one group where one server is given."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault("" if run.access else case.catalogue or DEMO, []).append(case)
    return groups


def _server(run: Run, shop: str) -> AbstractContextManager[Access]:
    return nullcontext(run.access) if run.access else run.shops.serving(shop)


def _by_shop(run: Run, results: Sequence[ScoredCase]) -> Iterator[Row]:
    """The shares of each shop, where there are several: `domain` names it."""
    shops = list(dict.fromkeys(each.case.catalogue or DEMO for each in results))
    for shop in shops if len(shops) > 1 else []:
        mine = [each for each in results if (each.case.catalogue or DEMO) == shop]
        for row in rows(run.system, mine, run.seed):
            if row.metric in SHARES:
                yield replace(row, domain=shop)


def chosen(cases: Sequence[Case], run: Run) -> list[Case]:
    """Those of the shop that is served; those of a customer only where a token can be signed."""
    here = [case for case in cases if run.catalogue is None or case.catalogue in (None, run.catalogue)]
    signs = run.access is not None and run.access.secret
    able = [case for case in here if case.customer is None or signs]
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
    table = Table("system", "shop", "metric", "value", "95 % interval", "n")
    for row in figures:
        digits = 0 if row.metric.endswith("_ms") else 3
        between = f"{row.low:.{digits}f} to {row.high:.{digits}f}"
        table.add_row(
            row.system, row.domain or "", row.metric, f"{row.value:.{digits}f}", between, str(row.n)
        )
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
                    "sources": dict(turn.sources),
                    "refused": turn.seen.refused,
                    "failed": [f"{check.name}: {check.seen}" for check in turn.checks if not check.held],
                    "false": [f"{claim.kind}: {claim.what}" for claim in turn.false],
                }
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
