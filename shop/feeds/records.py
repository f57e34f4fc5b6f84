"""The files beside the products: reviews, customers, orders, promotions, occasions, hours, policies.

JSON lines hold one value of `shop.values` each, as `to_json` writes it. `occasions.toml` and `hours.toml`
are for the merchant to edit; a policy is a Markdown page whose first heading is its title.

Errors: `FeedError`. A bad row is reported and left out, as in a feed of products.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from shop.customers import Customers
from shop.deserialise import BadValue, from_json
from shop.feeds import record_checks
from shop.feeds.checks import check_id
from shop.feeds.hours import read_hours
from shop.feeds.options import Options
from shop.feeds.report import Problems, Progress, RowError, UnreadableFeed
from shop.feeds.scratch import Scratch
from shop.feeds.source import Row, read_rows
from shop.hours import Hours
from shop.occasions import Occasions
from shop.orders import Orders
from shop.policies import Policies
from shop.promotions import Promotions
from shop.reviews import Reviews
from shop.values import Customer, ImportCounts, Occasion, Order, Policy, Promotion, Review
from storage import UnitOfWork
from storage.batches import batches

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
HOURS = "hours.toml"

#: A file's rows; bad ones are reported on the way.
RowReader = Callable[[Path, Problems, Progress | None], Iterator[Row]]


class Store(Protocol[T_contra]):
    """What the stores of `shop` have in common."""

    def put(self, new: Iterable[T_contra], /) -> ImportCounts: ...
    def ids(self) -> Iterator[str]: ...
    def remove(self, ids: Iterable[str], /) -> int: ...


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of record: how its file is read, what it must keep to, and where it goes."""

    value: type[T]
    store: Callable[[UnitOfWork], Store[T]]
    check: Callable[[UnitOfWork], record_checks.Check[T]]
    read: RowReader = read_rows
    key: str = "id"


def record_files(folder: Path) -> list[Path]:
    """Those of the folder that `import_records` reads, in its order."""
    return [folder / name for name in (*_KINDS, HOURS) if (folder / name).exists()]


def import_records(
    work: UnitOfWork, paths: Iterable[Path], options: Options, progress_of: Callable[[Path], Progress | None]
) -> tuple[dict[str, ImportCounts], tuple[RowError, ...]]:
    """What each file changed, by its name, and the bad rows of all of them."""
    counts: dict[str, ImportCounts] = {}
    errors: list[RowError] = []
    for path in paths:
        problems = Problems(path, options.max_errors)
        if path.name == HOURS:
            counts[path.name] = _import_hours(work, path)
        else:
            kind = _KINDS[path.name]
            counts[path.name] = _import(work, kind, path, problems, progress_of(path), prune=options.prune)
        errors += problems.errors
    return counts, tuple(errors)


def _import(
    work: UnitOfWork,
    kind: Kind[Any],
    path: Path,
    problems: Problems,
    progress: Progress | None,
    *,
    prune: bool,
) -> ImportCounts:
    store = kind.store(work)
    with Scratch() as scratch:
        rows = kind.read(path, problems, progress)
        counts = store.put(_usable(kind, rows, kind.check(work), problems, scratch))
        if prune:
            gone = [key for batch in batches(store.ids()) for key in scratch.unseen("record", batch)]
            counts += ImportCounts(removed=store.remove(gone))
    return counts


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


def _import_hours(work: UnitOfWork, path: Path) -> ImportCounts:
    """One record, so a fault in it is a fault of the file."""
    store = Hours(work)
    try:
        hours = read_hours(_toml(path))
    except BadValue as error:
        raise UnreadableFeed(path, str(error)) from error
    before = store.get()
    if before == hours:
        return ImportCounts(unchanged=1)
    store.put(hours)
    return ImportCounts(added=1) if before is None else ImportCounts(changed=1)


def _occasion_rows(path: Path, problems: Problems, _progress: Progress | None) -> Iterator[Row]:
    tables = _toml(path).get("occasion", [])
    for table in tables if isinstance(tables, list) else [tables]:
        if isinstance(table, dict):
            yield Row(0, {("slots" if key == "slot" else key): value for key, value in table.items()})
        else:
            problems.report(0, "occasion", "must be written as [[occasion]]")


def _policy_rows(folder: Path, _problems: Problems, _progress: Progress | None) -> Iterator[Row]:
    for path in sorted(folder.glob("*.md")):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFeed(path, f"cannot be read: {error}") from error
        heading = next((line for line in text.splitlines() if line.startswith("# ")), path.stem)
        yield Row(0, {"id": path.stem, "title": heading.removeprefix("# ").strip(), "text": text})


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFeed(path, f"cannot be read: {error}") from error


_KINDS: dict[str, Kind[Any]] = {
    "customers.jsonl": Kind(Customer, Customers, record_checks.customer_check),
    "reviews.jsonl": Kind(Review, Reviews, record_checks.review_check),
    "orders.jsonl": Kind(Order, Orders, record_checks.order_check),
    "promotions.jsonl": Kind(Promotion, Promotions, record_checks.promotion_check),
    "occasions.toml": Kind(Occasion, Occasions, record_checks.occasion_check, _occasion_rows, "name"),
    "policies": Kind(Policy, Policies, record_checks.policy_check, _policy_rows),
}
