"""The form in which two answers are compared: pure, and no code of `assistant` in it.

Text: case-folded, trimmed, punctuation and hyphens as spaces, articles and possessive endings dropped, each
word in the singular and in British spelling, small number words as digits, units canonical ("65W" is
"65 w", '13"' is "13 inch"). Lists are sets; "red, pink" is two values. Money is (minor units, currency).
A category is also the last part of its path.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

Canonical = frozenset[tuple[str, str]]

ARTICLES = frozenset({"a", "an", "the"})
POINTERS = frozenset({"this", "that", "these", "those", "my", "our", "your"})
#: Words that only join the parts of a phrase: "a shirt in linen" is "linen shirt".
JOINTS = frozenset({"of", "in", "with", "for", "and"})

IRREGULAR = {
    "children": "child",
    "men": "man",
    "women": "woman",
    "people": "person",
    "persons": "person",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
    "geese": "goose",
    "knives": "knife",
    "shelves": "shelf",
    "leaves": "leaf",
    "loaves": "loaf",
    "scarves": "scarf",
    "halves": "half",
    "wolves": "wolf",
    "axes": "axe",
    "lenses": "lens",
    "buses": "bus",
    "gases": "gas",
}
#: Singulars in -oe, whose plural only adds an s.
OE = frozenset({"shoe", "toe", "canoe", "hoe", "oboe", "horseshoe", "snowshoe"})
SPELLINGS = {
    "color": "colour",
    "gray": "grey",
    "flavor": "flavour",
    "fiber": "fibre",
    "aluminum": "aluminium",
    "tire": "tyre",
    "organizer": "organiser",
    "moisturizer": "moisturiser",
    "jewelry": "jewellery",
    "center": "centre",
    "pajama": "pyjama",
    "mom": "mum",
    "mommy": "mum",
    "mummy": "mum",
    "kid": "child",
}
SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: str(value) for value, word in enumerate(SMALL, start=1)}
#: Spellings of a unit, after a number only.
UNITS = {
    spelling: unit
    for unit, spellings in {
        "inch": ("inch", "in", '"', "″"),
        "l": ("l", "litre", "liter", "ltr"),
        "ml": ("ml", "millilitre", "milliliter"),
        "kg": ("kg", "kilo", "kilogram"),
        "g": ("g", "gram", "gramme"),
        "m": ("m", "metre", "meter"),
        "cm": ("cm", "centimetre", "centimeter"),
        "mm": ("mm", "millimetre", "millimeter"),
        "w": ("w", "watt"),
        "v": ("v", "volt"),
        "lb": ("lb", "pound"),
        "oz": ("oz", "ounce"),
        "gb": ("gb", "gigabyte"),
        "tb": ("tb", "terabyte"),
        "year": ("year", "yr"),
    }.items()
    for spelling in spellings
}

_TOKEN = re.compile(r'\d+(?:[.,]\d+)*|[^\W\d_]+|["″%+]')


def words(text: str) -> tuple[str, ...]:
    """The canonical words of a text, in order."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"(?<=\w)['’]s?\b", "", folded)
    found: list[str] = []
    for token in _TOKEN.findall(folded):
        number = _number(token)
        if number is not None:
            found.append(number)
        elif found and found[-1][0].isdigit() and singular(token) in UNITS:
            found.append(UNITS[singular(token)])
        elif token not in ARTICLES and token not in ('"', "″"):
            word = singular(token)
            found.append(NUMBERS.get(word, SPELLINGS.get(word, word)))
    return tuple(found)


def phrase(text: str) -> str:
    """A text as one canonical string."""
    return " ".join(words(text))


def pointer(text: str) -> str:
    """Words that point, without "that" and the like: "that second one" is "the second one"."""
    kept = [word for word in words(text) if word not in POINTERS]
    return " ".join(kept or words(text))


def bag(text: str) -> frozenset[str]:
    """The words of a phrase in any order, without those that only join: "a coat in M" is "M coat"."""
    return frozenset(words(text)) - JOINTS


def singular(word: str) -> str:
    """One form for singular and plural: the plural's ending dropped, -ie and -y alike."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("es") and word[:-1] not in OE and re.search(r"(?:x|ch|sh|ss|zz|o)es$", word):
        return word[:-2]
    if len(word) > 2 and word.endswith("s") and not re.search(r"(?:ss|us|is)$", word):
        word = word[:-1]
    return word[:-2] + "y" if len(word) > 2 and word.endswith("ie") else word


def values(text: str) -> frozenset[str]:
    """A list written with commas or slashes between words as a set of phrases."""
    parts = re.split(r",\s+|,(?=\D)|\s+/\s+", text)
    return frozenset(filter(None, map(phrase, parts)))


def category(text: str) -> frozenset[str]:
    """A category's name: the whole path, and its last part."""
    return frozenset({phrase(text), phrase(text.rsplit(">", 1)[-1])})


def money(value: Any) -> tuple[int, str] | None:
    """`{"amount", "currency"}` in minor units; None for anything else."""
    if not isinstance(value, Mapping) or not isinstance(value.get("amount"), int):
        return None
    return value["amount"], str(value.get("currency", "")).strip().upper()


def pairs(table: Mapping[str, Any]) -> Canonical:
    """Names with values, as attributes or entities are."""
    return frozenset((phrase(name), phrase(str(value))) for name, value in table.items())


def excluded(items: Iterable[Mapping[str, Any]]) -> Canonical:
    """What must not be, value by value."""
    return frozenset(
        (phrase(str(item.get("field", ""))), value)
        for item in items
        for value in values(str(item.get("value", "")))
    )


def _number(token: str) -> str | None:
    """A number without thousands separators and needless zeros; None for another token."""
    if not token[0].isdigit():
        return None
    plain = re.sub(r",(?=\d{3}(?!\d))", "", token).replace(",", ".")
    if plain.count(".") != 1:
        return plain
    whole, _, fraction = plain.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole
