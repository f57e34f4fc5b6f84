"""Runs the kills over both stores, then the faults; prints and writes the table."""

import json
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median

import matplotlib as mpl
from rich.console import Console
from rich.table import Table

from evals import postgres as pg
from evals.crash.clients import Browser, Cart, Chat, Client, Editor, Import, Toll, together
from evals.crash.faults import Fault, faults
from evals.crash.forking import Nursery, nursery
from evals.crash.indexed import check_index
from evals.crash.serving import Place, Serving
from evals.results import Row, write
from storage import Database

#: A kill comes after so many answers of the round, whatever the machine's speed, and a moment more, in
#: which an import runs.
ANSWERS = (6, 18)
MOST_WAIT_S = 60.0
MOMENT_S = 0.5
#: Kills of one shop; then all is looked at, the index too, and a new shop begins.
SHOP_KILLS = 20
#: Every so many starts one is `python app.py serve` from nothing; the others are forked (`forking`).
COLD_EVERY = 20
console = Console()


def measure(out: Path, seed: int, kills: int, stores: tuple[str, ...], *, with_faults: bool) -> None:
    """What is done of a run that was broken off (`OUT/progress.jsonl`) is not done again."""
    rows: list[Row] = []
    tolls: dict[str, Toll] = {}
    progress = Progress(out / "progress.jsonl", seed, kills)
    with nursery() as forking:
        for store in stores:
            if store == "postgresql" and pg.missing() is not None:
                console.print(f"[yellow]{store} left out: {pg.missing()}[/yellow]")
                continue
            tolls[store] = _run(store, kills, seed, forking, progress)
            rows += _rows(store, kills, tolls[store])
            _print(rows)
            write(out, "crash", seed, [], rows)
        if with_faults:
            for fault in faults(forking, progress.encoders):
                rows += _fault_rows(fault)
                console.print(f"{fault.name}: {fault.answered} of {fault.asked} answered")
    _print(rows)
    for store, toll in tolls.items():
        for what in (*toll.lost, *toll.doubled, *toll.odd)[:20]:
            console.print(f"{store}: {what}", markup=False)
    write(out, "crash", seed, [], rows)
    _chart(out / "crash.png", rows, tuple(tolls))
    progress.done()


class Progress:
    """The tolls of the shops that were finished, on disk."""

    def __init__(self, path: Path, seed: int, kills: int) -> None:
        self._path = path
        #: The embedding model as it was converted for this machine.
        self.encoders = path.with_name("encoders")
        self._run = [seed, kills]
        path.parent.mkdir(parents=True, exist_ok=True)

    def find(self, store: str, shop: int) -> Toll | None:
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        wanted = [*self._run, store, shop]
        return next(
            (Toll(**found["toll"]) for found in map(json.loads, lines) if found["of"] == wanted), None
        )

    def keep(self, store: str, shop: int, toll: Toll) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps({"of": [*self._run, store, shop], "toll": asdict(toll)}) + "\n")

    def done(self) -> None:
        self._path.unlink(missing_ok=True)
        shutil.rmtree(self.encoders, ignore_errors=True)


