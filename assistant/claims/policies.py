"""What a sentence says of a shop's rules, held against one sentence of the page at a time.

A rule is not a set of words: "gift cards" and "can be returned" may both stand on a page that says the
opposite. So every weighty word and number of the claim must stand in one sentence of the page (or in its
heading, or in the sentence before where it begins with a pronoun), a number beside the same word and not in
another part than the words it is said of, and the claim must deny what that sentence denies, no less or more.

It reads words, and which of them are alike, not meaning: a rule told in quite other words than the page's
is a violation, and so is one without the "if" that it has on the page. What else a claim leaves out it does
not see.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.claims.known import digits, folded
from assistant.claims.rules import (
    Rule,
    alike,
    denials_in,
    denied_by,
    is_grammar,
    is_weighty,
    listed,
    negations,
    plainly,
    root,
    rules,
)
from assistant.claims.statement import Statement
from assistant.claims.wordlists import phrase, wordlists
from assistant.reading.words import tidy
from assistant.values import Violation, ViolationKind

__all__ = ["policy_violations", "root"]

_MONEY = re.compile(r"[$€£¥]\s?$")
_CUT = re.compile(r"[;:,](?!\d)")
_THRESHOLD = re.compile(r"[$€£¥](\d[\d.,]*\d|\d) or (?:more|over|above)")
_ORDERED = re.compile(r"(?<!\w)and (?:we|you|it|they)(?!\w)")
_WHEN = ("before", "after")
#: Words that say of a number that it is the most, or the least.
_MOST, _LEAST = frozenset({"within", "until", "before", "by"}), frozenset({"after"})


@dataclass(frozen=True, slots=True)
class _Claim:
    """The weighty words of a sentence, and its numbers with the word that follows (or nothing)."""

    folds: tuple[str, ...]
    words: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    limits: frozenset[str]
    denied: tuple[str, ...]
    conditional: bool


def policy_violations(statement: Statement) -> Iterator[Violation]:
    """Of the page's sentence that comes closest: what of the claim it does not hold."""
    claim = _claim(statement)
    if not claim.words and not claim.numbers:
        return
    found = [tuple(_unheld(claim, rule, statement)) for rule in rules(statement.known)]
    yield from min(found, key=len, default=(Violation("policy", statement.sentence),))


def _claim(statement: Statement) -> _Claim:
    text = plainly(statement.text)
    folds = folded(text)
    light = listed("sent_back") if {"back"} & set(folds) else frozenset()
    words = [
        fold
        for place, fold in enumerate(folds)
        if (is_weighty(fold) and fold not in light) or _is_times(folds, place)
    ]
    numbers = [pair for part in _CUT.split(text) for pair in _numbers(folded(part))]
    conditional = phrase("conditioned").search(text.lower()) is not None or _is_order(text)
    limits = frozenset(folds) & listed("limits") | frozenset(_bounds(folds))
    return _Claim(folds, tuple(words), tuple(numbers), limits, tuple(denied_by(folds)), conditional)


