"""Numbers with a unit: which say the same in another unit, and which are in a range that was asked for.

`24 inch` is `61 cm`, `1 lb` is `454 g`, `16 oz` is `473 ml`: factors and units stand in the locale. What a
product measures is read from its tokens (`retrieval.tokens` writes `61cm`), so nothing is kept beside them.
A unit that measures two things (oz: mass and volume) is compared in both.

It does not know what a number measures: `30 cm` may be a height or a cable.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.locale import Locale
from retrieval.tokens import normalise, tokenise
from retrieval.values import Measure

_MEASURE = re.compile(r"(\d+(?:\.\d+)?)([^\W\d]+)")
_NUMBER = r"\d+(?:[.,]\d+)*"
_UNIT = r"[^\W\d]{1,14}|[\"°]"

#: How far two measures may be apart that say the same: rounding between systems of units, and within one
#: (1 TB is 1,000 or 1,024 GB).
ACROSS, WITHIN = 0.015, 0.025

#: How far "about" reaches.
ABOUT = 0.1


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges that a text asks for, the words that say so, and the text without them."""

    ranges: tuple[Measure, ...]
    rest: str
    words: tuple[str, ...] = ()


class MeasureIndex:
    """Which measures some products' tokens hold, by what they measure. Immutable."""

    def __init__(self, tokens: Iterable[str], locale: Locale) -> None:
        self._locale = locale
        found: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        for token in tokens:
            for dimension, size in self._sizes(token):
                found[dimension].append((size, token))
        self._held = {dimension: sorted(pairs) for dimension, pairs in found.items()}

    def alike(self, token: str) -> tuple[str, ...]:
        """Measures in other units that say the same as this one; none for what is no measure."""
        match = _MEASURE.fullmatch(token)
        if match is None:
            return ()
        unit = match[2]
        found: dict[str, None] = {}
        for dimension, size in self._sizes(token):
            for other in self._between(dimension, size * (1 - WITHIN), size * (1 + WITHIN)):
                theirs = _unit_of(other)
                near = ACROSS if self._imperial(unit) != self._imperial(theirs) else WITHIN
                held = next(each for name, each in self._sizes(other) if name == dimension)
                if theirs != unit and abs(held - size) <= near * size:
                    found[other] = None
        return tuple(found)

    def within(self, asked: Measure) -> tuple[list[str], list[str]]:
        """Measures in the range: those in the unit that was asked for, and those in others."""
        same: list[str] = []
        others: dict[str, None] = {}
        for dimension, factor in self._dimensions(asked.unit):
            low = 0.0 if asked.low is None else asked.low * factor
            high = float("inf") if asked.high is None else asked.high * factor
            for token in self._between(dimension, low * (1 - 1e-9), high * (1 + 1e-9)):
                if _unit_of(token) == asked.unit:
                    same.append(token)
                else:
                    others[token] = None
        return list(dict.fromkeys(same)), list(others)

    def _between(self, dimension: str, low: float, high: float) -> Iterator[str]:
        held = self._held.get(dimension, [])
        start, end = bisect_left(held, (low, "")), bisect_right(held, (high, chr(0x10FFFF)))
        return (token for _, token in held[start:end])

    def _sizes(self, token: str) -> list[tuple[str, float]]:
        """What a token measures, each with its size in the dimension's smallest unit."""
        match = _MEASURE.fullmatch(token)
        if match is None or match[2] not in self._locale.measured:
            return []
        return [(name, float(match[1]) * factor) for name, factor in self._dimensions(match[2])]

    def _dimensions(self, unit: str) -> Sequence[tuple[str, float]]:
        return self._locale.dimensions.get(unit, ((unit, 1.0),))

    def _imperial(self, unit: str) -> bool:
        return unit in self._locale.imperial


def measured(text: str, locale: Locale) -> Iterator[tuple[str, float]]:
    """What the first measure of a text says, each with its size in the dimension's smallest unit:
    "1.7 kg (3.7 lb)" is 1,700 of mass. Nothing where no number stands with its unit."""
    for token in tokenise(text, locale, compounds=False):
        match = _MEASURE.fullmatch(token)
        if match is not None and match[2] in locale.measured:
            for name, factor in locale.dimensions.get(match[2], ((match[2], 1.0),)):
                yield name, float(match[1]) * factor
            return