def _run(store: str, kills: int, seed: int, forking: Nursery, progress: Progress) -> Toll:
    """Shop after shop until there were enough kills."""
    toll = Toll()
    with ExitStack() as held:
        new_place: Callable[[int], AbstractContextManager[Place]] | None = None
        for shop in range(-(-kills // SHOP_KILLS)):
            found = progress.find(store, shop)
            if found is None:
                new_place = new_place or held.enter_context(_places(store, progress.encoders))
                count = min(SHOP_KILLS, kills - shop * SHOP_KILLS)
                with new_place(shop) as place:
                    found = _shop(place, count, random.Random(f"{seed} {store} {shop}"), forking)  # noqa: S311 - when to kill, no secret
                progress.keep(store, shop, found)
            toll += found
            console.print(
                f"{store}: {len(toll.rounds_s)} kills, {toll.acknowledged} acknowledged: "
                f"lost {len(toll.lost)}, doubled {len(toll.doubled)}, odd {len(toll.odd)}; "
                f"{median(toll.rounds_s):.1f} s a round"
            )
    return toll


@contextmanager
def _places(store: str, encoders: Path) -> Iterator[Callable[[int], AbstractContextManager[Place]]]:
    """Makes shops, each with a folder and a database of its own; they share what was made of the models."""
    with tempfile.TemporaryDirectory(prefix="pairwell-crash-") as name, ExitStack() as held:
        # As a shop would run it: what is committed is on the disk.
        server = held.enter_context(pg.postgres(options=())) if store == "postgresql" else None

        @contextmanager
        def made(number: int) -> Iterator[Place]:
            folder = Path(name) / str(number)
            folder.mkdir()
            encoders.mkdir(exist_ok=True)
            (folder / "encoders").symlink_to(encoders.resolve())
            yield Place(
                folder, server.create(folder.name) if server else f"sqlite:///{folder / 'pairwell.db'}"
            )
            shutil.rmtree(folder)

        yield made


def _shop(place: Place, kills: int, chance: random.Random, forking: Nursery) -> Toll:
    toll, database = Toll(), Database(place.database)
    database.upgrade()
    importing = Import(place, toll, forking)
    importing.first()
    chats = [Chat("chat", toll), Chat("chatter", toll)]
    clients: list[Client] = [*chats, Cart("cart", toll), Editor("editor", toll), Browser("browser", toll)]
    serving = _started(place, forking)
    try:
        for client in clients:
            client.open(serving.url)
        for kill in range(1, kills + 1):
            began = time.monotonic()
            _kill_in_the_middle(serving, clients, importing, chance, toll)
            serving = _started(place, None if kill % COLD_EVERY == 0 else forking)
            for client in clients:
                client.settle(serving.url)
            for chat in chats:
                chat.thumbs(database)
            importing.check(database)
            toll.rounds_s.append(time.monotonic() - began)
        check_index(serving, place, database, toll)
    finally:
        serving.kill()
        importing.kill()
        database.dispose()
    return toll


def _started(place: Place, forking: Nursery | None) -> Serving:
    serving = Serving(place, nursery=forking)
    serving.wait()
    return serving


def _kill_in_the_middle(
    serving: Serving, clients: list[Client], importing: Import, chance: random.Random, toll: Toll
) -> None:
    stop, before = threading.Event(), toll.acknowledged
    threads = together([lambda client=client: client.begin(serving.url, stop) for client in clients])  # type: ignore[misc]  # mypy does not infer a lambda's default
    enough, latest = before + chance.randint(*ANSWERS), time.monotonic() + MOST_WAIT_S
    while toll.acknowledged < enough and time.monotonic() < latest:
        time.sleep(0.002)
    importing.begin()
    time.sleep(chance.uniform(0, MOMENT_S))
    toll.before_kills.append(toll.acknowledged - before)
    serving.kill()
    importing.kill()
    stop.set()
    for thread in threads:
        thread.join()


def _rows(store: str, kills: int, toll: Toll) -> list[Row]:
    # Counts of one run: nothing to draw an interval from.
    counts: dict[str, float] = {
        "kills": kills,
        "lost": len(toll.lost),
        "doubled": len(toll.doubled),
        "odd_answers": len(toll.odd),
        "acknowledged": toll.acknowledged,
        "acknowledged_in_a_round_min": min(toll.before_kills),
        "acknowledged_in_a_round_median": median(toll.before_kills),
        "retried": toll.retried,
        "round_median_s": median(toll.rounds_s),
    }
    return [Row(store, name, value, value, value, kills) for name, value in counts.items()]


def _fault_rows(fault: Fault) -> list[Row]:
    counts = {
        "asked": fault.asked,
        "answered": fault.answered,
        "told_to_come_back": fault.told_to_come_back,
        "wrong_answers": len(fault.wrong),
        "lost": len(fault.lost),
    }
    for what in (*fault.wrong[:5], *fault.lost[:5]):
        console.print(f"{fault.name}: {what}", markup=False)
    return [
        Row(f"fault_{fault.name}", name, value, value, value, fault.asked) for name, value in counts.items()
    ]


def _print(rows: list[Row]) -> None:
    table = Table("system", "metric", "value", "n")
    for row in rows:
        table.add_row(row.system, row.metric, f"{row.value:g}", str(row.n))
    console.print(table)


def _chart(path: Path, rows: list[Row], stores: tuple[str, ...]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3))
    metrics = ("kills", "acknowledged", "retried", "lost", "doubled")
    for place, store in enumerate(stores):
        values = [
            next(row.value for row in rows if (row.system, row.metric) == (store, name)) for name in metrics
        ]
        bars = axes.barh([at + place * 0.4 for at in range(len(metrics))], values, height=0.38, label=store)
        axes.bar_label(bars)
    axes.set_yticks([at + 0.2 for at in range(len(metrics))], metrics)
    axes.set_xscale("symlog")
    axes.invert_yaxis()
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