def _numbers(folds: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, fold in enumerate(folds):
        if fold[0].isdigit():
            after = next((each for each in folds[place + 1 :] if each not in listed("fillers")), "")
            yield fold, "" if not after or is_grammar(after) else after


def _bounds(folds: Sequence[str]) -> Iterator[str]:
    """Words like "before", and like "under" where a number follows."""
    for place, fold in enumerate(folds):
        if fold in wordlists().maps["bounds"] and (
            fold in _WHEN or any(each[0].isdigit() for each in folds[place + 1 : place + 2])
        ):
            yield fold


def _is_times(folds: Sequence[str], place: int) -> bool:
    """ "Charged once" says how often, "at once" and "once it is there" say when."""
    last = place + 1 == len(folds) or folds[place + 1] in ("for", "per", "a", "every", "only")
    return folds[place] == "once" and place > 0 and folds[place - 1] != "at" and last


def _is_order(text: str) -> bool:
    """ "Send it back and we refund it" is an "if", too."""
    goes_on = _ORDERED.search(text.lower())
    return goes_on is not None and not {"we", "you", "it", "they", "i"} & set(folded(text[: goes_on.start()]))


def _unheld(claim: _Claim, rule: Rule, statement: Statement) -> Iterator[Violation]:
    for word in claim.words:
        if not rule.has(word):
            yield Violation("policy", word)
    for number, after in claim.numbers:
        if not _holds_number(claim, rule, number, after) and not _meets(claim, statement, number):
            yield Violation(_kind(statement, number, after), f"{number} {after}".strip())
    for limit in claim.limits:
        if not _has_limit(rule, limit):
            yield Violation("policy", limit)
    if set(rule.words) & listed("conditions") and not claim.conditional:
        yield Violation("policy", statement.sentence)
    if not _denies_the_same(claim, rule) or not _prefers_the_same(claim, rule):
        yield Violation("policy", statement.sentence)


def _has_limit(rule: Rule, limit: str) -> bool:
    """Whether it limits in the same way: "any" is "every", and a "no" is looked at as a denial."""
    words = set(rule.words)
    if limit in wordlists().maps["bounds"]:
        return bool(words & set(folded(wordlists().maps["bounds"][limit])))
    return (
        limit in words
        or (limit in listed("wholly") and bool(words & listed("wholly")))
        or (limit in negations() and bool((words | set(rule.heading)) & negations()))
    )


def _holds_number(claim: _Claim, rule: Rule, number: str, after: str) -> bool:
    """Whether a part of the rule has the number, and no word of the claim belongs to a part with another."""
    having = [part for part in rule.parts if _has_number(part, number, after, rule)]
    if not having or _is_other_side(claim, having, number):
        return False
    elsewhere = [
        part for part in rule.parts if part not in having and any(word[0].isdigit() for word in part)
    ]
    here = _meant(word for part in rule.parts if part not in elsewhere for word in part)
    there = _meant(word for part in elsewhere for word in part)
    shared = listed("times") | {after}
    return not any(
        alike(word) & there and not alike(word) & here for word in claim.words if word not in shared
    )


def _has_number(part: Sequence[str], number: str, after: str, rule: Rule) -> bool:
    """Beside the same word, but for one that is no time between them; or last, where others have its unit."""
    for place in (at for at, word in enumerate(part) if word == number):
        near = part[place + 1 : place + 3]
        if not after or near[:1] == (after,):
            return True
        if near[1:] == (after,) and near[0] not in listed("times"):
            return True
        units = [
            other[at + 1] for other in rule.parts for at in range(len(other) - 1) if other[at][0].isdigit()
        ]
        if not near and after in units:
            return True
    return False


def _is_other_side(claim: _Claim, having: Sequence[Sequence[str]], number: str) -> bool:
    """ "After 14 days" where the rule says "within 14 days"."""
    mine = _side(claim.folds, number)
    sides = {_side(part, number) for part in having}
    return mine is not None and sides <= {_MOST, _LEAST} and mine not in sides


def _side(words: Sequence[str], number: str) -> frozenset[str] | None:
    place = words.index(number)
    before = words[place - 1] if place else ""
    return next((side for side in (_MOST, _LEAST) if before in side), None)


def _meets(claim: _Claim, statement: Statement, number: str) -> bool:
    """ "If your order comes to $60" is a case of "$49 or more"."""
    if (
        not claim.conditional
        or phrase("thresholds").search(statement.lower)
        or not _is_money(statement, number)
    ):
        return False
    least = [match for each in statement.known.passages for match in _THRESHOLD.finditer(digits(tidy(each)))]
    return len(least) == 1 and Decimal(number) >= Decimal(least[0][1].replace(",", ""))


def _denies_the_same(claim: _Claim, rule: Rule) -> bool:
    said = _meant(claim.words)
    by_rule = [each for each in denied_by(rule.words) if alike(each) & said]
    only = [each for each in denied_by(rule.heading) if not alike(each) & rule.roots and alike(each) & said]
    theirs, mine = _meant([*by_rule, *only]), _meant(claim.denied)
    if not claim.denied and denials_in(claim.folds):
        return bool(theirs) or bool(said & (rule.negated | rule.undone))
    if not claim.denied:
        return not theirs and not any(_is_only_denied(word, rule) for word in claim.words)
    same = all(alike(each) & theirs for each in claim.denied) and all(
        alike(each) & mine for each in [*by_rule, *only]
    )
    once = len(claim.denied) == 1
    return same or (once and (len([*by_rule, *only]) == 1 or bool(said & rule.undone)))


def _is_only_denied(word: str, rule: Rule) -> bool:
    """Whether the rule says that word only where it denies something."""
    found = alike(word) & rule.roots
    return bool(found) and found <= rule.negated and not alike(word) & rule.around


def _prefers_the_same(claim: _Claim, rule: Rule) -> bool:
    """ "A instead of B" is not "B instead of A"."""
    mine, theirs = _instead(claim.folds), _instead(rule.words)
    return not mine or bool(theirs and alike(mine) & alike(theirs))


def _instead(words: Sequence[str]) -> str:
    place = words.index("instead") if "instead" in words else len(words)
    return next((each for each in words[place + 1 :] if is_weighty(each)), "")


def _meant(words: Iterator[str] | Sequence[str]) -> frozenset[str]:
    return frozenset().union(*map(alike, words))


def _is_money(statement: Statement, number: str) -> bool:
    spans = (word.start for word in statement.words if word.fold == number)
    return any(_MONEY.search(statement.text[:start]) for start in spans)


def _kind(statement: Statement, number: str, after: str) -> ViolationKind:
    if after in listed("times"):
        return "date"
    return "price" if _is_money(statement, number) else "policy"