def read_ranges(text: str, locale: Locale) -> Ranges:
    """ "between 24 and 27 inch", "2-4 person", "at least 3 kg", "under two litres", "500 ml or more"."""
    plain = normalise(text)
    if not any(character.isdigit() for character in plain) and locale.numbers.keys().isdisjoint(
        plain.split()
    ):
        return Ranges((), text)
    found: list[Measure] = []
    words: list[str] = []
    rest = plain
    for kind, pattern in _patterns(locale):
        for match in reversed(list(pattern.finditer(rest))):
            measure = _measure(kind, match, locale)
            if measure is not None:
                found.append(measure)
                words.append(match[0].strip())
                rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    return Ranges(tuple(found), rest if found else text, tuple(words))


def _measure(kind: str, match: re.Match[str], locale: Locale) -> Measure | None:
    """None where what follows the number is no unit."""
    groups = match.groupdict()
    unit = _unit(groups["unit"], locale)
    if unit is None:
        return None
    if kind == "between":
        low_unit = _unit(groups["low_unit"], locale) if groups["low_unit"] else unit
        low, high = _number(groups["low"], locale), _number(groups["high"], locale)
        return Measure(unit, low, high) if low_unit == unit and low <= high else None
    size = _number(groups["size"], locale)
    if kind == "about":
        return Measure(unit, size * (1 - ABOUT), size * (1 + ABOUT))
    return Measure(unit, size, None) if kind.startswith("least") else Measure(unit, None, size)


def _unit(written: str, locale: Locale) -> str | None:
    tokens = tokenise(f"1{written}", locale, compounds=False)
    match = _MEASURE.fullmatch(tokens[-1]) if tokens else None
    return match[2] if match is not None and match[2] in locale.measured else None


def _number(written: str, locale: Locale) -> float:
    written = locale.numbers.get(written, written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", written):
        return float(written.replace(",", ""))
    return float(written.replace(",", "."))


def _unit_of(token: str) -> str:
    match = _MEASURE.fullmatch(token)
    return match[2] if match is not None else ""


@lru_cache(maxsize=8)
def _patterns(locale: Locale) -> list[tuple[str, re.Pattern[str]]]:
    """By what they say, the most telling first."""
    say = {name: "|".join(re.escape(each) for each in ways) for name, ways in locale.ranges.items()}
    number = rf"(?:{_NUMBER}|(?:{'|'.join(locale.numbers)})(?![^\W\d]))"
    measure = rf"(?P<size>{number})\s?-?(?P<unit>{_UNIT})(?!\w)"
    high = rf"(?P<high>{number})\s?-?(?P<unit>{_UNIT})(?!\w)"
    low = rf"(?P<low>{number})\s?(?P<low_unit>{_UNIT})?"
    forms = {
        "between": rf"\b(?:{say['between']})\s+{low}\s*(?:{say['and']}|{say['to']})\s*{high}",
        "between joined": rf"(?<![\w.,-]){low}\s*(?:{say['to']})\s*{high}",
        **_bounds(locale, measure),
        "least plus": rf"(?<![\w.,-])(?P<size>{number})\s?\+\s?-?(?P<unit>{_UNIT})(?!\w)",
        "about": rf"\b(?:{say['about']})\s+{measure}",
        "least after": rf"(?<![\w.,-]){measure}\s*(?:{say['least_after']})(?!\w)",
        "most after": rf"(?<![\w.,-]){measure}\s*(?:{say['most_after']})(?!\w)",
    }
    kinds = {name: name.split()[0] for name in forms}
    return [(kinds[name], re.compile(form)) for name, form in forms.items()]


def _bounds(locale: Locale, measure: str) -> dict[str, str]:
    """The forms of "at least" and "at most", those of more words first: "no more than" is no "more than"."""
    said = [(kind, way) for kind in ("least", "most") for way in locale.ranges[kind]]
    forms: dict[str, str] = {}
    for count in sorted({len(way.split()) for _, way in said}, reverse=True):
        for kind in ("least", "most"):
            ways = "|".join(
                re.escape(way) for each, way in said if each == kind and len(way.split()) == count
            )
            if ways:
                forms[f"{kind} {count}"] = rf"(?<!\w)(?:{ways})\s*{measure}"
    return forms
