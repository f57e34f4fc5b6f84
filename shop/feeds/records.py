"""The files beside the products: reviews, customers, orders, promotions, occasions, hours, policies.

JSON lines hold one value of `shop.values` each, as `to_json` writes it; orders and reviews may be tables.
`occasions.toml` and `hours.toml` are for the merchant to edit; a policy is a page of Markdown, HTML or PDF
whose first heading is its title.

Errors: `FeedError`. A bad row is reported and left out, as in a feed of products.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from shop.customers import Customers
from shop.deserialise import BadValue, from_json
from shop.feeds import record_checks, tables
from shop.feeds.checks import check_id
from shop.feeds.hours import read_hours
from shop.feeds.options import Options
from shop.feeds.policy_pages import policy_pages
from shop.feeds.record_checks import Known
from shop.feeds.report import Problems, Progress, RowError, UnreadableFeed
from shop.feeds.row import Row
from shop.feeds.scratch import Scratch
from shop.feeds.source import read_rows
from shop.hours import Hours
from shop.occasions import Occasions
from shop.orders import Orders
from shop.policies import Policies
from shop.promotions import Promotions
from shop.reviews import Reviews
from shop.staging import Staging
from shop.values import (
    Customer,
    ImportCounts,
    Occasion,
    Order,
    Policy,
    Promotion,
    Review,
    SupportHours,
)
from storage import Held, UnitOfWork
from storage.batches import batches

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
HOURS = "hours.toml"

#: A file's rows; bad ones are reported on the way.
RowReader = Callable[[Path, Problems, Progress | None, Known], Iterator[Row]]


def _json_rows(path: Path, problems: Problems, progress: Progress | None, _shop: Known) -> Iterator[Row]:
    return read_rows(path, problems, progress)


class Store(Protocol[T_contra]):
    """What the stores of `shop` have in common."""

    def stage(self, new: Sequence[T_contra], staging: Staging, /) -> ImportCounts: ...
    def admit(self, staging: Staging, /) -> None: ...
    def ids(self) -> Iterator[str]: ...
    def remove(self, ids: Iterable[str], /) -> int: ...


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of record: how its file is read, what it must keep to, and where it goes."""

    value: type[T]
    store: Callable[[UnitOfWork], Store[T]]
    check: Callable[[Known], record_checks.Check[T]]
    read: RowReader = _json_rows
    key: str = "id"


def record_files(folder: Path) -> list[Path]:
    """Those of the folder that can be read, in the order in which they are.

    Raises `UnreadableFeed` where one kind of record comes twice.
    """
    for kind in ("reviews", "orders"):
        if (folder / f"{kind}.jsonl").exists() and (folder / f"{kind}.csv").exists():
            raise UnreadableFeed(folder, f"holds {kind}.jsonl and {kind}.csv: keep one")
    return [folder / name for name in (*_KINDS, HOURS) if (folder / name).exists()]


