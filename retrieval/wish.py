"""What a shopper typed, as words to look for, slips of typing put right."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.lexical import LexicalIndex
from retrieval.measures import read_ranges
from retrieval.snapshot import Snapshot
from retrieval.spelling import corrected
from retrieval.tokens import joined_pairs, tokenise
from retrieval.values import Measure

_MEASURE = re.compile(r"\d+(?:\.\d+)?[a-z]+")

#: A word stands for what it was made of where so many times as many products hold that.
FAR_MORE = 5

_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d])\w{3,}|\d{4,}")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was typed, and its tokens."""

    text: str
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """`tokens` are looked for: without words that carry no wish, with neighbours joined where the shop
    writes them as one word. `said` are all tokens, `words` those that carry a wish. `corrected` are slips of
    typing with what was meant, `alike` what says the same as a token: measures in other units, the word that
    a rare one was made of. `ranges` are
    facts, no words: they stand in nothing else here."""

    text: str
    tokens: tuple[str, ...]
    said: frozenset[str]
    words: tuple[Word, ...]
    corrected: Mapping[str, str]
    alike: Mapping[str, Sequence[str]]
    ranges: tuple[Measure, ...]

    @property
    def searched(self) -> tuple[str, ...]:
        """The tokens and what says the same."""
        return tuple(dict.fromkeys((*self.tokens, *(each for ways in self.alike.values() for each in ways))))

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


def read_wish(text: str, snapshot: Snapshot) -> Wish:
    """The words of a text as this catalogue writes them."""
    locale, lexical = snapshot.columns.books.locale, snapshot.lexical
    asked = read_ranges(text, locale)
    text = asked.rest
    said = tokenise(text, locale)
    meant = {token: _meant(token, lexical) for token in said if token not in locale.stop}
    content = [meant[token] for token in said if token in meant]
    joined = [pair for pair in joined_pairs(content) if pair not in content and lexical.knows(pair)]
    tokens = tuple(dict.fromkeys((*content, *joined)))
    words = (Word(typed, frozenset(tokenise(typed, locale)) - locale.stop) for typed in text.split())
    return Wish(
        text=text.strip(),
        tokens=tokens,
        said=frozenset((*said, *joined)),
        words=tuple(dict.fromkeys(word for word in words if word.tokens)),
        corrected={typed: word for typed, word in meant.items() if typed != word},
        alike=_alike(tokens, snapshot),
        ranges=asked.ranges,
    )


def _alike(tokens: Sequence[str], snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """For each measure, and for its number and its unit alone, what says the same in another unit; for a rare
    word what it was made of."""
    found: dict[str, tuple[str, ...]] = {}
    for token in tokens:
        ways = tuple(each for each in snapshot.measures.alike(token) if snapshot.lexical.knows(each))
        if ways:
            number = token.rstrip(string.ascii_lowercase)
            found |= dict.fromkeys((token, number, token.removeprefix(number)), ways)
    for token in tokens:
        derived = _derived_from(token, snapshot)
        if derived and token not in found:
            found[token] = (derived,)
    return found


def _derived_from(token: str, snapshot: Snapshot) -> str | None:
    """What a word was made of, where far more things go by the name of that: "gardening" of "garden"."""
    locale, lexical = snapshot.columns.books.locale, snapshot.lexical
    stems = [token.removesuffix(end) + instead for end, instead in locale.derived if token.endswith(end)]
    if not stems:
        return None
    kinds = {
        each: int(lexical.holds_all([each], ("kind",)).sum())
        for each in (token, *stems)
        if each == token or (len(each) >= locale.plural_minimum and lexical.knows(each))
    }
    best = max(kinds, key=kinds.__getitem__)
    return best if best != token and kinds[best] >= FAR_MORE * max(1, kinds[token]) else None


def _meant(token: str, lexical: LexicalIndex) -> str:
    """The token; what it must have been where no product holds it. Its last s may have been taken for a
    plural's: `cordles` stands here as `cordle`."""
    if lexical.knows(token):
        return token
    return corrected(token, lexical.holding) or corrected(f"{token}s", lexical.holding) or token
