"""What a sentence says of a shop's rules, held against one sentence of the page at a time.

A rule is not a set of words: "gift cards" and "can be returned" may both stand on a page that says the
opposite. So every weighty word and number of the claim must stand in one sentence of the page (or in its
heading, or in the sentence before where it begins with a pronoun), a number beside the same word and not in
another part than the words it is said of, and the claim must deny what that sentence denies, no less or more.

It reads words, not meaning: a rule told in other words than the page's is a violation, and so is one without
the "if" that it has on the page. What else a claim leaves out it does not see.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.claims.known import NEGATION_REACH, Known, folded, stem
from assistant.claims.statement import Statement
from assistant.claims.wordlists import wordlists
from assistant.lexicon import lexicon
from assistant.values import Violation, ViolationKind

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")
_PART = re.compile(r"[;:,](?!\d)|\sbut\s")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")
_MONEY = re.compile(r"[$€£¥]\s?$")
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class _Rule:
    """A sentence of a page: its parts as folded words, and words that it may take from around it."""

    parts: tuple[tuple[str, ...], ...]
    around: frozenset[str]
    heading: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for part in self.parts for word in part)

    @property
    def roots(self) -> frozenset[str]:
        return frozenset(map(root, self.words))


@dataclass(frozen=True, slots=True)
class _Claim:
    """The weighty words of a sentence, and its numbers with the weighty word that follows (or nothing)."""

    words: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    limits: frozenset[str]
    denied: frozenset[str]
    conditional: bool


def policy_violations(statement: Statement) -> Iterator[Violation]:
    """Of the page's sentence that comes closest: what of the claim it does not hold."""
    claim = _claim(statement)
    if not claim.words and not claim.numbers:
        return
    rules = list(_rules(statement.known))
    found = [tuple(_unheld(claim, rule, statement)) for rule in rules]
    yield from min(found, key=len, default=(Violation("policy", statement.sentence),))


def _claim(statement: Statement) -> _Claim:
    folds = statement.folds
    words, numbers = [], []
    for place, fold in enumerate(folds):
        if fold[0].isdigit():
            after = folds[place + 1] if place + 1 < len(folds) else ""
            numbers.append((fold, "" if _is_grammar(after) else after))
        elif _is_weighty(fold):
            words.append(fold)
    limits = frozenset(folds) & _listed("limits")
    return _Claim(
        tuple(words), tuple(numbers), limits, _denied(folds), bool(set(folds) & _listed("conditions"))
    )


def _rules(known: Known) -> Iterator[_Rule]:
    heading = folded(known.heading)
    for passage in known.passages:
        before: tuple[str, ...] = ()
        for text in _SENTENCE_END.split(passage):
            parts = tuple(run for part in _PART.split(text) if (run := folded(part)))
            refers = bool({word for part in parts for word in part} & _listed("refers"))
            yield _Rule(parts, frozenset(map(root, (*heading, *(before if refers else ())))), heading)
            before = (*(before if refers else ()), *(word for part in parts for word in part))


def _unheld(claim: _Claim, rule: _Rule, statement: Statement) -> Iterator[Violation]:
    for word in claim.words:
        if root(word) not in rule.roots | rule.around:
            yield Violation("policy", word)
    for number, after in claim.numbers:
        if not _holds_number(claim, rule, number, after):
            yield Violation(_kind(statement, number, after), f"{number} {after}".strip())
    for limit in claim.limits - set(rule.words):
        yield Violation("policy", limit)
    if set(rule.words) & _listed("conditions") and not claim.conditional:
        yield Violation("policy", statement.sentence)
    if claim.denied != _denied_by(rule, claim):
        yield Violation("policy", statement.sentence)


def _holds_number(claim: _Claim, rule: _Rule, number: str, after: str) -> bool:
    """Whether a part of the rule has the number, and no word of the claim belongs to a part with another."""
    run = f" {number} {after} " if after else f" {number} "
    having = [part for part in rule.parts if run in f" {' '.join(part)} "]
    if not having:
        return False
    elsewhere = [
        part for part in rule.parts if part not in having and any(word[0].isdigit() for word in part)
    ]
    here = {root(word) for part in rule.parts if part not in elsewhere for word in part}
    there = {root(word) for part in elsewhere for word in part}
    return not any(root(word) in there - here for word in claim.words)


def _denied_by(rule: _Rule, claim: _Claim) -> frozenset[str]:
    """What the rule denies of what the claim says; its heading denies what it alone has a word for."""
    said = frozenset(map(root, claim.words))
    denied = _denied(rule.words) | (_denied(rule.heading) - rule.roots)
    return denied & said


def _denied(words: Sequence[str]) -> frozenset[str]:
    """The first weighty word after each negation."""
    negations = _listed("negations") | _listed("nobody")
    places = [place for place, word in enumerate(words) if word in negations]
    after = (
        next((each for each in words[place + 1 :][:NEGATION_REACH] if _is_weighty(each)), None)
        for place in places
    )
    return frozenset(root(each) for each in after if each is not None)


def _is_weighty(fold: str) -> bool:
    return not fold[0].isdigit() and not _is_grammar(fold)


def _kind(statement: Statement, number: str, after: str) -> ViolationKind:
    if after in _listed("times"):
        return "date"
    spans = (word.start for word in statement.words if word.fold == number)
    is_money = any(_MONEY.search(statement.text[:start]) for start in spans)
    return "price" if is_money else "policy"


def _is_grammar(fold: str) -> bool:
    return len(fold) < _FEWEST_LETTERS - 1 or fold in _grammar()


@cache
def _grammar() -> frozenset[str]:
    lists = ("rule_talk", "negations", "limits", "conditions", "articles", "joins", "refers")
    return lexicon().locale.stop.union(*map(_listed, lists))


@cache
def _listed(name: str) -> frozenset[str]:
    """A word list as words are folded."""
    return frozenset(map(lexicon().locale.fold, wordlists().lists[name]))


@cache
def root(word: str) -> str:
    """As `stem`, but "shipping" and "ships" are one, and "used" and "use"."""
    plain = stem(word)
    plain = plain[:-1] if plain.endswith("ed") else plain
    return _DOUBLED.sub(r"\1", plain) if len(plain) > _FEWEST_LETTERS else plain
