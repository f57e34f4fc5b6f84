"""Money and percentages. The words at an amount say what it is the amount of: a price, a total, a saving.

An amount in another currency than the evidence's, or in no form that is known, is held by nothing.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_symbol

from assistant.claims.known import Subject
from assistant.claims.roles import WHOLES, Amount, line_of, owners_of, role_of, soft_roles
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

_KINDS: dict[str, tuple[str, ...]] = {
    "total": ("total", "line_total"),
    "each": ("price",),
    "sum": ("total", "budget"),
    "line": ("line_total",),
    "savings": ("savings",),
    "list": ("list_price",),
    "left": ("left",),
    "budget": ("budget",),
    "difference": ("difference", "savings"),
    "price": ("price", "total", "line_total"),
}
#: Roles that other words of the sentence may correct.
_SOFTENED: dict[str, tuple[str, ...]] = {
    "price": ("left", "savings", "list", "difference"),
    "difference": ("left", "savings", "list"),
    "share": ("left", "savings"),
    "left": ("savings", "difference"),
    "savings": ("difference",),
}
_VIOLATION: dict[str, ViolationKind] = {"total": "total", "savings": "discount", "list": "discount"}


def amount_violations(statement: Statement) -> Iterator[Violation]:
    """Money first, then percentages; both are taken, so that no number of theirs is looked at again."""
    for amount in _windowed(statement, list(_amounts(statement))):
        statement.take(amount.span)
        statement.amounts.append(amount.span)
        violation = _judged(statement, amount)
        if violation is not None:
            yield violation
    for match in _PERCENT.finditer(statement.lower):
        if statement.free(match.span()):
            statement.take(match.span())
            yield from _percent(statement, match)


def _windowed(statement: Statement, found: Sequence[tuple[Span, Money | None]]) -> Iterator[Amount]:
    starts = [0, *(span[1] for span, _ in found)]
    ends = [*(span[0] for span, _ in found[1:]), len(statement.lower)]
    for (span, money), start, end in zip(found, starts, ends, strict=False):
        yield Amount(span, money, (start, end))


def _amounts(statement: Statement) -> Iterator[tuple[Span, Money | None]]:
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
        yield (start, match.end()), _money(statement, match["number"], before, after)


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


def _judged(statement: Statement, amount: Amount) -> Violation | None:
    role = role_of(statement, amount)
    claim = statement.text[amount.span[0] : amount.span[1]]
    violation = Violation(_VIOLATION.get(role.name, "price"), claim)
    if amount.money is None:
        return violation
    if (
        role.bound is not None
        and role.name in ("price", "total", "each")
        and not _is_denied(statement, amount, role.bound)
    ):
        held = [_held(owner, role.name, statement) for owner in owners_of(statement, amount, role.name)]
        true = all(
            values and all(_within(each, amount.money, role.bound) for each in values) for values in held
        )
        return None if true or _is_budget(statement, amount.money, role.bound) else violation
    soft = soft_roles(statement, amount, _SOFTENED.get(role.name, ()))
    for name in (role.name, *soft):
        if _is_of(statement, amount, amount.money, name):
            _take_words(statement, amount, name)
            return None
    return violation


def _take_words(statement: Statement, amount: Amount, role: str) -> None:
    """Words that only say what an amount is ("knocked $5 off") are true where the amount is."""
    if role in ("price", "total"):
        statement.priced.append(amount.span)
    if role == "price":
        return
    names = ("amount_words", "reduced_words") if role in ("savings", "list") else ("amount_words",)
    for match in (
        match for name in names for match in phrase(name).finditer(statement.lower, *amount.window)
    ):
        statement.take(match.span())
    for name in ("savings", "list", "difference") if role in ("savings", "list", "difference") else ():
        before = ends_with(f"{name}_before").search(statement.lower[: amount.span[0]])
        after = starts_with(f"{name}_after").match(statement.lower[amount.span[1] :])
        if before is not None:
            statement.take(before.span())
        if after is not None:
            statement.take((amount.span[1], amount.span[1] + after.end()))


def _is_of(statement: Statement, amount: Amount, money: Money, role: str) -> bool:
    """Whether its owner, or each of several, has that amount in this role."""
    line = line_of(statement, amount) if role == "price" else []
    owners = line or owners_of(statement, amount, role)
    held = [_held(owner, "line" if line else role, statement) for owner in owners]
    if role in WHOLES:
        return any(money in values for values in held)
    written = [owner.writes(statement.text[amount.span[0] : amount.span[1]]) for owner in owners]
    return all(money in values or said for values, said in zip(held, written, strict=True))


def _held(owner: Subject, role: str, statement: Statement) -> set[Money]:
    if role == "share":
        return owner.amounts("line_total") or owner.amounts("price") or owner.amounts("total")
    kinds = _KINDS[role]
    if role == "total" and owner.id in statement.known.products and not owner.amounts("line_total"):
        return owner.amounts("price")
    if role == "list" and owner.id == CART:
        kinds = (*kinds, "total")
    if role == "price" and "budget" in owner.money and statement.known.cheapest_said:
        kinds = (*kinds, "budget")
    return owner.amounts(*kinds)


def _is_denied(statement: Statement, amount: Amount, bound: str) -> bool:
    """ "Nothing under $20" is about what there is not, which no fact tells; "no more than $20" is a bound."""
    before = ends_with(f"{bound}_before").sub("", statement.lower[: amount.span[0]])
    return bool(set(before.split()[-2:]) & {"nothing", "none", "no", "not"})


def _within(value: Money, limit: Money, bound: str) -> bool:
    return value <= limit if bound == "below" else value >= limit


def _is_budget(statement: Statement, money: Money, bound: str) -> bool:
    """Whether "within $300" names the budget, and the total stays within it."""
    whole = statement.known.whole
    if whole is None or bound != "below":
        return False
    subject = statement.known.subject(whole)
    kept = all(each <= money for each in subject.amounts("total"))
    return money in subject.amounts("budget") and kept != bool(statement.denied)


def _percent(statement: Statement, match: re.Match[str]) -> Iterator[Violation]:
    written = f"{match[1]}%"
    discount = phrase("discount").search(statement.lower) or re.match(
        r"\s*(?:off|less|cheaper)\b", statement.lower[match.end() :]
    )
    owners = owners_of(statement, Amount(match.span(), None, match.span()), "savings")
    true = any(written in owner.percents or (not discount and owner.writes(match[0])) for owner in owners)
    if not true:
        yield Violation("discount" if discount else "number", statement.text[match.start() : match.end()])
