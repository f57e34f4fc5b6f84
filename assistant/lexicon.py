"""How a language says things: word lists and phrases, read from `assistant/locales/<language>/*.toml`.

They are about language and never about any shop's goods. Three kinds of table:
    [phrases]  name -> list of phrases, compiled to one pattern, the longest first; a phrase may hold
               regular expressions, a space in it stands for any white space
    [maps]     name -> (word -> text or number)
    [[service]] rules for the service intents (see `assistant.reading.service`)

A language without a folder gets English. A name that a table lacks raises `KeyError`: a programmer's
mistake.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from retrieval.locale import Locale, UnknownLanguage, load_locale

FOLDER = Path(__file__).parent / "locales"
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A service intent and the concepts that must (`all`) and must not (`none`) be there."""

    intent: str
    all: tuple[str, ...]
    none: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """One language's tables, equal only to itself. `spaced`: words stand apart."""

    language: str
    spaced: bool
    locale: Locale
    phrases: Mapping[str, re.Pattern[str]]
    lists: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, Mapping[str, str]]
    numbers: Mapping[str, Mapping[str, int]]
    service: tuple[ServiceRule, ...]

    @property
    def ahead(self) -> str:
        """What must not stand right before a word: nothing where words are not set apart."""
        return r"(?<!\w)" if self.spaced else ""

    @property
    def behind(self) -> str:
        return r"(?!\w)" if self.spaced else ""

    def has(self, name: str, text: str) -> bool:
        """Whether a phrase of that name stands in the text (lower case)."""
        return self.phrases[name].search(text) is not None

    def starts(self, name: str, text: str) -> bool:
        return self.phrases[name].match(text) is not None

    def keywords(self, *prefixes: str) -> frozenset[str]:
        """The plain words in the phrases whose names begin so, with and without an optional letter."""
        listed = [
            each for name, phrases in self.lists.items() if name.startswith(prefixes) for each in phrases
        ]
        plain = [re.sub(r"\([^)]*\)|\[[^\]]*\]|\\\\.", " ", phrase) for phrase in listed]
        spelled = [re.sub(r"(\w)\?", r"\1", phrase) for phrase in plain]
        spelled += [re.sub(r"\w\?", "", phrase) for phrase in plain]
        return frozenset(word for phrase in spelled for word in re.findall(r"[a-z]{3,}", phrase))

    def source(self, name: str) -> str:
        """The phrases as a piece of a larger pattern."""
        return self.phrases[name].pattern


@cache
def lexicon(language: str = FALLBACK) -> Lexicon:
    """The tables of a language, else the English ones."""
    folder = FOLDER / language
    if not folder.is_dir():
        return lexicon(FALLBACK)
    tables = _merged(folder)
    spaced = bool(tables["spaced"])
    lists = {name: tuple(phrases) for name, phrases in tables["phrases"].items()}
    maps: Mapping[str, Mapping[str, Any]] = tables["maps"]
    return Lexicon(
        language=language,
        spaced=spaced,
        locale=_locale(language),
        phrases={name: compiled(phrases, spaced=spaced) for name, phrases in lists.items()},
        lists=lists,
        texts={name: _only(table, str) for name, table in maps.items()},
        numbers={name: _only(table, int) for name, table in maps.items()},
        service=tuple(
            ServiceRule(rule["intent"], tuple(rule["all"]), tuple(rule.get("none", ())))
            for rule in tables["service"]
        ),
    )


def compiled(phrases: Sequence[str], *, spaced: bool) -> re.Pattern[str]:
    """One pattern for all phrases, the longest first; for lower-case text."""
    if not phrases:
        return re.compile(r"(?!)")
    ordered = sorted(phrases, key=len, reverse=True)
    body = "|".join(phrase.replace(" ", r"\s+") for phrase in ordered)
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)" if spaced else f"(?:{body})")


def _merged(folder: Path) -> dict[str, Any]:
    """All files of a language as one; a table may be spread over files, a name in it may not."""
    tables: dict[str, Any] = {"phrases": {}, "maps": {}, "service": []}
    for path in sorted(folder.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in ("phrases", "maps"):
                twice = tables[name].keys() & table.keys()
                if twice:
                    raise ValueError(f"{path}: {name} defined twice: {sorted(twice)}")
                tables[name].update(table)
            elif name == "service":
                tables["service"].extend(table)
            else:
                tables[name] = table
    return tables


def _only(table: Mapping[str, Any], kind: type) -> dict[str, Any]:
    return {word: value for word, value in table.items() if isinstance(value, kind)}


def _locale(language: str) -> Locale:
    try:
        return load_locale(language)
    except UnknownLanguage:
        return load_locale(FALLBACK)
