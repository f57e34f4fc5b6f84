"""What a shopper typed, as words to look for, slips of typing put right."""

import re
from dataclasses import dataclass

from retrieval.lexical import LexicalIndex
from retrieval.locale import Locale
from retrieval.spelling import corrected
from retrieval.tokens import joined_pairs, tokenise

_MEASURE = re.compile(r"\d+(?:\.\d+)?[a-z]+")
_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d])\w{3,}|\d{4,}")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was typed, and its tokens."""

    text: str
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """`tokens` are looked for: without words that carry no wish, with neighbours joined where the shop
    writes them as one word. `said` are all tokens, `words` those that carry a wish."""

    text: str
    tokens: tuple[str, ...]
    said: frozenset[str]
    words: tuple[Word, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Tokens that look like a model number: `tn2110`."""
        return tuple(t for t in self.tokens if _CODE.fullmatch(t) and t not in self.measures)

    @property
    def measures(self) -> tuple[str, ...]:
        """Numbers with their unit: `20litre`."""
        return tuple(token for token in self.tokens if _MEASURE.fullmatch(token))

    @property
    def says_nothing(self) -> bool:
        """Blank, or only words that carry no wish: "show me something"."""
        return not self.text or (bool(self.said) and not self.tokens)


def read_wish(text: str, locale: Locale, lexical: LexicalIndex) -> Wish:
    said = tokenise(text, locale)
    content = [_meant(token, lexical) for token in said if token not in locale.stop]
    joined = [pair for pair in joined_pairs(content) if pair not in content and lexical.knows(pair)]
    words = (Word(typed, frozenset(tokenise(typed, locale)) - locale.stop) for typed in text.split())
    return Wish(
        text=text.strip(),
        tokens=tuple(dict.fromkeys((*content, *joined))),
        said=frozenset((*said, *joined)),
        words=tuple(dict.fromkeys(word for word in words if word.tokens)),
    )


def _meant(token: str, lexical: LexicalIndex) -> str:
    """The token; what it must have been where no product holds it."""
    return token if lexical.knows(token) else corrected(token, lexical.holding) or token
