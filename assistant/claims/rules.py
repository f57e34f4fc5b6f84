"""A page of the shop's rules, cut into sentences and their parts, and which words of it mean the same.

Forms of a word are one ("paid" and "pay"), and so are words that say the same of a rule ("erase", "delete").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise, takewhile

from assistant.claims.known import Known, folded, stem, undoubled
from assistant.claims.wordlists import wordlists
from assistant.lexicon import lexicon

_PART = re.compile(r"[;:,](?!\d)|\sbut\s|\sand\s(?=(?:do|does|is|are|can|will|it|we|they|you)\b)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")
_SHORT = re.compile(r"(?<!\w)(?:[ap]\.m|approx|e\.g|i\.e|vs|incl|max|min|st|dr|mrs?)\.$", re.IGNORECASE)
_FEWEST_LETTERS = 3
#: How far a negation reaches in a rule, in words.
_REACH = 5
#: A negation that ends with its part: "without a printer, show the code".
_BRIEF = "without"
#: How far before a negation stands what it is a part of: "anything you do not like".
_NEAR = 3
#: What goes on with a denied list: "no checks, cash or bank transfers".
_OR = ("or", "nor")


@dataclass(frozen=True)
class Rule:
    """A sentence of a page: its parts as folded words, and words that it may take from around it."""

    parts: tuple[tuple[str, ...], ...]
    around: frozenset[str]
    heading: tuple[str, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(word for part in self.parts for word in part)

    @cached_property
    def roots(self) -> frozenset[str]:
        """All that its words mean."""
        return frozenset().union(*map(alike, self.words))

    def has(self, word: str) -> bool:
        return not alike(word).isdisjoint(self.roots | self.around)

    @cached_property
    def undone(self) -> frozenset[str]:
        """What stands in a part that a negation takes back as a whole: "the giver hears nothing of it"."""
        return frozenset().union(*(alike(word) for part in self.parts if _denies_all(part) for word in part))

    @cached_property
    def negated(self) -> frozenset[str]:
        """What stands only where the rule denies: behind a negation, and in the list that goes on with it."""
        inside: set[str] = set()
        outside: set[str] = set()
        goes_on = False
        for part in self.parts:
            start, goes_on = _denied_from(part, goes_on=goes_on)
            for place, word in enumerate(part):
                (inside if place >= start else outside).update(alike(word))
        return frozenset(inside - outside)


def _denied_from(part: Sequence[str], *, goes_on: bool) -> tuple[int, bool]:
    """From which word on a part is denied, and whether a list behind it is, too. `goes_on`: a denied list."""
    at = next(iter(denials_in(part)), None)
    if at is None:
        goes_on = goes_on and part[0] not in _starts()
        return (0 if goes_on else len(part)), goes_on
    if _denies_all(part):
        return 0, False
    return at, part[at] != _BRIEF


def _denies_all(part: Sequence[str]) -> bool:
    """Whether the negation comes last, so that it is of what stands before it."""
    at = next((place for place, word in enumerate(part) if word in negations()), None)
    return at is not None and not any(is_weighty(each) or each[0].isdigit() for each in part[at + 1 :])


def rules(known: Known) -> Iterator[Rule]:
    heading = folded(known.heading)
    for page, passage in zip(known.pages, known.passages, strict=True):
        before: tuple[str, ...] = ()
        for text in _sentences(plainly(passage)):
            parts = tuple(run for part in _PART.split(text) if (run := folded(part)))
            words = tuple(word for part in parts for word in part)
            refers = bool(set(words) & listed("refers"))
            taken = before if refers else _compounds(before, words)
            around = frozenset().union(*map(alike, (*heading, *folded(page), *taken)))
            yield Rule(parts, around, heading)
            before = (*(before if refers else ()), *words)


def plainly(text: str) -> str:
    """The text with ways to say one thing made one: "costs nothing" is "free"."""
    for name, instead in wordlists().maps["rephrased"].items():
        text = _pattern(name).sub(instead, text)
    return text


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)", re.IGNORECASE)


def _sentences(text: str) -> Iterator[str]:
    """Its sentences: "2 p.m. Central Time" ends none."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        following = folded(text[end.end() :].split(" ", 1)[0])
        begins = not following or is_grammar(following[0])
        if begins or not _SHORT.search(text[start : end.start()]):
            yield text[start : end.start()]
            start = end.end()
    yield text[start:]


def _compounds(before: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """What the sentence before calls a thing in full: "sales tax", which is "the tax" from there on."""
    definite = {noun for article, noun in pairwise(words) if article == "the"}
    return tuple(
        first
        for first, noun in pairwise(before)
        if noun in definite and is_weighty(noun) and is_weighty(first)
    )


def denials_in(words: Sequence[str]) -> list[int]:
    """Places of its negations, but for those of a clause inside it: "anything you do not like"."""
    found = (place for place, word in enumerate(words) if word in negations())
    return [at for at in found if not set(words[max(at - _NEAR, 0) : at]) & listed("relatives")]


def denied_by(words: Sequence[str]) -> list[str]:
    """The first weighty word after each negation, and those that "or" adds to it."""
    found: list[str] = []
    for place in denials_in(words):
        rest = tuple(takewhile(lambda each: not each[0].isdigit(), words[place + 1 :]))
        first = next((at for at, each in enumerate(rest[:_REACH]) if is_weighty(each)), None)
        if first is not None:
            found.append(rest[first])
            pairs = zip(rest[first:], rest[first + 1 :], strict=False)
            found += [word for joint, word in pairs if joint in _OR and is_weighty(word)]
    return found


def is_weighty(fold: str) -> bool:
    return not fold[0].isdigit() and not is_grammar(fold)


def is_grammar(fold: str) -> bool:
    return len(fold) < _FEWEST_LETTERS - 1 or fold in _grammar() or _base(fold) in _grammar()


@cache
def _grammar() -> frozenset[str]:
    lists = (
        "rule_talk",
        "negations",
        "excludes",
        "limits",
        "conditions",
        "articles",
        "joins",
        "refers",
        "nobody",
    )
    fold = lexicon().locale.fold
    return frozenset(map(fold, lexicon().locale.stop)).union(lexicon().locale.stop, *map(listed, lists))


@cache
def negations() -> frozenset[str]:
    return listed("negations") | listed("nobody") | listed("excludes")


@cache
def _starts() -> frozenset[str]:
    """Words that begin a clause of its own, where a list does not go on."""
    return (
        listed("refers")
        | listed("conditions")
        | frozenset({"we", "you", "and", "where", "whichever", "when", "show"})
    )


@cache
def listed(name: str) -> frozenset[str]:
    """A word list as words are folded."""
    return frozenset(map(lexicon().locale.fold, wordlists().lists[name]))


def _base(fold: str) -> str:
    return wordlists().maps["irregular"].get(fold, fold)


@cache
def alike(fold: str) -> frozenset[str]:
    """The root of a word, and the groups of words that mean the same."""
    word = root(_base(fold))
    return _groups().get(word, frozenset()) | {word}


@cache
def _groups() -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {}
    for group in wordlists().lists["same"]:
        for word in group.split():
            name = root(_base(lexicon().locale.fold(word)))
            groups[name] = groups.get(name, frozenset()) | {group}
    return groups


@cache
def root(word: str) -> str:
    """As `stem`, but "shipping" and "ships" are one, and "used" and "use"."""
    plain = stem(word)
    plain = plain[:-1] if plain.endswith("ed") else plain
    return undoubled(plain) if len(plain) > _FEWEST_LETTERS else plain
