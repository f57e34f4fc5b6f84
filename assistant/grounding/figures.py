"""Claims made of figures: money, percentages, numbers with a unit, counts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.grounding.ledger import Ledger
from assistant.grounding.scope import Scope
from assistant.lexicon import Lexicon
from assistant.reading.money import amounts_of_money
from assistant.reading.numbers import Number, numbers
from assistant.reading.words import Span, folds
from assistant.values import Violation, ViolationKind
from shop.money import Money

_NEAR = Decimal("0.05")
_AROUND = 24

#: What an amount is said to be -> the facts that may hold it. The first that the words call for counts.
_ROLES: Sequence[tuple[str, tuple[str, ...], ViolationKind]] = (
    ("claim_left", ("left",), "number"),
    ("claim_savings", ("savings",), "discount"),
    ("claim_budget", ("budget",), "number"),
    ("claim_was", ("list_price",), "price"),
    ("claim_total", ("total", "line_total"), "total"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence while it is checked: lower case, its words, and the places already accounted for."""

    lower: str
    words: Sequence[tuple[str, Span]]
    scope: Scope
    ledger: Ledger
    quoted: Sequence[Span]

    @property
    def lexicon(self) -> Lexicon:
        return self.ledger.lexicon

    def skipped(self, span: Span) -> bool:
        """Inside a quotation or a product's name, where nothing is claimed."""
        inside = any(start <= span[0] and span[1] <= end for start, end in self.quoted)
        return inside or self.scope.inside_name(span)

    def near(self, span: Span, reach: int = _AROUND) -> tuple[str, str]:
        """The words before and after a place, within its clause."""
        before = re.split(r"[;,.:](?!\d)", self.lower[max(0, span[0] - reach) : span[0]])[-1]
        after = re.split(r"[;,.:](?!\d)|\s(?:and|but|while)\s", self.lower[span[1] : span[1] + reach])[0]
        return before, after


def figure_claims(text: Text) -> Iterator[Violation]:
    """Every figure of the sentence that no fact holds."""
    taken: list[Span] = []
    for span, money in amounts_of_money(text.lower, text.lexicon, _currency(text.ledger)):
        taken.append(span)
        if not text.skipped(span):
            yield from _money(text, span, money)
    for match in re.finditer(r"(\d+(?:[.,]\d+)?)\s?(?:%|percent|per cent)", text.lower):
        taken.append(match.span())
        if not text.skipped(match.span()):
            yield from _percentage(text, match.span(), match[1])
    for number in numbers(text.lower, text.lexicon):
        free = not any(start <= number.span[0] < end for start, end in taken)
        if free and not text.skipped(number.span):
            yield from _number(text, number)


def _currency(ledger: Ledger) -> str:
    found = ledger.amounts(("price", "total", "budget", "list_price"))
    return found[0][1] if found else "USD"


def _money(text: Text, span: Span, money: Money) -> Iterator[Violation]:
    before, after = text.near(span)
    subjects = text.scope.subjects(span)
    kinds, violation = _role(text, before, after, span)
    allowed = _amounts(text, kinds, subjects)
    if not any(_holds(money, amount, before, text.lexicon) for amount in allowed):
        yield Violation(violation, text.lower[span[0] : span[1]].strip())


def _role(text: Text, before: str, after: str, span: Span) -> tuple[tuple[str, ...], ViolationKind]:
    lexicon = text.lexicon
    if text.ledger.amounts(("difference",)):
        near = text.lower[max(0, span[0] - _AROUND) : span[1] + _AROUND]
        if lexicon.has("claim_gap", near):
            return ("difference", "price"), "price"
    for name, kinds, violation in _ROLES:
        if lexicon.has(name, after) or lexicon.has(name, before):
            if name == "claim_total" and lexicon.has("claim_each", after):
                continue
            return (*kinds, "budget") if name == "claim_left" else kinds, violation
    if text.scope.whole(span[0]):
        return ("total", "line_total"), "total"
    return ("price", "line_total"), "price"


def _amounts(text: Text, kinds: Sequence[str], subjects: Sequence[str]) -> list[Money]:
    found = text.ledger.amounts(kinds, subjects)
    if not found and "total" in kinds and not text.ledger.amounts(("total",)):
        found = text.ledger.amounts(("price",), subjects)
    return [Money(amount, currency) for amount, currency in found]


def _holds(claimed: Money, fact: Money, before: str, lexicon: Lexicon) -> bool:
    """Whether the fact bears out the amount, with a word like "under" or "about" before it."""
    if claimed.currency != fact.currency:
        return False
    if claimed == fact:
        return True
    if re.search(rf"{lexicon.source('claim_under')}\s*$", before):
        return fact.amount <= claimed.amount
    if re.search(rf"{lexicon.source('claim_over')}\s*$", before):
        return fact.amount >= claimed.amount
    if re.search(rf"{lexicon.source('claim_near')}\s*$", before):
        return abs(fact.amount - claimed.amount) <= _NEAR * fact.amount
    return False


