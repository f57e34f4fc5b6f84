"""The word lists of English claims, read from `assistant/claims/en.toml`.

    [phrases]  name -> phrases, the longest tried first; they may hold regular expressions, and a space in
               one stands for any white space
    [maps]     name -> (word -> text)

A name that the file lacks raises `KeyError`: a programmer's mistake.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "en.toml"
#: Words that may stand between a phrase and the amount that it is about.
_FILLER = r"(?:\s(?:of|at|is|just|now|only|exactly|a|an|the|for|to|by|you))*"


@dataclass(frozen=True, slots=True, eq=False)
class Wordlists:
    """All lists of one language, equal only to itself."""

    lists: Mapping[str, tuple[str, ...]]
    maps: Mapping[str, Mapping[str, str]]

    def words(self, name: str) -> frozenset[str]:
        """The phrases of that name as plain words."""
        return frozenset(self.lists[name])


@cache
def wordlists() -> Wordlists:
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Wordlists({name: tuple(each) for name, each in tables["phrases"].items()}, tables["maps"])


@cache
def phrase(name: str) -> re.Pattern[str]:
    """Any phrase of that name, as whole words."""
    return re.compile(rf"(?<!\w)(?<!\d\.){_any(name)}(?!\w)")


@cache
def ends_with(name: str) -> re.Pattern[str]:
    """Text that ends in such a phrase, but for filler words, a colon and white space."""
    return re.compile(rf"(?<!\w){_any(name)}{_FILLER}[\s:]*$")


@cache
def starts_with(name: str) -> re.Pattern[str]:
    """For `match`: text that begins with such a phrase, after white space, a comma or a hyphen."""
    return re.compile(rf"[\s,-]*(?:(?:off )?of (?:your |the ))?{_any(name)}(?!\w)")


def _any(name: str) -> str:
    ordered = sorted(wordlists().lists[name], key=len, reverse=True)
    spaced = (each.replace(" ?", r"\s?").replace(" ", r"\s+") for each in ordered)
    return f"(?:{'|'.join(spaced)})"
