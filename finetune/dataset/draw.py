"""Fills the slots of a phrasing: `a {word} {thing} {max}` becomes marked text that `markup` reads.

Slots of a family: `{thing}` `{things}` (marked as the category), `{kind}` `{kinds}` (bare), `{brand}`,
`{attr}` `{attr2}` (a marked value), `{not}` (a marked exclusion), `{word}` `{tail}` (query words before and
after the noun), `{fact}` (what may be asked). `{an}` is "a" before what is counted, else nothing. `{list}` is
several marked slots, `{bare}` several with nothing but blanks or commas between, `{s1}`, `{s2}` one each.
`{todo}` is what is done where the kit is a task ("paint my living room"), `{event}` the kit where it is none.
`{amt}`, `{lo}`, `{hi}`, `{total}` are amounts. Other names are
fragments of `phrasings/fragments.toml`, or words of the history.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from finetune.dataset.service import NUMBERED, renumbered
from finetune.dataset.things import MODELS, WORDS, Family, kind

NUMBERS = ("two", "three", "four", "five", "six", "2", "3", "4", "6", "2x", "3 x", "2")
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twelve": 12}
#: Phrasings name up to so many colours.
SHADES = 3
#: Facts that are asked with "is it": the others are what it has.
PREDICATE = re.compile(
    "in stock|true|machine|dishwasher|microwave|oven|waterproof|washable|vegan|foldable|leakproof|bpa free"
    "|dry clean|hand wash|reusable|biodegradable|organic|frost|rechargeable|dimmable|upgradable|paperback"
    "|resoleable|adjustable|cruelty|sulfate|nickel|suitable|toxic|grain|refillable|4k|indoor|bluetooth$"
    "|(?P<verb>fits|works|needs?|runs|shrinks|contains|how|where|when)"
)
ENTITIES = {
    "delivery_city": (
        "Lyon",
        "Porto",
        "Leeds",
        "Austin",
        "Oslo",
        "Graz",
        "Kyoto",
        "Ghent",
        "Boston",
        "Perth",
    ),
    "delivery_country": (
        "Norway",
        "Chile",
        "Iceland",
        "Ireland",
        "India",
        "Kenya",
        "Poland",
        "Greece",
        "Peru",
    ),
    "person_name": ("Laura Stein", "Mr. Okafor", "Nina Brandt", "Ms. Patel", "Tom Reyes", "Mrs. Lindqvist"),
}
#: What people say of a part in a list, before and behind it.
BEFORE = tuple(WORDS["before"].split())
BEHIND = tuple(WORDS["behind"].split(", "))
#: First words of kits that are tasks, and what may stand between them and the thing; None where the occasion
#: is what is made ("make sushi": sushi).
TASKS: Mapping[str, Sequence[str | None]] = {
    "make": (None,),
    "bake": (None,),
    **dict.fromkeys(("hang", "keep"), ("", "some")),
    **dict.fromkeys(("build", "start", "lay", "repair"), ("a", "our")),
    **dict.fromkeys(
        ("paint", "tile", "fix", "insulate", "wallpaper", "change", "winterize", "detail"),
        ("my", "the", "our"),
    ),
}
_ENTITY = re.compile(r"\[e\.([a-z_]+):([^\]]+)\]")
_SLOT = re.compile(r"\{([a-z_A-Z]+\d?)\}")


class CannotFill(LookupError):
    """The family or the history has nothing for a slot of the phrasing."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What phrasings are filled with: of the training side, or of the held-out side."""

    families: Sequence[Family]
    kits: Sequence[tuple[str, Sequence[str]]]
    fragments: Mapping[str, Sequence[str]]