def _percentage(text: Text, span: Span, number: str) -> Iterator[Violation]:
    subjects = text.scope.subjects(span)
    said = f"{number}%"
    promotions = {fact.value for fact in text.ledger.facts(("promotion",), subjects)}
    before, after = text.near(span)
    discount = any(
        text.lexicon.has(name, part)
        for name in ("discount_words", "claim_savings")
        for part in (before, after)
    )
    texts = text.ledger.facts(("attribute", "option", "description", "policy", "promotion", "name"), subjects)
    in_text = any(said in f"{fact.text} {fact.value}".replace(" %", "%") for fact in texts)
    if (
        said in promotions
        or (in_text and not discount)
        or (discount and any(said in fact.text for fact in texts if fact.kind == "promotion"))
    ):
        return
    yield Violation("discount" if discount else "number", text.lower[span[0] : span[1]])


def _number(text: Text, number: Number) -> Iterator[Violation]:
    """A number with a unit stands in the record; any other is a count, a quantity or part of a text."""
    if number.spelled and number.value == 1:
        return  # "one" is a pronoun far more often than a count
    following = next(((word, span) for word, span in text.words if span[0] >= number.span[1]), None)
    noun, end = "", number.span[1]
    if following is not None and following[1][0] - number.span[1] <= 1:
        noun, end = following[0], following[1][1]
    unit = text.lexicon.locale.units.get(noun, noun)
    value = f"{number.value.normalize():f}"
    subjects = text.scope.subjects((number.span[0], end))
    if unit in text.lexicon.locale.units.values():
        measured = text.ledger.pairs((value, unit), subjects)
        if not measured and not _unit_is_a_thing(text, unit, value, subjects):
            yield Violation("attribute", text.lower[number.span[0] : end])
    elif not _counted(text, value, noun, number, subjects):
        yield Violation("number", text.lower[number.span[0] : number.span[1]])


def _unit_is_a_thing(text: Text, unit: str, value: str, subjects: Sequence[str]) -> bool:
    """ "4 people" may be the party, "2 packs" the quantity."""
    counts = {fact.value for fact in text.ledger.facts(("quantity",), subjects)}
    return unit in ("pack",) and value in counts


def _counted(text: Text, value: str, noun: str, number: Number, subjects: Sequence[str]) -> bool:
    ledger, lexicon = text.ledger, text.lexicon
    before, after = text.near(number.span)
    if re.match(rf"\s*{lexicon.source('stars')}", after) or re.search(
        rf"{lexicon.source('rated_before')}\s*$", before
    ):
        ratings = {fact.value for fact in ledger.facts(("rating",), subjects)}
        return value in ratings or (value == "5" and re.search(r"(?:of|/)\s*$", before) is not None)
    if value == "5" and re.search(r"(?:of|/)\s*$", before):
        return bool(ledger.facts(("rating",)))
    quantities = [fact for fact in ledger.facts(("quantity",)) if fact.value == value]
    if quantities and any(
        noun in folds(fact.text, lexicon.locale) or _fills(ledger, fact.subject, noun, lexicon)
        for fact in quantities
    ):
        return True
    if _names_a_slot(ledger, noun, lexicon):
        return False
    if noun and _counts(text, value, noun, subjects):
        return True
    if value in {fact.value for fact in ledger.facts(("rating",), subjects)}:
        return True
    if value in {fact.value for fact in ledger.facts(("quantity",), subjects)} and number.span[1] < len(
        text.lower
    ):
        return text.lower[number.span[1] :].lstrip().startswith(("x", "of", "×"))
    return _in_texts(text, value, noun, subjects)


def _counts(text: Text, value: str, noun: str, subjects: Sequence[str]) -> bool:
    """A count of such things; of things that no count names, any count of the whole."""
    counts = text.ledger.facts(("count",), subjects)
    if text.lexicon.starts("stock_left", noun):
        return any(fact.value == value and text.lexicon.has("stock_in", fact.text) for fact in counts)
    named = [fact for fact in counts if noun in folds(fact.text, text.lexicon.locale)]
    return any(fact.value == value for fact in named or counts)


def _fills(ledger: Ledger, subject: str, noun: str, lexicon: Lexicon) -> bool:
    return any(noun in folds(slot, lexicon.locale) for key, slot in ledger.slots() if key == subject)


def _names_a_slot(ledger: Ledger, noun: str, lexicon: Lexicon) -> bool:
    return any(noun in folds(slot, lexicon.locale) for _, slot in ledger.slots())


def _in_texts(text: Text, value: str, noun: str, subjects: Sequence[str]) -> bool:
    """A number that stands so in a text of the record, next to the same word where there is one."""
    wordy = ("attribute", "option", "description", "policy", "review", "reason", "name", "promotion", "date")
    for fact in text.ledger.facts(wordy, subjects):
        words = folds(f"{fact.text} {fact.value}", text.lexicon.locale)
        if value in words and (noun in words or len(noun) < 3 or noun in text.lexicon.locale.stop):
            return True
    return False
