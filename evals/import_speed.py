"""How fast a feed comes in and what it costs meanwhile: time, memory, how long others wait to write, and
when a running server shows a new price.

Products are made by a seed. Each import runs in a process of its own, whose highest memory is measured; a
second process writes all the time and notes its longest wait. An import of nothing new is the baseline.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.import_feeds import FORMATS, google_tsv, made, write_orders
from evals.results import Row, interval, write
from evals.server import demo_server
from storage import Database

POLL_S = 0.02
WRITE_EVERY_S = 0.05
WORDS = (
    *("amber", "basalt", "cedar", "delta", "ember", "fjord", "granite", "harbour", "indigo", "juniper"),
    *("kelp", "larch", "meadow", "nectar", "onyx", "prairie", "quartz", "ridge", "slate", "thistle"),
)


def measure(out: Path, seed: int, sizes: tuple[int, ...], changes: int, rounds: int, formats: int) -> None:
    """Imports feeds of every size, the largest `rounds` times from nothing; `formats` products in each other
    form; then changes prices under a running server. Prints and writes the rows."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in sizes:
            rows += _imports(folder, size, seed, rounds if size == max(sizes) else 1)
        if formats:
            rows += _formats(folder, formats, seed)
        _print(rows)
        rows += _visible(folder / "watched", changes, seed)
    _print(rows)
    write(out, "import", seed, [], rows)
    _chart(out / "import.png", rows, sizes)


def write_feed(path: Path, size: int, seed: int, price: int = 0) -> None:
    """A feed in Google's form; `price` moves every price."""
    google_tsv(path, made(size, seed, WORDS, price))


def _imports(folder: Path, size: int, seed: int, rounds: int) -> Iterator[Row]:
    feed = folder / f"{size}.tsv"
    for system in ("first", "again", "prices"):
        took: list[Took] = []
        write_feed(feed, size, seed, price=int(system == "prices"))
        # What comes after the first import goes into the database of its last round.
        for number in range(rounds) if system == "first" else (rounds - 1,):
            url = f"sqlite:///{folder / f'{size}-{number}.db'}"
            with _writer(url) as waits:
                seconds, peak = _import(feed, url)
            took.append(Took(seconds, peak, max(waits)))
        yield from _rows(f"{system}_{size}", size, took, seed)


