"""The catalogue that a case is read with.

A case names no catalogue, so by default it is read as if the shop sold what it names. For the model that is
`of_call`: a catalogue that has just what its call names, so that a category, a brand or a value stays as it
was written. The rules find words only where a catalogue has them: they get `of_expectations`, a shop that
sells everything that the case file's right answers name, the most that a catalogue can help them.

With a products file both get that catalogue (`of_products`).
"""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from assistant.understanding.call import Call
from evals.intents.cases import Case
from evals.intents.histories import replies
from retrieval.locale import load_locale
from retrieval.tokens import tokenise
from retrieval.values import Vocabulary

DEFAULT_CURRENCY = "USD"


def shop_currency(cases: Iterable[Case]) -> str:
    """The currency that most amounts of the cases are in."""
    counts: Counter[str] = Counter()
    for case in cases:
        for expect in (*case.alternatives, *(reply["intent"] for reply in replies(case.history))):
            counts.update(
                value["currency"]
                for value in (expect.get("constraints") or {}).values()
                if isinstance(value, dict) and "currency" in value
            )
    return counts.most_common(1)[0][0] if counts else DEFAULT_CURRENCY


def of_call(call: Call, currency: str) -> Vocabulary:
    """A catalogue that has what the call names, and nothing else."""
    given = call.arguments
    attributes: defaultdict[str, dict[str, None]] = defaultdict(dict)
    tables = [given.attributes, given.exclude, *(edit.attributes for edit in given.edits)]
    for table in tables:
        for name, value in table.items():
            attributes[name.casefold()].update(dict.fromkeys((value, *_listed(value))))
    return Vocabulary(
        categories=_one(given.category),
        brands=_one(given.brand),
        attributes={name: tuple(values) for name, values in attributes.items()},
        heads={},
        currency=currency,
        price_quantiles={},
    )


def of_expectations(cases: Sequence[Case], currency: str) -> Vocabulary:
    """A catalogue that sells what the cases' right answers name."""
    categories: dict[str, None] = {}
    brands: dict[str, None] = {}
    attributes: defaultdict[str, dict[str, None]] = defaultdict(dict)
    heads: dict[str, str] = {}
    for case in cases:
        for constraints in _constraints(case):
            categories.update(dict.fromkeys(_one(constraints.get("category"))))
            brands.update(dict.fromkeys(_one(constraints.get("brand"))))
            for name, value in (constraints.get("attributes") or {}).items():
                attributes[name.casefold()].update(dict.fromkeys((value, *_listed(value))))
            for item in constraints.get("exclude") or ():
                if item["field"] not in ("text", "brand", "category"):
                    attributes[item["field"].casefold()][item["value"]] = None
        for slot in case.expect.get("slots") or ():
            categories.update(dict.fromkeys(_one(slot.get("query"))))
    for path in categories:
        head = _head(path)
        if head:
            heads.setdefault(head, path)
    return Vocabulary(
        categories=tuple(categories),
        brands=tuple(brands),
        attributes={name: tuple(values) for name, values in attributes.items()},
        heads=heads,
        currency=currency,
        price_quantiles={},
    )


@cache
def of_products(path: Path) -> Vocabulary:
    """The vocabulary of a products file, as the search index reads it. Raises `shop.feeds.FeedError`."""
    from retrieval.columns import Books
    from retrieval.snapshot import read_snapshot
    from retrieval.vocabulary import read_vocabulary
    from shop.feeds import import_feed
    from shop.profile import Profile
    from storage import Database

    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/catalogue.db")
        database.upgrade()
        try:
            import_feed(database, path)
            with database.read() as work:
                profile = Profile(work).get()
                snapshot = read_snapshot(work, Books(load_locale()))
        finally:
            database.dispose()
    return read_vocabulary(snapshot, profile.currency if profile else DEFAULT_CURRENCY)


def _constraints(case: Case) -> Iterable[Mapping[str, Any]]:
    yield case.expect.get("constraints") or {}
    for reply in replies(case.history):
        yield reply["intent"].get("constraints") or {}


def _one(value: object) -> tuple[str, ...]:
    return (str(value),) if value else ()


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",")] if "," in value else []


def _head(path: str) -> str:
    words = tokenise(path.rsplit(">", 1)[-1], load_locale())
    return words[-1] if words else ""
