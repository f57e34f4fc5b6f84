"""How a language is written, read from `retrieval/locales/<language>.toml`.

Word lists are data, so that another language needs no code. A language without a file raises
`UnknownLanguage`; a phrase that the file lacks raises `KeyError` (a mistake of the programmer).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "locales"


class UnknownLanguage(LookupError):
    """There is no word list for this language."""


@dataclass(frozen=True, slots=True, eq=False)
class Locale:
    """One language's word lists, equal only to itself. `units` maps each way to write a unit to the unit.

    `dimensions` are what a unit measures, each with how much of the smallest unit it is; `measured` are all
    units. `ranges` are the words around the numbers of a range, `people` the unit that counts people,
    `numbers` numbers as words with their digits, `derived` the endings of words made of others.
    """

    spellings: Mapping[str, str]
    truths: Mapping[str, str]
    plural_endings: tuple[tuple[str, str], ...]
    plural_minimum: int
    derived: tuple[tuple[str, str], ...]
    irregular: Mapping[str, str]
    units: Mapping[str, str]
    units_attached: Mapping[str, str]
    measured: frozenset[str]
    dimensions: Mapping[str, tuple[tuple[str, float], ...]]
    imperial: frozenset[str]
    ranges: Mapping[str, tuple[str, ...]]
    people: str
    numbers: Mapping[str, str]
    stop: frozenset[str]
    connectors: frozenset[str]
    looks: frozenset[str]
    sizes: frozenset[str]
    says: Mapping[str, str]

    def singular(self, word: str) -> str:
        """`batteries` -> `battery`; a word without a plural's ending is returned as it is."""
        if word in self.irregular:
            return self.irregular[word]
        if len(word) < self.plural_minimum:
            return word
        for ending, instead in self.plural_endings:
            if word.endswith(ending):
                return word.removesuffix(ending) + instead
        return word

    def fold(self, word: str) -> str:
        """One form for all spellings of a lower-case word."""
        singular = self.singular(word)
        return self.spellings.get(singular, singular)

    def truth(self, value: str) -> str | None:
        """ "yes" or "no" where a value says only that; else None."""
        return self.truths.get(value.strip().casefold())

    def say(self, phrase: str, **values: object) -> str:
        return self.says[phrase].format(**values)


@cache
def load_locale(language: str = "en") -> Locale:
    """Raises `UnknownLanguage`."""
    path = FOLDER / f"{language}.toml"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.toml")))
        raise UnknownLanguage(f"no word list for {language!r}; there are: {known}")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    plurals = data["plurals"]
    return Locale(
        spellings=data["spellings"],
        truths=data["truths"],
        plural_endings=tuple((ending, instead) for ending, instead in plurals["endings"]),
        plural_minimum=plurals["minimum_length"],
        derived=tuple((ending, instead) for ending, instead in data["derived"]["endings"]),
        irregular=plurals["irregular"],
        units={written: unit for unit, ways in data["units"].items() for written in ways},
        units_attached=data["units_attached"],
        measured=frozenset((*data["units"], *data["units_attached"].values())),
        dimensions=_dimensions(data["measures"]),
        imperial=frozenset(data["ranges"]["imperial"]),
        ranges={
            name: tuple(ways) for name, ways in data["ranges"].items() if name not in ("imperial", "people")
        },
        people=data["ranges"]["people"],
        numbers={word: str(number) for word, number in data["numbers"].items()},
        stop=frozenset(data["words"]["stop"]),
        connectors=frozenset(data["words"]["connectors"]),
        looks=frozenset(data["words"]["looks"]),
        sizes=frozenset(data["words"]["sizes"]),
        says=data["says"],
    )


def _dimensions(
    measures: Mapping[str, Mapping[str, float]],
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Unit -> what it measures, and its size there."""
    found: dict[str, tuple[tuple[str, float], ...]] = {}
    for dimension, units in measures.items():
        for unit, size in units.items():
            found[unit] = (*found.get(unit, ()), (dimension, float(size)))
    return found
