"""An answer held against what a case expects, measure by measure: pure, and no code of `assistant` in it.

Both are JSON as the API's `Reply.intent` has it, with `edits` and `cart` beside it where a case names them.
A measure abstains (None) where the case expects nothing of it. A constraint that nobody asked for is an
error, save where an earlier turn of the same conversation asked for just that.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from evals.intents import canonical

Json = Mapping[str, Any]

MEASURES = ("intent", "constraints", "slots", "references", "entities", "edits", "cart")

PRICES = ("min_price", "max_price", "budget")
NUMBERS = ("min_rating", "quantity")
FLAGS = ("available",)
TEXTS = ("recipient", "occasion")


def judged(
    expected: Json, given: Json, earlier: Sequence[Json] = (), *, partial: bool = False
) -> dict[str, bool | None]:
    """Whether `given` is right, by measure.

    `earlier` are the constraints of the turns before; `partial`: only those expected are judged.
    """
    verdicts: dict[str, bool | None] = dict.fromkeys(MEASURES)
    verdicts["intent"] = expected.get("intent") == given.get("intent")
    if "constraints" in expected:
        wrong = wrong_constraints(expected["constraints"], given.get("constraints") or {}, earlier)
        verdicts["constraints"] = not (
            wrong & constraint_facts(expected["constraints"]).keys() if partial else wrong
        )
    if "slots" in expected:
        verdicts["slots"] = _matched(expected["slots"], given.get("slots") or (), _same_slot)
    if "references" in expected:
        pointed = _once(given.get("references") or ())
        verdicts["references"] = _matched(expected["references"], pointed, _same_reference)
    if "entities" in expected:
        found = canonical.pairs(given.get("entities") or {})
        verdicts["entities"] = canonical.pairs(expected["entities"]) == found
    if "edits" in expected:
        verdicts["edits"] = _same_edits(expected["edits"], given.get("edits") or ())
    if "cart" in expected:
        verdicts["cart"] = expected["cart"] == given.get("cart")
    return verdicts


def nearest(
    alternatives: Sequence[Json], given: Json, earlier: Sequence[Json] = (), *, partial: bool = False
) -> tuple[Json, dict[str, bool | None]]:
    """Of several right answers the one that the given answer is nearest to, and the verdicts by it."""
    verdicts = [(expected, judged(expected, given, earlier, partial=partial)) for expected in alternatives]
    return min(verdicts, key=lambda pair: sum(verdict is False for verdict in pair[1].values()))


def wrong_constraints(expected: Json, given: Json, earlier: Sequence[Json] = ()) -> frozenset[str]:
    """The names of the constraints that are missing, differ, or were never asked for."""
    wanted, found = constraint_facts(expected), constraint_facts(given)
    inherited = [constraint_facts(each) for each in earlier]
    wrong = {name for name in wanted if not _same_fact(name, wanted[name], found.get(name))}
    for name in found.keys() - wanted.keys():
        if not any(_same_fact(name, before.get(name), found[name]) for before in inherited):
            wrong.add(name)
    return frozenset(wrong)


def constraint_facts(constraints: Json) -> dict[str, Any]:
    """Constraints as single facts: `attributes.colour`, `exclude.colour.green`, `max_price`, ..."""
    facts: dict[str, Any] = {}
    for name, value in constraints.items():
        if value is None:
            continue
        if name == "attributes":
            facts |= {
                f"attributes.{canonical.phrase(key)}": canonical.values(str(each))
                for key, each in value.items()
            }
        elif name == "exclude":
            facts |= {f"exclude.{field}.{each}": True for field, each in canonical.excluded(value)}
        else:
            fact = _fact(name, value)
            if fact is not None:
                facts[name] = fact
    return facts


def _fact(name: str, value: Any) -> Any:
    """One constraint's canonical value; None where it says nothing."""
    if name in PRICES:
        return canonical.money(value)
    if name == "quantity" and value == 1:
        return None
    if name in NUMBERS:
        return float(value)
    if name in FLAGS:
        return True if value else None
    if name == "category":
        return canonical.category(str(value))
    return canonical.phrase(str(value))


def _same_fact(name: str, wanted: Any, found: Any) -> bool:
    if wanted is None or found is None:
        return False
    return bool(wanted & found) if name == "category" else bool(wanted == found)


def _same_slot(wanted: Json, found: Json) -> bool:
    """What the case names of a slot: its words in any order, how many, whether it must be there."""
    if "query" not in wanted and "name" not in wanted:
        same = True
    elif "query" in wanted:
        same = canonical.bag(str(wanted["query"])) == canonical.bag(str(found.get("query", "")))
    else:
        same = canonical.phrase(str(wanted.get("name", ""))) == canonical.phrase(str(found.get("name", "")))
    return (
        same
        and wanted.get("quantity", found.get("quantity", 1)) == found.get("quantity", 1)
        and wanted.get("required", found.get("required", True)) == found.get("required", True)
    )


def _same_reference(wanted: Json, found: Json) -> bool:
    """The thing pointed at where the case names it, else the words."""
    for key in ("product_id", "bundle_id"):
        if key in wanted:
            return bool(wanted[key] == found.get(key))
    return canonical.pointer(str(wanted.get("text", ""))) == canonical.pointer(str(found.get("text", "")))


def _once(references: Sequence[Json]) -> list[Json]:
    """Each thing pointed at once."""
    found: dict[Any, Json] = {}
    for each in references:
        key = each.get("product_id") or each.get("bundle_id") or canonical.pointer(str(each.get("text", "")))
        found.setdefault(key, each)
    return list(found.values())


def _same_edits(wanted: Sequence[Json], found: Sequence[Json]) -> bool:
    """The same edits in the same order, by what the case names of each."""
    return len(wanted) == len(found) and all(map(_same_edit, wanted, found))


def _same_edit(wanted: Json, found: Json) -> bool:
    for name, value in wanted.items():
        other = found.get(name)
        if name == "budget":
            same = canonical.money(value) == canonical.money(other)
        elif name == "attributes":
            same = canonical.pairs(value) == canonical.pairs(other or {})
        elif name == "query":
            same = canonical.bag(str(value)) <= canonical.bag(str(other or ""))
        else:
            same = value == other
        if not same:
            return False
    return bool(wanted.get("slot")) or not found.get("slot")


def _matched(wanted: Sequence[Json], found: Sequence[Json], same: Any) -> bool:
    """Whether each of one list has its own partner in the other, and none is left over."""
    left = list(found)
    for each in wanted:
        partner = next((other for other in left if same(each, other)), None)
        if partner is None:
            return False
        left.remove(partner)
    return not left
