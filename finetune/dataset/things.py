"""What can be bought: families of kindred things, by hand (`things.toml`) and from three catalogues.

A family is what the split keeps apart: the validation set has families that training has not seen.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORDS: Mapping[str, str] = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
#: Words in titles of things that no catalogue gave us.
MODELS = tuple(WORDS["models"].split())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing in the singular and the plural; `counted` is false for "coffee" and "running shoes"."""

    one: str
    many: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A product that a catalogue sells, as a card shows it."""

    title: str
    price: float
    brand: str | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Kindred things. `price` is what one costs, from and to; `items` only where a catalogue has them."""

    name: str
    source: str
    kinds: tuple[Kind, ...]
    price: tuple[int, int]
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


IRREGULAR = {
    "mouse": "mice",
    "knife": "knives",
    "scarf": "scarves",
    "shelf": "shelves",
    "loaf": "loaves",
    "glass": "glasses",
}
SINGULAR = {many: one for one, many in IRREGULAR.items() if one != "glass"}
#: Last words of things that are not counted, where no "~" says so.
UNCOUNTED = frozenset(WORDS["uncounted"].split())


def kind(written: str) -> Kind:
    """`"knife"`, `"running shoes"` (a plural), `"coffee~"` (no plural), `"scarf/scarves"`."""
    if written.endswith("~"):
        return Kind(written[:-1], written[:-1], counted=False)
    if "/" in written:
        one, _, many = written.partition("/")
        return Kind(one, many, counted=True)
    last = written.rsplit(" ", 1)[-1]
    if last in UNCOUNTED:
        return Kind(written, written, counted=False)
    if last in IRREGULAR:
        return Kind(written, written.removesuffix(last) + IRREGULAR[last], counted=True)
    if re.search(r"[^su]s$", written):
        return Kind(written, written, counted=False)
    return Kind(written, _plural(written), counted=True)


def _plural(one: str) -> str:
    for end, ending in (
        (r"(?<=[^aeiou])y$", "ies"),
        (r"(?<=[sxz])$", "es"),
        (r"(?<=[cs]h)$", "es"),
    ):
        if re.search(end, one):
            return re.sub(end, ending, one)
    return f"{one}s"


def written_families() -> tuple[Family, ...]:
    """The families of `things.toml`."""
    table = tomllib.loads((HERE / "things.toml").read_text(encoding="utf-8"))
    common = table.pop("common")
    return tuple(_family(name, group, common) for name, group in table.items())


def _family(name: str, group: Mapping[str, object], common: Mapping[str, Sequence[str]]) -> Family:
    def listed(key: str) -> tuple[str, ...]:
        text = group.get(key, "")
        return tuple(part.strip() for part in str(text).split(",") if part.strip())

    attributes: dict[str, tuple[str, ...]] = {}
    for key, values in dict(group.get("attributes", {})).items():  # type: ignore[call-overload]  # TOML table
        attributes[key] = tuple(part.strip() for part in str(values).split(","))
    if group.get("coloured", True):
        attributes["colour"] = tuple(common["colours"])
    low, _, high = str(group["price"]).partition("-")
    return Family(
        name,
        "things",
        tuple(kind(part) for part in listed("kinds")),
        (int(low), int(high)),
        attributes,
        listed("words"),
        listed("tails"),
        listed("brands") or tuple(common["brands"]),
        listed("facts") or tuple(common["facts"]),
    )


def demo_families() -> tuple[Family, ...]:
    """The demo shop's families, by its own shelf names."""
    files = sorted((ROOT / "demo" / "families").glob("*.toml"))
    tables = (each for file in files for each in tomllib.loads(file.read_text(encoding="utf-8"))["family"])
    # A shelf like "Feeding" names what is done, not a thing.
    return tuple(_demo_family(table) for table in tables if not table["category"].endswith("ing"))


def _demo_family(table: Mapping[str, Any]) -> Family:
    products: list[dict[str, Any]] = table["product"]
    items = tuple(Item(each["title"], float(each["price"]), each["brand"]) for each in products)
    values: dict[str, set[str]] = {}
    for each in products:
        for name, options in each.get("options", {}).items():
            values.setdefault(name.lower(), set()).update(option.lower() for option in options)
    return Family(
        f"demo {table['key']}",
        "demo",
        (_shelf(table["category"].split(">")[-1].strip().lower()),),
        _prices(items),
        {name: tuple(sorted(each)) for name, each in values.items() if _name(name)},
        brands=tuple(sorted({each["brand"] for each in products})),
        facts=tuple(sorted({name.replace("_", " ") for each in products for name in each["attributes"]})),
        items=items,
    )


def retail_families(path: Path) -> tuple[Family, ...]:
    """AWS Retail Demo Store's styles that name a thing; colours stand in its titles only."""
    return _catalogue(path, "retail_demo_store", "style")


def zava_families(path: Path) -> tuple[Family, ...]:
    """Zava's subcategories."""
    return _catalogue(path, "zava_diy", "subcategory")


#: Styles of the retail demo store that are no thing which a shopper would name.
NO_THING = re.compile(
    r"decorative|formal|strings|percussion|keys|wind|grooming|bathing|kitchen|set|travel|cooking|camping|pet"
    r"|easter|halloween|christmas|valentine|bakery|fishing|kayaking|arrangement|glasses|salon|bedroom"
    r"|lighting|nuts/seeds|.* (and|cuisine) .*|fountain.*|.*/.*|consumable|other cuisine|hand tools"
)


def _catalogue(path: Path, source: str, key: str) -> tuple[Family, ...]:
    groups: dict[str, list[Item]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        groups.setdefault(str(row[key]).lower(), []).append(Item(str(row["name"]), float(row["price"])))
    return tuple(
        Family(f"{source} {name}", source, (_shelf(name),), _prices(items), items=tuple(items))
        for name, items in sorted(groups.items())
        if len(items) >= 4 and not NO_THING.fullmatch(name) and re.fullmatch(r"[a-z' ]+", name)
    )


def _shelf(name: str) -> Kind:
    """A shelf's name as a kind: "kitchen scales" is a plural with a singular of its own."""
    last = name.rsplit(" ", 1)[-1]
    if last in SINGULAR:
        return Kind(name.removesuffix(last) + SINGULAR[last], name, counted=True)
    if name.endswith("ies"):
        return Kind(f"{name[:-3]}y", name, counted=True)
    if re.search(r"(sh|ch|x|ss)es$", name):
        return Kind(name[:-2], name, counted=True)
    if re.search(r"[^su]s$", name) and not re.search(
        r"(boots|shoes|socks|glasses|headphones|sandals)$", name
    ):
        return Kind(name[:-1], name, counted=True)
    return kind(name)


def _name(name: str) -> bool:
    return name in ("colour", "size", "material", "capacity", "length", "flavour", "scent", "roast")


def _prices(items: Sequence[Item]) -> tuple[int, int]:
    prices = sorted(item.price for item in items)
    return max(2, int(prices[0])), max(5, int(prices[-1]) + 1)