class Filler:
    """Fills one phrasing; a slot that stands twice has the same words."""

    def __init__(
        self, supply: Supply, family: Family, kit: Sequence[str], history: Mapping[str, str], rng: Random
    ) -> None:
        self._supply, self._family, self._kit, self._rng = supply, family, list(kit), rng
        self._kind = rng.choice(family.kinds)
        self._known: dict[str, str] = dict(history)
        self._parts = list(kit)
        rng.shuffle(self._parts)
        self._amounts()
        self._facts()
        self._values()

    def fill(self, phrasing: str) -> str:
        """The phrasing without slots. Raises `CannotFill`."""
        for _ in range(6):
            filled = _SLOT.sub(lambda found: self._value(found[1]), phrasing)
            if filled == phrasing:
                return _ENTITY.sub(self._other_entity, filled)
            phrasing = filled
        raise CannotFill(f"slots in slots without end: {phrasing!r}")

    def _other_entity(self, found: re.Match[str]) -> str:
        """Another number, town or name of the same kind."""
        kind, value = found[1], found[2]
        if kind in ENTITIES:
            return f"[e.{kind}:{self._rng.choice(ENTITIES[kind])}]"
        return f"[e.{kind}:{renumbered(value, self._rng)}]" if kind in NUMBERED else found[0]

    def _value(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = self._drawn(name)
        return self._known[name]

    def _drawn(self, name: str) -> str:
        if name in self._supply.fragments:
            return self._rng.choice(self._supply.fragments[name])
        if name in ("list", "list2"):
            return self._list()
        if name in ("bare", "bare2"):
            return self._bare()
        if name in ("todo", "event"):
            return self._occasion(name)
        if re.fullmatch(r"s\d", name):
            return self._slot(int(name[1]))
        if re.fullmatch(r"as\d", name):
            return self._counted_slot(int(name[2]))
        if re.fullmatch(r"p\d", name):
            return self._part(int(name[1]))
        if re.fullmatch(r"P\d", name):
            slot, part = self._value(f"slot{name[1]}"), self._value(f"part{name[1]}")
            return f"[.slot={slot}:{part}]"
        raise CannotFill(name)

    def _amounts(self) -> None:
        low, high = self._family.price
        high_amount = _round(self._rng.uniform(low * 1.2, high))
        self._known |= {
            "amt": _written(high_amount, self._rng),
            "hi": str(high_amount),
            "lo": str(max(1, min(_round(high_amount * self._rng.uniform(0.4, 0.8)), high_amount - 1))),
            "total": _written(
                _round(self._rng.choice((40, 60, 120, 250, 400, 900, 1800)) * self._rng.uniform(0.6, 1.4)),
                self._rng,
            ),
        }

    def _facts(self) -> None:
        kind, family, rng = self._kind, self._family, self._rng
        self._known |= {
            "thing": _mark("c", kind.one, kind.one),
            "things": _mark("c", kind.one, kind.many),
            "kind": kind.one,
            "kinds": kind.many,
            "an": "a" if kind.counted else "",
        }
        if family.brands:
            self._known |= {
                "brand": f"[b:{rng.choice(family.brands)}]",
                "xbrand": f"[x.brand:{rng.choice(family.brands)}]",
            }
        for name, values in (("word", family.words), ("tail", family.tails)):
            if values:
                self._known[name] = _described(rng.choice(values))
        if not kind.counted and kind.one.endswith("s"):
            self._known["pair"] = "a pair of"
        nouns = [fact for fact in family.facts if not PREDICATE.match(fact)]
        if nouns:
            self._known["fact"], self._known["fact2"] = rng.choice(nouns), rng.choice(nouns)
        predicates = [fact for fact in family.facts if (found := PREDICATE.match(fact)) and not found["verb"]]
        if predicates:
            self._known["asked"] = rng.choice(predicates)
        if family.words:
            self._known["word_plain"] = rng.choice(family.words)
        if len(family.brands) > 1:
            self._known["plain_brand"], self._known["other_brand"] = rng.sample(list(family.brands), 2)
        self._known["model"] = rng.choice(MODELS)

    def _values(self) -> None:
        family, rng = self._family, self._rng
        names = sorted(family.attributes)
        rng.shuffle(names)
        for place, name in enumerate(names[:2]):
            options = rng.sample(family.attributes[name], len(family.attributes[name]))
            self._known["attr" if not place else "attr2"] = _valued("a", name, options[0])
            self._known.setdefault("not", _valued("x", name, options[-1]))
            self._known[f"val{place + 1}"] = options[0]
            self._known[f"attrname{place + 1}"] = name
        if len(family.attributes.get("colour", ())) >= SHADES:
            first, second, third = rng.sample(list(family.attributes["colour"]), 3)
            self._known |= {"colour": first, "colour2": second, "colour3": third}
        if "size" in family.attributes:
            self._known["size"] = rng.choice(family.attributes["size"]).removeprefix("size ")

    def _part(self, place: int) -> str:
        while len(self._parts) < place:
            self._parts.append(self._rng.choice(self._rng.choice(self._supply.families).kinds).one)
        return self._parts[place - 1]

    def _slot(self, place: int) -> str:
        part = self._part(place)
        chance = self._rng.random()
        if chance < 0.18:
            part = f"{self._rng.choice(BEFORE)} {part}"
        elif chance < 0.24:
            part = f"{part} {self._rng.choice(BEHIND)}"
        return f"[s:{part}]"

    def _counted_slot(self, place: int) -> str:
        part = self._part(place)
        if self._rng.random() < 0.25:
            number = self._rng.choice(NUMBERS)
            count = COUNTS.get(number) or int(re.sub(r"\D", "", number))
            return f"[s={count} {part}:{number} {kind(part).many}]"
        mark = self._slot(place)
        return f"a {mark}" if kind(part).counted else mark

    def _bare(self) -> str:
        """Parts as they come to mind; plurals where people think of several."""
        count = self._rng.choice((3, 3, 4, 4, 5, 6))
        joint = self._rng.choice((" ", " ", ", ", ", ", ",", ". ", " and ", "\\n", " / "))
        parts = []
        for place in range(1, count + 1):
            one = kind(self._part(place))
            parts.append(_mark("s", one.one, one.many if self._rng.random() < 0.2 else one.one))
        return joint.join(parts)

    def _occasion(self, name: str) -> str:
        """Raises `CannotFill` where the kit is a task and an event is wanted, or the other way round."""
        done, _, what = self._known["kit"].partition(" ")
        if (done in TASKS) != (name == "todo"):
            raise CannotFill(name)
        if name == "event":
            return f"[occ:{self._known['kit']}]"
        whose = self._rng.choice(TASKS[done])
        return f"[occ={done} {what}:{done} {whose} {what}]" if whose is not None else f"{done} [occ:{what}]"

    def _list(self) -> str:
        count = self._rng.choice((2, 2, 3, 3, 3, 4, 5))
        start = self._rng.choice((1, 1, 1, 7))
        parts = [self._counted_slot(place) for place in range(start, start + count)]
        joint = self._rng.choice((" and ", " and ", ", and ", " & ", " + ", " plus "))
        if self._rng.random() < 0.15:
            return self._rng.choice((", ", " + ", " / ")).join(re.sub(r"^a ", "", part) for part in parts)
        return ", ".join(parts[:-1]) + joint + parts[-1]


def _described(words: str) -> str:
    """A description as query words; "without X" excludes X; one with marks of its own stays as it is."""
    if words.startswith("without "):
        return f"without [x.text:{words.removeprefix('without ')}]"
    return words if "[" in words else f"[q:{words}]"


def _valued(group: str, name: str, value: str) -> str:
    """ "Size 42" has the value 42; other values are marked whole."""
    if value.startswith("size "):
        return f"size [{group}.{name}:{value[5:]}]"
    return f"[{group}.{name}:{value}]"


def _mark(key: str, value: str, words: str) -> str:
    return f"[{key}:{words}]" if value == words else f"[{key}={value}:{words}]"


def _round(amount: float) -> int:
    """As people name amounts: 12, 35, 80, 250."""
    step = 1 if amount < 12 else 5 if amount < 60 else 10 if amount < 200 else 50 if amount < 1000 else 100
    return max(2, int(round(amount / step) * step))


def _written(amount: int, rng: Random) -> str:
    if amount >= 1000 and rng.random() < 0.5:
        return f"{amount:,}"
    return f"{amount}.99" if amount < 100 and rng.random() < 0.06 else str(amount)
