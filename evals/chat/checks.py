"""What a case expects of a turn, check by check: pure.

`Seen` is a turn as it was seen from outside: the HTTP status, the `Reply`, and the records of what it shows.
A check is made only where the case expects something.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from evals.chat.predicates import holds

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """One turn from outside. `records` holds the products shown in this conversation so far, by id;
    `conversation_status` is what the conversation says of itself after it; `refused` are the model's
    sentences that were not shown, where the server's metrics say it."""

    http_status: int
    reply: Json
    records: Mapping[str, Json] = field(default_factory=dict)
    conversation_status: str = ""
    error: str = ""
    refused: int | None = None

    @property
    def text(self) -> str:
        return str(self.reply.get("content") or "")

    @property
    def products(self) -> Sequence[Json]:
        return self.reply.get("products") or ()

    @property
    def bundles(self) -> Sequence[Json]:
        return self.reply.get("bundles") or ()


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation, whether it held, and what was seen instead."""

    name: str
    held: bool
    seen: str = ""


def checks(expect: Json, seen: Seen) -> list[Check]:
    """Every check of a turn; that it was answered at all is one where no status is expected."""
    found = list(_status(expect, seen))
    if "intent" in expect:
        name = (seen.reply.get("intent") or {}).get("name")
        found.append(Check("intent", name == expect["intent"], str(name)))
    found += _tools(expect.get("tools") or (), seen)
    found += _products(expect.get("products") or {}, seen)
    found += _bundle(expect.get("bundle") or {}, seen)
    if "question" in expect:
        asked = bool(seen.reply.get("question"))
        found.append(Check("question", asked == expect["question"], str(seen.reply.get("question"))))
    if "citation" in expect:
        sources = [str(each.get("source")) for each in seen.reply.get("citations") or ()]
        found.append(Check("citation", expect["citation"] in sources, str(sources)))
    if "infeasible" in expect:
        found.append(Check("infeasible", (not seen.bundles) == expect["infeasible"], f"{len(seen.bundles)}"))
    found += _texts(expect, seen)
    return found


def _status(expect: Json, seen: Seen) -> Iterator[Check]:
    """A number is the HTTP status, a word the conversation's."""
    wanted = expect.get("status")
    if isinstance(wanted, int):
        yield Check("status", seen.http_status == wanted, str(seen.http_status))
        return
    yield Check("answered", seen.http_status in (200, 202), seen.error or str(seen.http_status))
    if wanted is not None:
        yield Check("status", seen.conversation_status == wanted, seen.conversation_status)


def _tools(wanted: Sequence[Json], seen: Seen) -> Iterator[Check]:
    calls = seen.reply.get("tool_calls") or ()
    for tool in wanted:
        held = any(
            call.get("name") == tool["name"] and subset(tool.get("arguments") or {}, call.get("arguments"))
            for call in calls
        )
        yield Check(f"tool {tool['name']}", held, str([call.get("name") for call in calls]))


def _products(wanted: Json, seen: Seen) -> Iterator[Check]:
    titles = str([card.get("title") for card in seen.products])
    met = {
        name: [
            holds(wanted[name], seen.records.get(card["product_id"], {}), card["variant_id"])
            for card in seen.products
        ]
        for name in ("all", "any", "none")
        if name in wanted
    }
    if "min" in wanted:
        yield Check("products min", len(seen.products) >= wanted["min"], titles)
    if "all" in met:
        yield Check("products all", bool(met["all"]) and all(met["all"]), titles)
    if "any" in met:
        yield Check("products any", any(met["any"]), titles)
    if "none" in met:
        yield Check("products none", not any(met["none"]), titles)


def _bundle(wanted: Json, seen: Seen) -> Iterator[Check]:
    if "min" in wanted:
        yield Check("bundle min", len(seen.bundles) >= wanted["min"], str(len(seen.bundles)))
    if "total_max" in wanted:
        most = wanted["total_max"]
        most = most["amount"] if isinstance(most, Mapping) else most
        totals = [bundle["total"]["amount"] for bundle in seen.bundles]
        yield Check("bundle total_max", bool(totals) and max(totals) <= most, str(totals))
    if "slots" in wanted:
        named = [[_slot(item["slot"]) for item in bundle["items"]] for bundle in seen.bundles[:1]]
        there = named[0] if named else []
        held = bool(there) and all(any(_is_slot(slot, name) for name in there) for slot in wanted["slots"])
        yield Check("bundle slots", held, str(there))
    if wanted.get("compatible"):
        clash = next((clash for bundle in seen.bundles for clash in clashes(bundle, seen.records)), None)
        yield Check("bundle compatible", bool(seen.bundles) and clash is None, str(clash))


def _texts(expect: Json, seen: Seen) -> Iterator[Check]:
    for pattern in expect.get("required", ()):
        yield Check(f"required {pattern}", bool(re.search(pattern, seen.text, re.IGNORECASE)), seen.text)
    for pattern in expect.get("forbidden", ()):
        yield Check(f"forbidden {pattern}", not re.search(pattern, seen.text, re.IGNORECASE), seen.text)


def subset(wanted: Any, found: Any) -> bool:
    """Whether what is wanted stands in what is found: objects by their fields, lists in any order."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and subset(value, found[key]) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and all(any(subset(each, other) for other in found) for each in wanted)
    if isinstance(wanted, str) and isinstance(found, str):
        return wanted.strip().casefold() == found.strip().casefold()
    return bool(wanted == found)


def clashes(bundle: Json, records: Mapping[str, Json]) -> Iterator[str]:
    """Pairs of a bundle of which one requires a fact that the other has another value of."""
    products = [records.get(item["product"]["product_id"], {}) for item in bundle["items"]]
    for one, other in permutations(products, 2):
        provided = other.get("provides") or {}
        for key, needed in (one.get("requires") or {}).items():
            if key in provided and not _fits(needed, provided[key]):
                yield f"{one.get('title')} needs {key} {needed}, {other.get('title')} has {provided[key]}"


def _fits(needed: Any, has: Any) -> bool:
    """A number is at least; of several values one is enough."""
    if isinstance(needed, int | float) and isinstance(has, int | float):
        return has >= needed
    one = {str(each).casefold() for each in (needed if isinstance(needed, list) else [needed])}
    other = {str(each).casefold() for each in (has if isinstance(has, list) else [has])}
    return bool(one & other)


def _slot(name: str) -> str:
    return re.sub(r"_\d+$", "", name).replace("_", " ").casefold()


def _is_slot(wanted: str, name: str) -> bool:
    """A slot by its name, in singular or plural."""
    return _slot(wanted).rstrip("s") == name.rstrip("s")
