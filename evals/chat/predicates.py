"""A condition on a shown product, read from its record and not from the reply: pure.

`{"field": value}` or `{"field": {"op": ..., "value": ...}}`; all fields must hold. A field is one of the card
(`title`, `brand`, `price`, `availability.status`, `rating.value`, `options.Colour`, ...) or of the record
(`category`, `tags`, `attributes.x`, `provides.x`, ...). Texts compare case-folded; money by its minor units,
as `{"amount", "currency"}` or a number of them; a list holds what any of its values holds. An attribute is
also looked for among the variant's options. A field that the record does not have meets only `ne`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

#: Fields of the shown variant; everything else is the product's.
OF_VARIANT = frozenset({"price", "list_price", "availability", "options", "sku", "barcodes"})


def holds(predicate: Json, record: Json, variant_id: str) -> bool:
    """Whether the product, in the shown variant, meets every condition."""
    return all(_meets(field, wanted, record, variant_id) for field, wanted in predicate.items())


def variant_of(record: Json, variant_id: str) -> Json:
    """The shown variant of a record; empty where it has no such variant."""
    variants: Sequence[Json] = record.get("variants", ())
    return next((each for each in variants if each["id"] == variant_id), {})


def values_of(field: str, record: Json, variant_id: str) -> list[Any]:
    """What the record says in a field; several where it is a list, none where it says nothing."""
    name, _, rest = field.partition(".")
    variant = variant_of(record, variant_id)
    if name == "product_id":
        return [record.get("id")]
    if name == "variant_id":
        return [variant.get("id")]
    if name == "category":
        return [each for path in record.get("categories", ()) for each in _levels(path)]
    if name == "availability" and rest == "available":
        return [variant["availability"]["status"] in ("in_stock", "backorder", "preorder")] if variant else []
    found = _at(variant if name in OF_VARIANT else record, field)
    if found is None and name == "attributes":
        found = _at(variant, f"options.{rest}")
    if found is None:
        return []
    return list(found) if isinstance(found, list) else [found]


def _meets(field: str, wanted: Any, record: Json, variant_id: str) -> bool:
    found = [_plain(each) for each in values_of(field, record, variant_id)]
    if isinstance(wanted, Mapping) and "op" in wanted:
        operator, value = wanted["op"], wanted["value"]
    else:
        operator, value = "eq", wanted
    if operator == "ne":
        return all(each != _plain(value) for each in found)
    return any(_OPERATORS[operator](each, value) for each in found)


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    """An order of numbers; what is no number is in no order."""

    def operator(found: Any, value: Any) -> bool:
        one, other = _number(found), _number(_plain(value))
        return one is not None and other is not None and compare(one, other)

    return operator


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda found, value: bool(found == _plain(value)),
    "in": lambda found, value: found in [_plain(each) for each in value],
    "contains": lambda found, value: str(_plain(value)) in str(found),
    "lt": _ordered(lambda one, other: one < other),
    "le": _ordered(lambda one, other: one <= other),
    "gt": _ordered(lambda one, other: one > other),
    "ge": _ordered(lambda one, other: one >= other),
}


def _plain(value: Any) -> Any:
    """Text case-folded and trimmed, money as its minor units."""
    if isinstance(value, str):
        return " ".join(value.split()).casefold()
    if isinstance(value, Mapping) and "amount" in value:
        return value["amount"]
    return value


def _number(value: Any) -> float | None:
    """A number, or the one that a text begins with: `"65 w"` is 65."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(str(value).split()[0].rstrip("%"))
    except (ValueError, IndexError):
        return None


def _at(table: Any, path: str) -> Any:
    """What stands at a dotted path; names case-folded, a name may hold spaces."""
    name, _, rest = path.partition(".")
    if not isinstance(table, Mapping):
        return None
    key = next((key for key in table if key.casefold() == name.casefold()), None)
    found = table.get(key) if key is not None else None
    return _at(found, rest) if rest and found is not None else found


def _levels(path: str) -> list[str]:
    """A category's whole path, the levels above it, and the name of each: "A > B" is also "A" and "B"."""
    parts = [part.strip() for part in path.split(">")]
    return [*(" > ".join(parts[: end + 1]) for end in range(len(parts))), *parts]
