"""How fast a feed comes in and what it costs meanwhile: time, memory, how long others wait to write, and
when a running server shows a new price.

Products are made by a seed. Each import runs in a process of its own, whose highest memory is measured; a
second process writes all the time and notes its longest wait. An import of nothing new is the baseline.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import matplotlib as mpl
import numpy as np
from rich.console import Console
from rich.table import Table

from evals.results import Row, interval, write
from evals.server import demo_server
from storage import Database

POLL_S = 0.02
WRITE_EVERY_S = 0.05
WORDS = (
    *("amber", "basalt", "cedar", "delta", "ember", "fjord", "granite", "harbour", "indigo", "juniper"),
    *("kelp", "larch", "meadow", "nectar", "onyx", "prairie", "quartz", "ridge", "slate", "thistle"),
)


def measure(out: Path, seed: int, sizes: tuple[int, ...], changes: int) -> None:
    """Imports feeds of every size, then changes prices under a running server; prints and writes the rows."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            rows += _imports(Path(folder), size, seed)
        rows += _visible(Path(folder) / "watched", changes, seed)
    _print(rows)
    write(out, "import", seed, [], rows)
    _chart(out / "import.png", rows, sizes)


def write_feed(path: Path, size: int, seed: int, price: int = 0) -> None:
    """A feed in Google's form; `price` moves every price."""
    chance = random.Random(seed)  # noqa: S311 - data, no secret
    with path.open("w", encoding="utf-8") as file:
        file.write("id\ttitle\tdescription\tprice\tavailability\tlink\tbrand\tproduct_type\tquantity\n")
        for number in range(size):
            words = " ".join(chance.choices(WORDS, k=4))
            cells = (
                f"p{number}",
                f"{words} {number}",
                f"<p>{' '.join(chance.choices(WORDS, k=60))}</p>",
                f"{chance.randint(1, 500) + price}.{chance.randint(0, 99):02} USD",
                "in stock",
                f"https://shop.example/{number}",
                chance.choice(WORDS),
                f"{chance.choice(WORDS)} > {chance.choice(WORDS)}",
                str(chance.randint(1, 99)),
            )
            file.write("\t".join(cells) + "\n")


def _imports(folder: Path, size: int, seed: int) -> Iterator[Row]:
    feed, url = folder / f"{size}.tsv", f"sqlite:///{folder / f'{size}.db'}"
    write_feed(feed, size, seed)
    for system in ("first", "again", "prices"):
        if system == "prices":
            write_feed(feed, size, seed, price=1)
        with _writer(url) as waits:
            seconds, peak = _import(feed, url)
        name = f"{system}_{size}"
        yield interval(name, "seconds", [seconds], _mean, seed)
        yield interval(name, "products_per_s", [size / seconds], _mean, seed)
        yield interval(name, "peak_mib", [peak], _mean, seed)
        yield interval(name, "longest_wait_to_write_ms", [max(waits) * 1000], _mean, seed)


#: Imports one feed and says how long it took and the highest memory of the process, in MiB.
_CHILD = """
import json, resource, sys, time
from pathlib import Path
from shop.feeds import import_feed
from storage import Database
database = Database(sys.argv[2])
database.upgrade()
started = time.perf_counter()
report = import_feed(database, Path(sys.argv[1]))
seconds = time.perf_counter() - started
assert not report.errors, report.errors[:3]
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
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
            values = [
                row.value for row in rows if row.system.startswith(f"{system}_") and row.metric == metric
            ]
            axis.plot(sizes, values, marker="o", label=system)
        axis.set_xlabel("products")
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