class Records:
    """The records of the files beside the products: read by `stage`, written by `admit`."""

    def __init__(self, held: Held, staging: Staging, known: Known) -> None:
        self._held = held
        self._staging = staging
        self._known = known
        self._counts: dict[str, ImportCounts] = {}
        self._gone: dict[str, list[str]] = {}
        self._hours: SupportHours | None = None
        self._errors: list[RowError] = []

    @property
    def errors(self) -> tuple[RowError, ...]:
        """The bad rows of all files."""
        return tuple(self._errors)

    def stage(self, path: Path, options: Options, progress: Progress | None) -> None:
        if path.name == HOURS:
            self._stage_hours(path)
            return
        problems = Problems(path, options.max_errors)
        kind = _KINDS[path.name]
        with Scratch() as scratch:
            rows = kind.read(path, problems, progress, self._known)
            counts = ImportCounts()
            for batch in batches(_usable(kind, rows, kind.check(self._known), problems, scratch)):
                with self._held.prepare() as work:
                    counts += kind.store(work).stage(batch, self._staging)
            if options.prune:
                self._gone[path.name] = self._unseen(kind, scratch)
        self._counts[path.name] = counts
        self._errors += problems.errors

    def admit(self, work: UnitOfWork) -> dict[str, ImportCounts]:
        """Writes what was staged; gives what each file changed, by its name."""
        if self._hours is not None:
            Hours(work).put(self._hours)
        for name in self._counts.keys() - {HOURS}:
            store = _KINDS[name].store(work)
            store.admit(self._staging)
            self._counts[name] += ImportCounts(removed=store.remove(self._gone.get(name, ())))
        return self._counts

    def _unseen(self, kind: Kind[Any], scratch: Scratch) -> list[str]:
        with self._held.prepare() as work:
            ids = kind.store(work).ids()
            return [key for batch in batches(ids) for key in scratch.unseen("record", batch)]

    def _stage_hours(self, path: Path) -> None:
        """One record, so a fault in it is a fault of the file."""
        try:
            hours = read_hours(_toml(path))
        except BadValue as error:
            raise UnreadableFeed(path, str(error)) from error
        with self._held.prepare() as work:
            before = Hours(work).get()
        if before == hours:
            self._counts[HOURS] = ImportCounts(unchanged=1)
            return
        self._hours = hours
        self._counts[HOURS] = ImportCounts(added=1) if before is None else ImportCounts(changed=1)


def _usable(
    kind: Kind[T], rows: Iterator[Row], check: record_checks.Check[T], problems: Problems, scratch: Scratch
) -> Iterator[T]:
    for row in rows:
        try:
            key = from_json(str, row.values.get(kind.key) or "")
            check_id(key, kind.key)
            _check_new(scratch, key, kind.key, row.line)
            value = from_json(kind.value, row.values)
            check(value)
        except BadValue as error:
            problems.report(row.line, error.field, error.reason)
        else:
            yield value


def _check_new(scratch: Scratch, key: str, field: str, line: int) -> None:
    before = scratch.first_seen("record", key, line)
    if before is not None:
        raise BadValue(field, f"{key!a} has come {f'in line {before} ' if before else ''}already")


def _occasion_rows(path: Path, problems: Problems, _progress: Progress | None, _shop: Known) -> Iterator[Row]:
    tables = _toml(path).get("occasion", [])
    for table in tables if isinstance(tables, list) else [tables]:
        if isinstance(table, dict):
            yield Row(0, {("slots" if key == "slot" else key): value for key, value in table.items()})
        else:
            problems.report(0, "occasion", "must be written as [[occasion]]")


def _policy_rows(
    folder: Path, _problems: Problems, _progress: Progress | None, _shop: Known
) -> Iterator[Row]:
    for page in policy_pages(folder):
        yield Row(0, {"id": page.id, "title": page.title, "text": page.text})


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFeed(path, f"cannot be read: {error}") from error


_KINDS: dict[str, Kind[Any]] = {
    "customers.jsonl": Kind(Customer, lambda work: Customers(work).records, record_checks.customer_check),
    "reviews.jsonl": Kind(Review, lambda work: Reviews(work).records, record_checks.review_check),
    "reviews.csv": Kind(
        Review, lambda work: Reviews(work).records, record_checks.review_check, tables.review_rows
    ),
    "orders.jsonl": Kind(Order, Orders, record_checks.order_check),
    "orders.csv": Kind(Order, Orders, record_checks.order_check, tables.order_rows),
    "promotions.jsonl": Kind(Promotion, lambda work: Promotions(work).records, record_checks.promotion_check),
    "occasions.toml": Kind(
        Occasion, lambda work: Occasions(work).records, record_checks.occasion_check, _occasion_rows, "name"
    ),
    "policies": Kind(Policy, lambda work: Policies(work).records, record_checks.policy_check, _policy_rows),
}
