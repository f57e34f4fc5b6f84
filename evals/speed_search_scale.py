"""How long a query takes in a large catalogue: a real one many times over, each copy a little different.

A copy has a number in its title, another price and a vector turned a little; texts, facts and brands are the
real ones. Measured is a query from its words to its hits, encoding, filters and scorer in; no record is read
for what is shown. Filters leave about the share that their name says.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread

import numpy as np

from evals.results import Row, interval
from evals.search_shop import Shop
from retrieval.answering import Answering
from retrieval.columns import Books
from retrieval.embedding import Embedder
from retrieval.locale import load_locale
from retrieval.offers import Offers
from retrieval.ranking import Nearest, State
from retrieval.scorer import Scorer
from retrieval.snapshot import built
from retrieval.values import Filters, Query
from retrieval.vectors import DocumentVectors, cosines
from shop.money import Money
from shop.values import Availability, Product

#: How far a copy's vector is turned: the length of the noise that is added to it.
TURN = 0.3
CLIENTS = 8
ROUNDS = 3
WARM_UP = 10
MEMORY_EVERY = 1_000
COSINES = 40


def scaled(shop: Shop, count: int, seed: int) -> State:
    """A searchable state of `count` products."""
    rng = np.random.default_rng(seed)
    vectors = shop.search.state().vectors
    row = {key: at for at, key in enumerate(vectors.ids)}
    books = Books(load_locale("en"))
    products = list(_copies([each for each in shop.products if each.id in row], count, rng))
    origin = np.array([row[product.id.rpartition("#")[0]] for product in products])
    noise = rng.normal(size=(count, vectors.matrix.shape[1])).astype(np.float32)
    noise *= TURN / np.linalg.norm(noise, axis=1, keepdims=True)
    turned = vectors.matrix[origin] + noise
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    items = [books.item(product) for product in products]
    ids = tuple(product.id for product in products)
    digests = tuple(item.document.digest for item in items)
    return State.of(built(1, items, Offers.of(products), books), DocumentVectors(ids, digests, turned))


def _copies(products: Sequence[Product], count: int, rng: np.random.Generator) -> Iterator[Product]:
    """By id in order; a tenth is sold out."""
    copies = -(-count // len(products))
    left = count
    for product in products:
        for copy in range(copies):
            if not left:
                return
            left -= 1
            factor = float(rng.uniform(0.7, 1.3))
            status = Availability("out_of_stock" if rng.random() < 0.1 else "in_stock")
            variants = tuple(
                replace(
                    variant,
                    id=f"{variant.id}#{copy}",
                    price=Money(max(round(variant.price.amount * factor), 1), variant.price.currency),
                    availability=status,
                )
                for variant in product.variants
            )
            yield replace(
                product, id=f"{product.id}#{copy}", title=f"{product.title} {copy}", variants=variants
            )


def _no_index(*_: object) -> list[tuple[str, float]]:
    raise RuntimeError("a catalogue of this size is scored exactly")


def measure_scale(
    state: State,
    embedder: Embedder,
    scorer: Scorer,
    queries: Sequence[str],
    seed: int,
    nearest: Nearest = _no_index,
) -> list[Row]:
    """Latencies of every query with each filter, and of clients at once; `nearest` is asked where a catalogue
    is too large to be scored exactly."""

    answering = Answering(embedder, nearest, scorer)
    count = len(state.places)
    rows: list[Row] = []
    for turn, (name, filters) in enumerate(filters_by_share(state).items()):
        for at in range(WARM_UP):
            answering.answer(Query(f"warm up {at} {turn}", filters), state)
        # A word that nobody holds makes each query new to the encoder's memory.
        taken = [_milliseconds(answering, Query(f"{query} q{turn}z", filters), state) for query in queries]
        times, processor = ([each[at] for each in taken] for at in (0, 1))
        system = f"pairwell_{count}"
        rows.extend(
            interval(system, f"latency_p{share}_ms_{name}", times, percentile(share), seed)
            for share in (50, 95)
        )
        rows.append(interval(system, f"processor_p50_ms_{name}", processor, percentile(50), seed))
    return [*rows, *measure_cosines(state, seed), *_throughput(answering, state, queries, seed)]


def measure_cosines(state: State, seed: int) -> list[Row]:
    """One vector against all: row by row as search does, and as a matrix product by BLAS."""
    matrix = state.vectors.matrix
    ways: dict[str, Callable[[], object]] = {
        "vecdot": lambda: cosines(matrix, matrix[0]),
        "blas": lambda: matrix @ matrix[0],
    }
    rows: list[Row] = []
    for name, way in ways.items():
        times: list[float] = []
        for _ in range(COSINES):
            started = time.perf_counter()
            way()
            times.append((time.perf_counter() - started) * 1000)
        rows.append(interval(name, f"cosines_p50_ms_{len(matrix)}", times, percentile(50), seed))
    return rows


def measure_memory(
    answering: Answering, state: State, queries: Sequence[str], count: int, seed: int
) -> list[Row]:
    """How much the process grows with a thousand queries, each new; the first thousand fill the caches."""
    held: list[float] = []
    for at in range(count):
        if at % MEMORY_EVERY == 0:
            held.append(_resident_mb())
        answering.answer(Query(f"{queries[at % len(queries)]} m{at}y"), state)
    held.append(_resident_mb())
    growth = list(np.diff(held)[1:])
    return [interval("pairwell", f"resident_mb_per_{MEMORY_EVERY}_of_{count}_queries", growth, _mean, seed)]


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def percentile(share: float) -> Callable[[np.ndarray], float]:
    return lambda values: float(np.percentile(values, share))


def _milliseconds(answering: Answering, query: Query, state: State) -> tuple[float, float]:
    """By the clock, and of processor time."""
    started, used = time.perf_counter(), time.process_time()
    answering.answer(query, state)
    return (time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000


def filters_by_share(state: State) -> Mapping[str, Filters]:
    """None, prices that leave 1, 10 and 50 %, and price, stock and category together."""
    offers = state.snapshot.offers
    currency = offers.currencies[0]
    bounds = {share: Money(int(np.percentile(offers.price, share)), currency) for share in (1, 10, 50)}
    columns = state.snapshot.columns
    largest = max(columns.categories, key=lambda path: len(columns.categories[path]), default="")
    together = Filters(max_price=bounds[50], available=True, categories=(largest,) if largest else ())
    by_price = {f"{share}_percent": Filters(max_price=bound) for share, bound in bounds.items()}
    return {"no_filter": Filters()} | by_price | {"price_stock_category": together}


def _throughput(answering: Answering, state: State, queries: Sequence[str], seed: int) -> list[Row]:
    """Queries a second of one client and of several, and what share that is of what the cores allow: as many
    times a client's processor time for a query as there are cores."""
    rows: list[Row] = []
    system, cores = f"pairwell_{len(state.places)}", len(os.sched_getaffinity(0))
    alone = 0.0
    for clients in (1, CLIENTS):
        rates, spent = [], []
        for turn in range(ROUNDS):
            started, used = time.perf_counter(), time.process_time()
            _run(answering, state, queries, clients, turn)
            asked = clients * len(queries)
            rates.append(asked / (time.perf_counter() - started))
            spent.append((time.process_time() - used) / asked)
        alone = alone or float(np.median(spent))
        rows.append(interval(system, f"queries_per_s_{clients}_clients", rates, _mean, seed))
        shares = [rate * alone / cores for rate in rates]
        rows.append(interval(system, f"share_of_cores_{clients}_clients", shares, _mean, seed))
    return [*rows, interval(system, "processor_ms_a_query", [1000 * alone], _mean, seed)]


def _run(answering: Answering, state: State, queries: Sequence[str], clients: int, turn: int) -> None:
    def run(client: int) -> None:
        for query in queries:
            answering.answer(Query(f"{query} c{client}t{turn}of{clients}"), state)

    threads = [Thread(target=run, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _mean(values: np.ndarray) -> float:
    return float(values.mean())
