"""Money and percentages. The words at an amount say what it is the amount of: a price, a total, a saving.

An amount in another currency than the evidence's, or in no form that is known, is held by nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_symbol

from assistant.claims.known import Subject
from assistant.claims.statement import Statement
from assistant.claims.wordlists import ends_with, phrase, starts_with
from assistant.facts import CART
from assistant.lexicon import lexicon
from assistant.reading.words import Span
from assistant.values import Violation, ViolationKind
from shop.money import Money

_SIGN = r"(?:[A-Za-z]{0,3}[$¢£¤¥₠-⃏])"
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_PERCENT = re.compile(rf"(?<![\w.,])({_NUMBER}|an?)\s?(?:%|percent\b|per cent\b)")

#: What an amount may be, by what is said at it; in the order in which a word before it counts.
_BEFORE = ("savings", "list", "left", "budget", "total", "difference")
_AFTER = ("share", "total", "each", "left", "list", "savings", "budget", "difference")
_KINDS: dict[str, tuple[str, ...]] = {
    "total": ("total", "line_total"),
    "each": ("price",),
    "share": ("price", "line_total"),
    "savings": ("savings",),
    "list": ("list_price",),
    "left": ("left",),
    "budget": ("budget",),
    "difference": ("difference", "savings"),
    "price": ("price", "total", "line_total"),
}
_VIOLATION: dict[str, ViolationKind] = {"total": "total", "savings": "discount", "list": "discount"}
#: Roles that belong to the set or the cart where the sentence speaks of more than one product.
_WHOLES = frozenset({"total", "savings", "left", "budget", "list", "difference"})


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount in a sentence; `money` None where its currency is not the evidence's."""

    span: Span
    money: Money | None


def amount_violations(statement: Statement) -> Iterator[Violation]:
    """Money first, then percentages; both are taken, so that no number of theirs is looked at again."""
    for amount in _amounts(statement):
        statement.take(amount.span)
        violation = _judged(statement, amount)
        if violation is not None:
            yield violation
    for match in _PERCENT.finditer(statement.lower):
        if statement.free(match.span()):
            statement.take(match.span())
            yield from _percent(statement, match)


def _amounts(statement: Statement) -> Iterator[_Amount]:
    words = lexicon().source("currency_word")
    pattern = re.compile(
        rf"(?<![\w.,])(?P<before>{_SIGN}\s?|[a-z]{{3}}\s(?=\d))?(?P<number>{_NUMBER})"
        rf"(?P<after>\s?{_SIGN}(?!\w)|\s?{words})?",
    )
    for match in pattern.finditer(statement.lower):
        before, after = (match["before"] or "").strip(), (match["after"] or "").strip()
        codes = lexicon().texts["currencies"]
        if before.isalpha() and before not in codes:
            before = ""
        start = match.start() if before else match.start("number")
        if not before and not (after and _is_money(statement, after)):
            continue
        inside = statement.place_at(match.start("number"))
        if statement.in_mention(inside):
            continue
        yield _Amount((start, match.end()), _money(statement, match["number"], before, after))


def _is_money(statement: Statement, after: str) -> bool:
    """ "Pounds" are money only where the shop's currency is; else they weigh."""
    code = lexicon().texts["currencies"].get(after)
    if code is None:
        return not after[0].isalpha()
    return (
        code in ("", *statement.known.currencies)
        or lexicon().locale.fold(after) not in lexicon().locale.units
    )


def _money(statement: Statement, number: str, before: str, after: str) -> Money | None:
    for currency in statement.known.currencies:
        if all(_means(mark, currency) for mark in (before, after) if mark):
            return _exactly(Decimal(number.replace(",", "")), currency)
    return None


def _exactly(value: Decimal, currency: str) -> Money | None:
    """None for what no amount of this currency can be: half a cent, or more than anything costs."""
    try:
        money = Money.of(value, currency)
    except ValueError:
        return None
    return money if money.major == value else None


@cache
def _means(mark: str, currency: str) -> bool:
    """Whether a sign, a code or a word for money can stand for this currency."""
    symbol = get_currency_symbol(currency, locale="en_US").lower()
    if mark in (symbol, currency.lower(), symbol[-1] if not symbol[-1].isalpha() else symbol):
        return True
    code = lexicon().texts["currencies"].get(mark)
    return code in ("", currency) if code is not None else False