def _formats(folder: Path, size: int, seed: int) -> Iterator[Row]:
    """The other forms of a feed, and a folder with as many orders."""
    for name, (ending, written) in FORMATS.items():
        feed = folder / f"{name}.{ending}"
        written(feed, made(size, seed, WORDS))
        yield from _rows(f"{name}_{size}", size, [_alone(feed, folder / f"{name}.db")], seed)
    shop = folder / "shop"
    shop.mkdir()
    write_orders(shop, size, list(made(size // 10, seed, WORDS)), seed)
    yield from _rows(f"orders_{size}", size, [_alone(shop, folder / "orders.db")], seed)


@dataclass(frozen=True, slots=True)
class Took:
    """One import: its time, its process's highest memory, the longest wait of another writer."""

    seconds: float
    peak_mib: float
    wait_s: float | None = None


def _alone(feed: Path, database: Path) -> Took:
    return Took(*_import(feed, f"sqlite:///{database}"))


def _rows(name: str, size: int, took: list[Took], seed: int) -> Iterator[Row]:
    seconds = [each.seconds for each in took]
    yield interval(name, "seconds", seconds, _median, seed)
    yield interval(name, "products_per_s", [size / each for each in seconds], _median, seed)
    yield interval(name, "peak_mib", [each.peak_mib for each in took], _highest, seed)
    waits = [each.wait_s * 1000 for each in took if each.wait_s is not None]
    if waits:
        yield interval(name, "longest_wait_to_write_ms", waits, _highest, seed)


#: Imports one feed and says how long it took and the highest memory of the process, in MiB.
_CHILD = """
import json, re, sys, time
from pathlib import Path
from shop.feeds import import_shop
from storage import Database
database = Database(sys.argv[2])
database.upgrade()
started = time.perf_counter()
report = import_shop(database, Path(sys.argv[1]), currency="USD")
seconds = time.perf_counter() - started
assert not report.errors, report.errors[:3]
# Not what getrusage says: that counts the parent's memory before the exec.
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(json.dumps([seconds, int(peak[1]) / 1024]))
"""


def _import(feed: Path, url: str) -> tuple[float, float]:
    run = subprocess.run(
        [sys.executable, "-c", _CHILD, str(feed), url],
        check=True,
        capture_output=True,
        text=True,
        env=_environment(),
    )
    seconds, peak = json.loads(run.stdout)
    return seconds, peak


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path.cwd())}


@contextmanager
def _writer(url: str) -> Iterator[list[float]]:
    """Writes as a shopper does, all the time; gives how long each write waited."""
    from shop.profile import Profile
    from shop.values import ShopProfile

    database = Database(url)
    database.upgrade()
    waits: list[float] = []
    stop = threading.Event()

    def write_on() -> None:
        while not stop.is_set():
            started = time.perf_counter()
            with database.begin() as work:
                Profile(work).put(ShopProfile(f"Shop {len(waits)}", "USD"))
            waits.append(time.perf_counter() - started)
            stop.wait(WRITE_EVERY_S)

    thread = threading.Thread(target=write_on)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()
        database.dispose()


def _visible(folder: Path, changes: int, seed: int) -> Iterator[Row]:
    """From a file's change until the API of a running server shows it, `ingest --watch` between them."""
    folder.mkdir()
    feed = folder / "products.tsv"
    write_feed(feed, 500, seed)
    environment = {"PAIRWELL_LLM__EMBEDDED": "false"}
    with demo_server(folder, environment, "--catalogue", str(feed)) as server:
        data = {**_environment(), **environment, "PAIRWELL_DATA_DIR": str(folder / "products")}
        watching = subprocess.Popen(
            [sys.executable, "app.py", "ingest", str(feed), "--watch"],
            env=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            headers = {"Authorization": f"Bearer {server.key}"}
            with httpx.Client(base_url=server.url, headers=headers, timeout=30) as client:
                time.sleep(8)
                took = [_seen_after(client, feed, seed, number + 1) for number in range(changes)]
        finally:
            watching.terminate()
            watching.wait(timeout=30)
    yield interval("watch_500", "visible_s", took, _median, seed)
    yield interval("watch_500", "visible_worst_s", [max(took)], _mean, seed)


def _seen_after(client: httpx.Client, feed: Path, seed: int, price: int) -> float:
    before = _price(client)
    fresh = feed.with_name("products.part")
    write_feed(fresh, 500, seed, price)
    fresh.replace(feed)
    started = time.perf_counter()
    while _price(client) == before:
        if time.perf_counter() - started > 60:
            raise RuntimeError("a change of price did not show within a minute")
        time.sleep(POLL_S)
    return time.perf_counter() - started


def _price(client: httpx.Client) -> int:
    found = client.get("/v1/products/p0").raise_for_status().json()
    amount: int = found["variants"][0]["price"]["amount"]
    return amount


def _mean(values: np.ndarray) -> float:
    return float(values.mean())


def _highest(values: np.ndarray) -> float:
    return float(values.max())


def _median(values: np.ndarray) -> float:
    return float(np.median(values))


def _print(rows: list[Row]) -> None:
    table = Table("system", "metric", "value", "n")
    for row in rows:
        table.add_row(row.system, row.metric, f"{row.value:.2f}", str(row.n))
    Console().print(table)


def _chart(path: Path, rows: list[Row], sizes: tuple[int, ...]) -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3))
    for axis, metric, label in (
        (axes[0], "seconds", "seconds"),
        (axes[1], "peak_mib", "highest memory, MiB"),
    ):
        for system in ("first", "again", "prices"):
            wanted = {f"{system}_{size}" for size in sizes}
            values = [row.value for row in rows if row.system in wanted and row.metric == metric]
            axis.plot(sizes, values, marker="o", label=system)
        axis.set_xlabel("products")
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
