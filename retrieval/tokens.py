"""Cuts text into the tokens that the lexical index and the filters compare.

`tokenise("2-person USB-C lamp, 4.1 kg")` -> `2 person 2person usb c usbc lamp 4.1 kg 4.1kg`. Lower case,
without accents, plurals folded, one spelling of each word; a compound is kept split and joined; a number
and its unit are kept apart and together, whether they were written "20l", "20 l" or "20-litre", and a number
before a unit may be a word ("two person"). Which words are numbers, units, plurals and spellings is the
locale's. A script that writes no spaces between words is
not cut into words: a run of it is one token.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from retrieval.locale import Locale

_PIECE = r"(?:\d+(?:[.,]\d+)*[^\W_]*|[^\W_]+)"
#: A word, or several joined by a mark without a space between them, and a sign for a unit.
_CHUNK = re.compile(rf"{_PIECE}(?:[-‐‑–./_'’&]{_PIECE})*[\"°]?")
_PIECES = re.compile(_PIECE + r"[\"°]?")
_PART = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[\"°]")
_POSSESSIVE = re.compile(r"['’]s\b")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_SIGNS = str.maketrans({"″": '"', "”": '"', "™": " ", "®": " ", "©": " "})

#: Longer compounds are nobody's way to write one word.
_JOINED_MAX = 24
#: Letters in a run of letters and digits that make it a word ("iphone7"), not a model number ("tn2110").
_WORD_MIN = 3
_CACHED_CHUNKS = 1 << 16
_CACHED_NAMES = 1 << 14


def tokenise(text: str, locale: Locale, *, compounds: bool = True) -> list[str]:
    """Tokens in the order of the text, a joined form after its parts. Empty where no letter stands.

    Without `compounds` only measures are joined ("4l", not "usbc"): what has to stand in a text in full.
    """
    tokens: list[str] = []
    number: str | None = None
    for chunk in _CHUNK.findall(_POSSESSIVE.sub("", normalise(text))):
        found = _chunk_tokens(chunk, locale, compounds)
        unit = _unit(chunk, locale) if number is not None else None
        if number is not None and unit:
            tokens[-1] = number
            tokens += (unit, number + unit)
        else:
            tokens += found
        number = _as_number(found[0], locale) if len(found) == 1 else None
    return tokens


def normalise(text: str) -> str:
    """Lower case, compatibility forms folded, accents of Latin letters dropped."""
    plain = text.translate(_SIGNS)
    if plain.isascii():
        return plain.lower()
    folded = unicodedata.normalize("NFKD", plain).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


def joined_pairs(words: Sequence[str]) -> Iterator[str]:
    """What two neighbours would be in one word: `head set` -> `headset`."""
    for left, right in pairwise(words):
        if left.isalpha() and right.isalpha():
            yield left + right


@lru_cache(maxsize=_CACHED_NAMES)
def canonical(text: str, locale: Locale) -> str:
    """One form for comparing names: `Colors` -> `colour`, `Gas-thread` -> `gas thread`."""
    return " ".join(tokenise(text, locale, compounds=False))


@lru_cache(maxsize=_CACHED_CHUNKS)
def _chunk_tokens(chunk: str, locale: Locale, compounds: bool) -> tuple[str, ...]:
    pieces = _PIECES.findall(chunk)
    if len(pieces) == 1:
        return _piece_tokens(pieces[0], locale)
    parts = _PART.findall(chunk)
    if len(parts) == 2 and (measured := _measured(parts, locale, attached=False)):
        return measured
    split = tuple(token for piece in pieces for token in _piece_tokens(piece, locale))
    joined = "".join(parts)
    if not compounds or len(joined) > _JOINED_MAX or not any(part.isalpha() for part in parts):
        return split
    return (*split, locale.fold(joined))


def _piece_tokens(piece: str, locale: Locale) -> tuple[str, ...]:
    """`lamps` -> `lamp`, `20l` -> `20 litre 20litre`, `tn2110` as it is, `iphone7` also in its parts."""
    parts = _PART.findall(piece)
    if len(parts) == 1:
        return (_single(parts[0], locale),)
    if len(parts) == 2 and (measured := _measured(parts, locale, attached=True)):
        return measured
    plain = tuple(_single(part, locale) for part in parts if part[0].isalnum())
    whole = "".join(part for part in parts if part[0].isalnum())
    if any(part.isalpha() and len(part) >= _WORD_MIN for part in parts):
        return (whole, *plain)
    return (whole,)


def _measured(parts: Sequence[str], locale: Locale, *, attached: bool) -> tuple[str, str, str] | None:
    """A number and a unit -> number, unit and both in one; None for anything else."""
    number = _as_number(parts[0], locale)
    if number is None:
        return None
    unit = _unit(parts[1], locale) or (locale.units_attached.get(parts[1]) if attached else None)
    return (number, unit, number + unit) if unit else None


def _as_number(part: str, locale: Locale) -> str | None:
    """`17.0` and `seventeen` -> `17`; None for what is no number."""
    return _number(part) if part[0].isdigit() else locale.numbers.get(part)


def _single(part: str, locale: Locale) -> str:
    return _number(part) if part[0].isdigit() else locale.fold(part)


def _unit(part: str, locale: Locale) -> str | None:
    return locale.units.get(part) or locale.units.get(locale.fold(part))


def _number(part: str) -> str:
    """`17.0` -> `17`, `3,000` -> `3000`, `4,1` -> `4.1`."""
    plain = part.replace(",", "") if _THOUSANDS.fullmatch(part) else part.replace(",", ".")
    whole, point, decimals = plain.partition(".")
    if not point or "." in decimals:
        return plain
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
