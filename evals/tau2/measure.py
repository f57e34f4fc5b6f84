"""`python -m evals tau2`: the replay of every task, and how many the assistant solves with a customer."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from rich.console import Console

from evals.charts import listed
from evals.patient import Patient
from evals.results import Row, interval, write
from evals.tau2 import domain
from evals.tau2 import solve as solving
from evals.tau2.domain import Json
from evals.tau2.replay import Shop
from storage import Database

if TYPE_CHECKING:
    from chat_models import Models
    from settings import LlmSettings

FILES = ("db.json", "tasks.jsonl", "expected.jsonl")
MOST_PROBLEMS = 5


class NoDomain(ValueError):
    """The folder does not hold the domain's files."""


def read_tasks(folder: Path) -> tuple[list[Json], dict[str, Json]]:
    """The tasks, and what each must change by its id. Raises `NoDomain`."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise NoDomain(f"{folder} has no {', '.join(missing)}: give --data the folder of the retail domain")
    tasks = _lines(folder / "tasks.jsonl")
    expected = {each["task_id"]: each for each in _lines(folder / "expected.jsonl")}
    unknown = [task["id"] for task in tasks if task["id"] not in expected]
    if unknown:
        raise NoDomain(f"expected.jsonl has nothing of the tasks {', '.join(unknown)}")
    return tasks, expected


def measure(folder: Path, out: Path, seed: int, *, solves: bool) -> None:
    """Replays all tasks, and with `solves` lets the assistant try them; prints and writes the rows."""
    tasks, expected = read_tasks(folder)
    console = Console()
    db = domain.read(folder)
    with tempfile.TemporaryDirectory() as temporary:
        rows = [_replay(Path(temporary) / "replay.db", db, tasks, expected, seed, console)]
        if solves:
            rows += _solved(Path(temporary), folder, tasks, expected, seed)
    listed(rows)
    write(out, "tau2", seed, [folder / name for name in FILES], rows)
    _chart(out / "tau2.png", rows)


def _replay(
    path: Path, db: Json, tasks: Sequence[Json], expected: dict[str, Json], seed: int, console: Console
) -> Row:
    database = Database(f"sqlite:///{path}")
    try:
        database.upgrade()
        shop = Shop(database, db)
        exact = []
        for task in tasks:
            problems = shop.replay(task).problems(expected[task["id"]])
            exact.append(not problems)
            for problem in problems[:MOST_PROBLEMS]:
                console.print(f"task {task['id']}: {problem}", style="red", highlight=False)
    finally:
        database.dispose()
    return interval("replay", "exact", exact, _mean, seed)


def _solved(
    temporary: Path, folder: Path, tasks: Sequence[Json], expected: dict[str, Json], seed: int
) -> Iterator[Row]:
    """The assistant without a model, and with the one that this installation serves, which reads and does not
    explain: the customer answers what is shown, not how it is put."""
    from chat_models import open_models
    from retrieval.embedding import MiniLmEmbedder
    from settings import Settings

    at = solving.open_domain(temporary, folder, MiniLmEmbedder())
    settings = Settings().llm
    models = open_models(settings)
    try:
        yield interval("silent", "solved", solving.silent(tasks, expected), _mean, seed)
        off = list(solving.solve(at, tasks, expected, None, understands=False))
        yield interval("model_off", "solved", off, _mean, seed)
        models.start()
        if models.reader is not None:
            reader = Patient(models.reader, explains=False)
            on = list(solving.solve(at, tasks, expected, reader, understands=models.understands))
            yield interval(_name(settings, models), "solved", on, _mean, seed)
    finally:
        models.stop()
        at.search.close()
        at.policies.close()


def _name(settings: "LlmSettings", models: "Models") -> str:
    """The model's: of its file, and whether it is tuned; of another server, what it calls it."""
    if settings.base_url:
        return settings.model
    from assistant.embedded import installed_model

    file = settings.embedded_model_path or installed_model()
    return f"{file.stem}, tuned" if models.understands else file.stem


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _chart(path: Path, rows: Sequence[Row]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 0.6 * len(rows) + 1.2))
    names = [f"{row.system}: {row.metric}" for row in rows]
    spread = [[row.value - row.low for row in rows], [row.high - row.value for row in rows]]
    axes.barh(names, [row.value for row in rows], xerr=spread)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of tasks")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
