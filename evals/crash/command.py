"""Runs the kills over both stores, then the faults; prints and writes the table."""

import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import matplotlib as mpl
from rich.console import Console
from rich.table import Table

from evals import postgres as pg
from evals.crash.clients import PRODUCTS, Browser, Cart, Chat, Client, Editor, Import, Toll, together
from evals.crash.faults import Fault, faults
from evals.crash.serving import Place, Serving
from evals.results import Row, write
from storage import Database

#: A kill comes after so many answers at most, whatever the machine's speed, and a moment more.
MOST_ANSWERS = 24
MOST_WAIT_S = 30.0
MOMENT_S = 0.2
#: The index is looked at after every so many kills, and at the end.
INDEX_EVERY = 20
INDEX_TIMEOUT_S = 300.0
console = Console()


def measure(out: Path, seed: int, kills: int, stores: tuple[str, ...], *, with_faults: bool) -> None:
    rows: list[Row] = []
    tolls: dict[str, Toll] = {}
    for store in stores:
        with _place(store) as place:
            if place is None:
                console.print(f"[yellow]{store} left out: {pg.missing()}[/yellow]")
                continue
            tolls[store] = _run(place, kills, seed)
        rows += _rows(store, kills, tolls[store])
        _print(rows)
        write(out, "crash", seed, [], rows)
    if with_faults:
        rows += [row for fault in faults() for row in _fault_rows(fault)]
    _print(rows)
    for store, toll in tolls.items():
        for what in (*toll.lost, *toll.doubled, *toll.odd)[:20]:
            console.print(f"{store}: {what}", markup=False)
    write(out, "crash", seed, [], rows)
    _chart(out / "crash.png", rows, tuple(tolls))


@contextmanager
def _place(store: str) -> Iterator[Place | None]:
    with tempfile.TemporaryDirectory(prefix="pairwell-crash-") as name:
        folder = Path(name)
        if store == "sqlite":
            yield Place(folder, f"sqlite:///{folder / 'pairwell.db'}")
        elif pg.missing() is not None:
            yield None
        else:
            # As a shop would run it: what is committed is on the disk.
            with pg.postgres(options=()) as server:
                yield Place(folder, server.create("shop"))


def _run(place: Place, kills: int, seed: int) -> Toll:
    chance, toll = random.Random(seed), Toll()  # noqa: S311 - when to kill, no secret
    database = Database(place.database)
    database.upgrade()
    importing = Import(place, toll)
    importing.first()
    chats = [Chat("chat", toll), Chat("chatter", toll)]
    clients: list[Client] = [*chats, Cart("cart", toll), Editor("editor", toll), Browser("browser", toll)]
    serving = Serving(place)
    serving.wait()
    for client in clients:
        client.open(serving.url)
    for kill in range(1, kills + 1):
        _kill_in_the_middle(serving, clients, importing, chance, toll)
        serving = Serving(place)
        serving.wait()
        for client in clients:
            client.settle(serving.url)
        for chat in chats:
            chat.thumbs(database)
        importing.check(database)
        if kill % INDEX_EVERY == 0 or kill == kills:
            _check_index(serving, toll)
            console.print(
                f"{kill} kills: lost {len(toll.lost)}, doubled {len(toll.doubled)}, odd {len(toll.odd)}"
            )
    serving.end()
    database.dispose()
    return toll


def _kill_in_the_middle(
    serving: Serving, clients: list[Client], importing: Import, chance: random.Random, toll: Toll
) -> None:
    stop = threading.Event()
    importing.begin()
    threads = together([lambda client=client: client.begin(serving.url, stop) for client in clients])  # type: ignore[misc]  # mypy does not infer a lambda's default
    enough, latest = toll.acknowledged + chance.randint(0, MOST_ANSWERS), time.monotonic() + MOST_WAIT_S
    while toll.acknowledged < enough and time.monotonic() < latest:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, MOMENT_S))
    serving.kill()
    importing.kill()
    stop.set()
    for thread in threads:
        thread.join()


def _check_index(serving: Serving, toll: Toll) -> None:
    """After its own catch-up the index has every product of the records, and nothing else."""
    deadline, said = time.monotonic() + INDEX_TIMEOUT_S, ""
    while time.monotonic() < deadline:
        answer = httpx.get(f"{serving.url}/readyz", timeout=30)
        said = answer.text
        if f"{PRODUCTS} of {PRODUCTS} products indexed" in said:
            return
        time.sleep(0.2)
    toll.lost.append(f"the index does not catch up: {said[:300]}")


def _rows(store: str, kills: int, toll: Toll) -> list[Row]:
    # Counts of one run: nothing to draw an interval from.
    counts = {
        "kills": kills,
        "lost": len(toll.lost),
        "doubled": len(toll.doubled),
        "odd_answers": len(toll.odd),
        "acknowledged": toll.acknowledged,
        "retried": toll.retried,
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
