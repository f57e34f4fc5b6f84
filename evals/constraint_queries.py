"""Queries made from a catalogue's own records, each with the products that meet it.

A query is drawn around one product, so that something always meets it: its kind of goods, and what a wording
of `cases/constraint_patterns.txt` asks of brand, attribute and price. Truth is read from the records and from
nothing else: a value meets a wish whose words it holds ("Dolby Audio Premium" is "Dolby Audio"), and where a
record does not say an attribute it does not meet a wish for it, nor break a wish against it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shop.values import Product

PATTERNS = Path(__file__).parent / "cases" / "constraint_patterns.txt"
HELD_OUT = "----"

#: Values that a shopper would say: some letters, few words, of several products and not of most.
SAYABLE = re.compile(r"[A-Za-z][A-Za-z-]{2,}(?: [A-Za-z][A-Za-z-]*){0,2}")
LEAST_PRODUCTS = 4
MOST_VALUES = 60
TRUTHS = frozenset({"yes", "no", "true", "false", "y", "n", "other", "not available", "not supported"})
TRIES = 60


@dataclass(frozen=True, slots=True)
class Pattern:
    text: str
    held_out: bool

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(re.findall(r"\{(\w+)\}", self.text))


@dataclass(frozen=True, slots=True)
class ConstraintQuery:
    """`meeting` are the ids of all products that meet every constraint; at least one."""

    text: str
    meeting: frozenset[str]
    held_out: bool
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Thing:
    """A product as these queries see it. `price` is that of its cheapest variant, in minor units."""

    id: str
    types: frozenset[str]
    brand: str | None
    price: int
    facts: Mapping[str, str]


def read_patterns(path: Path = PATTERNS) -> list[Pattern]:
    """In the order of the file; comments and blank lines are left out."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    cut = lines.index(HELD_OUT)
    return [
        Pattern(line, at > cut)
        for at, line in enumerate(lines)
        if line and not line.startswith("#") and line != HELD_OUT
    ]


def make_queries(products: Sequence[Product], count: int, seed: int) -> list[ConstraintQuery]:
    """`count` queries, each pattern as often as any other. Raises `ValueError` where the records have too
    few facts for some pattern."""
    world = _World(products)
    rng = np.random.default_rng(seed)
    patterns = read_patterns() if world.types else []
    drawn: list[ConstraintQuery] = []
    barren: set[str] = set()
    while len(drawn) < count:
        if not patterns:
            raise ValueError("the records have too few kinds, brands and attributes to ask for")
        pattern = patterns[len(drawn) % len(patterns)]
        query = next(_tries(world, pattern, rng), None) if pattern.text not in barren else None
        if query is None:
            barren.add(pattern.text)
            patterns = [each for each in patterns if each.text not in barren]
            continue
        drawn.append(query)
    return drawn


class _World:
    """The records, by what queries can ask."""

    def __init__(self, products: Sequence[Product]) -> None:
        self.things = [_thing(product) for product in products]
        self.of_type: defaultdict[str, list[_Thing]] = defaultdict(list)
        for thing in self.things:
            for kind in thing.types:
                self.of_type[kind].append(thing)
        self.types = sorted(k for k, held in self.of_type.items() if len(held) >= LEAST_PRODUCTS)
        self.values = _sayable(self.things)

    def facts_of(self, thing: _Thing) -> list[tuple[str, str]]:
        return [pair for pair in sorted(thing.facts.items()) if pair in self.values]


def _thing(product: Product) -> _Thing:
    leaves = frozenset(path.split(" > ")[-1] for path in product.categories)
    price = min(variant.price.amount for variant in product.variants)
    facts = dict(product.attributes)
    return _Thing(product.id, leaves, product.brand, price, facts)


def _sayable(things: Sequence[_Thing]) -> frozenset[tuple[str, str]]:
    """Facts whose value is said under one name only, so that the value alone is plain."""
    counts = Counter(pair for thing in things for pair in thing.facts.items())
    names: defaultdict[str, set[str]] = defaultdict(set)
    for name, value in counts:
        names[value.casefold()].add(name)
    return frozenset(
        (name, value)
        for (name, value), count in counts.items()
        if count >= LEAST_PRODUCTS
        and SAYABLE.fullmatch(value)
        and value.casefold() not in TRUTHS
        and len(names[value.casefold()]) == 1
    )