def _judged(statement: Statement, amount: _Amount) -> Violation | None:
    role, bound = _role(statement, amount.span)
    claim = statement.text[amount.span[0] : amount.span[1]]
    violation = Violation(_VIOLATION.get(role, "price"), claim)
    if amount.money is None:
        return violation
    owners = _owners(statement, amount.span, role)
    held = [_held(owner, role, statement) for owner in owners]
    if bound is not None and role in ("price", "total", "each") and not _is_denied(statement, amount.span):
        true = all(values and all(_within(each, amount.money, bound) for each in values) for values in held)
        return None if true or _is_budget(statement, amount.money, bound) else violation
    if role in _WHOLES:
        return None if any(amount.money in values for values in held) else violation
    written = [owner.writes(claim) for owner in owners]
    true = all(amount.money in values or said for values, said in zip(held, written, strict=True))
    return None if true else violation


def _role(statement: Statement, span: Span) -> tuple[str, str | None]:
    """What the amount is of, and whether the sentence says that it is below or above it."""
    before, after = statement.without_names(span[0]), statement.lower[span[1] :]
    bound = next((side for side in ("below", "above") if ends_with(f"{side}_before").search(before)), None)
    if bound is not None:
        before = ends_with(f"{bound}_before").sub("", before)
    role = next((each for each in _BEFORE if ends_with(f"{each}_before").search(before)), None)
    role_after = next((each for each in _AFTER if starts_with(f"{each}_after").match(after)), None)
    if role in (None, "difference", "budget") and role_after is not None:
        role = role_after
    return role or "price", bound


def _owners(statement: Statement, span: Span, role: str) -> list[Subject]:
    """Whose amount it is; sums are the set's, too, where the sentence does not speak of one product."""
    owners = statement.owners(span)
    known = statement.known
    if role == "difference":
        return [*owners, *(each for each in known.subjects.values() if "difference" in each.money)]
    products = [each for each in statement.named if each in known.products]
    speaks_of_one = len(products) == 1 and known.whole not in statement.named
    if role == "each" and not products:
        return [known.subject(each) for each in known.products]
    if role in _WHOLES and known.whole is not None and (not speaks_of_one or role in ("budget", "left")):
        return [*owners, known.subject(known.whole)]
    return owners


def _held(owner: Subject, role: str, statement: Statement) -> set[Money]:
    kinds = _KINDS[role]
    if role == "total" and owner.id in statement.known.products and not owner.amounts("line_total"):
        return owner.amounts("price")
    if role == "list" and owner.id == CART:
        kinds = (*kinds, "total")
    if role == "price" and "budget" in owner.money and statement.known.cheapest_said:
        kinds = (*kinds, "budget")
    return owner.amounts(*kinds)


def _is_denied(statement: Statement, span: Span) -> bool:
    """ "Nothing under $20" is about what there is not, which no fact tells."""
    place = statement.place_at(span[0])
    return bool(set(statement.folds[max(place - 3, 0) : place]) & {"nothing", "none", "no", "not"})


def _within(value: Money, limit: Money, bound: str) -> bool:
    return value <= limit if bound == "below" else value >= limit


def _is_budget(statement: Statement, money: Money, bound: str) -> bool:
    """Whether "within $300" names the budget, and the total stays within it."""
    whole = statement.known.whole
    if whole is None or bound != "below":
        return False
    subject = statement.known.subject(whole)
    return money in subject.amounts("budget") and all(each <= money for each in subject.amounts("total"))


def _percent(statement: Statement, match: re.Match[str]) -> Iterator[Violation]:
    written = f"{match[1]}%"
    discount = phrase("discount").search(statement.lower) or re.match(
        r"\s*(?:off|less|cheaper)\b", statement.lower[match.end() :]
    )
    owners = _owners(statement, match.span(), "savings")
    true = any(written in owner.percents or (not discount and owner.writes(match[0])) for owner in owners)
    if not true:
        yield Violation("discount" if discount else "number", statement.text[match.start() : match.end()])
