"""A message as words with their places, so that what was understood can be taken out of it.

`Words.plain` is the message with compatibility forms folded, straight quotes and single spaces; `lower` is
the same, letter for letter, in lower case. A word's `fold` is what words are compared by: lower case, no
accents, singular, one spelling; a unit after a number is its canonical name ("65W" -> `65`, `w`).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from assistant.lexicon import Lexicon
from retrieval.locale import Locale
from retrieval.tokens import normalise

Span = tuple[int, int]

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": " ", "“": '"', "”": '"', "–": "-", "—": " - ", "\u2212": "-"}
)
_POSSESSIVE = re.compile(r"'s?$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands in `Words.plain`."""

    fold: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return self.start, self.end


def tidy(text: str) -> str:
    """Compatibility forms folded, quotes straight, control characters and runs of white space one space."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") else c for c in folded)
    return _SPACES.sub(" ", visible).strip()


def lowered(text: str) -> str:
    """Lower case without changing any place: a letter whose lower case is two letters stays."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def fold_words(text: str, locale: Locale) -> list[Word]:
    """The words of (tidied) text. Text without spaces between words gives one word for each run."""
    found: list[Word] = []
    number = False
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word[0].isdigit():
            fold, number = _number(word), True
        else:
            plain = normalise(_POSSESSIVE.sub("", word))
            unit = locale.units.get(plain) or locale.units.get(locale.fold(plain)) if number else None
            fold, number = unit or locale.fold(plain), False
        found.append(Word(fold, match.start(), match.end()))
    return found


def folds(text: str, locale: Locale) -> tuple[str, ...]:
    """Only the folded words of any text: what names and values are compared by."""
    return tuple(word.fold for word in fold_words(tidy(text), locale))


def _number(word: str) -> str:
    plain = (
        word.replace(",", "")
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", word)
        else word.replace(",", ".")
    )
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    stripped = plain.lstrip("0") or "0"
    return f"0{stripped}" if stripped.startswith(".") else stripped


@dataclass
class Words:
    """One message while it is read: what is taken is no longer part of what is searched for."""

    text: str
    lexicon: Lexicon
    taken: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plain = tidy(self.text)
        self.lower = lowered(self.plain)

    @cached_property
    def words(self) -> list[Word]:
        return fold_words(self.plain, self.lexicon.locale)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(word.fold for word in self.words)

    def take(self, *spans: Span) -> None:
        self.taken.extend(span for span in spans if span[1] > span[0])

    def free(self, span: Span) -> bool:
        """Whether nothing of this place has been taken yet."""
        return all(end <= span[0] or start >= span[1] for start, end in self.taken)

    def rest(self) -> str:
        """What has not been taken; a comma marks where something stood between two pieces of a list."""
        return without(self.plain, self.taken)


def without(text: str, spans: Iterable[Span]) -> str:
    """`text` without the spans, single-spaced."""
    kept, place = [], 0
    for start, end in sorted(spans):
        if end > place:
            kept.append(text[place : max(start, place)])
            place = end
    kept.append(text[place:])
    return _SPACES.sub(" ", " ".join(kept)).strip()