def _tries(world: _World, pattern: Pattern, rng: np.random.Generator) -> Iterator[ConstraintQuery]:
    """Queries of one pattern, around products at random."""
    for _ in range(TRIES):
        kind = world.types[int(rng.integers(len(world.types)))]
        thing = world.of_type[kind][int(rng.integers(len(world.of_type[kind])))]
        words = _words(world, pattern.fields, kind, thing, rng)
        if words is None:
            continue
        meeting = [each for each in world.of_type[kind] if _meets(each, words)]
        if not meeting or len(meeting) == len(world.of_type[kind]):
            continue
        text = _worded(pattern.text, words)
        yield ConstraintQuery(
            text, frozenset(each.id for each in meeting), pattern.held_out, _kinds(pattern.fields)
        )


def _worded(pattern: str, words: Mapping[str, str]) -> str:
    said = {name: word.lower() if name.endswith(("type", "value")) else word for name, word in words.items()}
    said |= {name: f"${int(words[name]) / 100:g}" for name in ("min", "max") if name in words}
    said["name"] = words.get("name", "").replace("_", " ").strip()
    if said["type"].endswith("s"):
        pattern = pattern.replace("{type}s", "{type}")
    return pattern.format(**said)


def _words(
    world: _World, fields: frozenset[str], kind: str, thing: _Thing, rng: np.random.Generator
) -> dict[str, str] | None:
    """What is asked, such that `thing` meets it; None where its record does not say enough."""
    words = {"type": kind}
    others = [each for each in world.of_type[kind] if each.id != thing.id]
    if "brand" in fields:
        if not thing.brand:
            return None
        words["brand"] = thing.brand
    if "value" in fields:
        facts = world.facts_of(thing)
        if not facts:
            return None
        words["name"], words["value"] = facts[int(rng.integers(len(facts)))]
    if "not_brand" in fields:
        brands = sorted({each.brand for each in others if each.brand} - {thing.brand})
        if not brands:
            return None
        words["not_brand"] = brands[int(rng.integers(len(brands)))]
    if "not_value" in fields:
        pairs = sorted({pair for each in others for pair in world.facts_of(each)} - set(thing.facts.items()))
        pairs = [pair for pair in pairs if pair[0] in thing.facts and not _says(thing, *pair)]
        if not pairs:
            return None
        words["not_name"], words["not_value"] = pairs[int(rng.integers(len(pairs)))]
    words |= _bounds(fields, thing.price)
    return words


def _bounds(fields: frozenset[str], price: int) -> dict[str, str]:
    """Round amounts of whole units on either side of a price, in minor units."""
    bounds = {}
    if "max" in fields:
        bounds["max"] = str(_round(price * 1.2) + 100)
    if "min" in fields:
        bounds["min"] = str(max(_round(price * 0.7), 100))
    return bounds


def _round(amount: float) -> int:
    step = 100 if amount < 5_000 else 1_000
    return int(amount // step) * step


def _meets(thing: _Thing, words: Mapping[str, str]) -> bool:
    if "max" in words and thing.price > int(words["max"]):
        return False
    if "min" in words and thing.price < int(words["min"]):
        return False
    if "brand" in words and thing.brand != words["brand"]:
        return False
    if "not_brand" in words and thing.brand == words["not_brand"]:
        return False
    if "value" in words and not _says(thing, words["name"], words["value"]):
        return False
    return "not_value" not in words or not _says(thing, words["not_name"], words["not_value"])


def _says(thing: _Thing, name: str, value: str) -> bool:
    """Whether its record holds every word of a value."""
    said = set(re.findall(r"[^\W_]+", thing.facts.get(name, "").lower()))
    return said.issuperset(re.findall(r"[^\W_]+", value.lower()))


def _kinds(fields: frozenset[str]) -> frozenset[str]:
    kind = {"brand": "brand", "value": "attribute", "max": "price", "min": "price"}
    negations = {"not_brand": "negation", "not_value": "negation"}
    return frozenset((kind | negations)[name] for name in fields if name in kind | negations)
