"""Prices as merchants write them: `29.99 USD`, `1.299,00 €`, `CHF 1'299.-`, `¥3,000`.

A point or a comma is read where it can mean one thing only. `1.299` can be one and a bit or thirteen
hundred: it is refused, unless the mapping file says what stands before the cents.

Errors: `ValueError` with what is wrong.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from babel.numbers import get_currency_precision

from shop.money import Money

PriceUnit = Literal["major", "minor"]
Decimals = Literal["any", ".", ","]

LONGEST_NUMBER = 20
#: Signs that are of one currency, and those that several share.
_SIGNS: Mapping[str, str] = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₫": "VND", "₴": "UAH",
    "₪": "ILS", "zł": "PLN", "Kč": "CZK", "R$": "BRL", "US$": "USD", "C$": "CAD", "CA$": "CAD",
    "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "NT$": "TWD", "元": "CNY",
    "円": "JPY",
}  # fmt: skip
_SHARED: Mapping[str, frozenset[str]] = {
    "$": frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP")),
    "¥": frozenset(("JPY", "CNY")),
    "￥": frozenset(("JPY", "CNY")),
    "kr": frozenset(("SEK", "NOK", "DKK", "ISK")),
    "kr.": frozenset(("SEK", "NOK", "DKK", "ISK")),
}
_SPACES = "\u0020\u00a0\u202f\u2009"
_PRICE = re.compile(
    rf"(?P<before>[^\d\s.,'’+-]{{0,4}}\.?)[{_SPACES}]*"
    rf"(?P<number>-?\d[\d.,'’{_SPACES}]*?)(?:,-|\.-|,—)?[{_SPACES}]*(?P<after>[^\d\s,'’+-]{{0,4}})"
)
#: Groups of three, or of two before the last three as in India.
_GROUPS = re.compile(r"-?\d{1,3}(?:(?P<by>\D)\d{3})(?:(?P=by)\d{3})*|-?\d{1,2}(?:,\d{2})+,\d{3}")


def read_price(
    words: str, currency: str | None, unit: PriceUnit = "major", decimals: Decimals = "any"
) -> Money:
    """The price; `currency` is the feed's, for one that names none. A code in the text comes first."""
    match = _PRICE.fullmatch(words)
    if match is None or len(match["number"]) > LONGEST_NUMBER:
        raise ValueError(f"is no price: {words[:40]!a}; write it as 1299.00")
    code = _currency(match["before"], match["after"], currency)
    number = _number(match["number"], code, decimals)
    return Money.of(number, code) if unit == "major" else Money.of_minor(number, code)


def _currency(before: str, after: str, currency: str | None) -> str:
    named = [mark for mark in (before, after) if mark]
    if len(named) > 1 and len(set(named)) > 1 and not _agree(named, currency):
        raise ValueError(f"names two currencies: {named[0]!a} and {named[1]!a}")
    for mark in sorted(named, key=lambda each: each in _SHARED):
        if mark in _SHARED:
            if currency in _SHARED[mark]:
                return currency
            continue
        if mark in _SIGNS:
            return _SIGNS[mark]
        if re.fullmatch(r"[A-Za-z]{3}", mark):
            return mark.upper()
        raise ValueError(f"has no currency that is known: {mark!a}")
    shared = next(iter(named), None)
    if shared is not None and currency is not None:
        raise ValueError(f"is in {shared!a}, the feed's prices are in {currency}")
    if currency is None:
        raise ValueError("has no currency: write '29.99 USD', or name the currency of the feed")
    return currency


def _agree(marks: list[str], currency: str | None) -> bool:
    """`$12 USD`: a sign and a code of the same currency."""
    codes = [_SIGNS.get(mark) or mark.upper() for mark in marks if mark not in _SHARED]
    signs = [_SHARED[mark] for mark in marks if mark in _SHARED]
    said = codes[0] if codes else currency
    return all(code == said for code in codes) and all(said in sign for sign in signs)


def _number(text: str, currency: str, decimals: Decimals) -> Decimal:
    text = re.sub(rf"[{_SPACES}]", " ", text.strip()).replace("’", "'")
    whole, mark, cents = _split(text, currency, decimals)
    if mark and not re.fullmatch(r"\d*", cents):
        raise ValueError(f"is no price: {text[:40]!a}; write it as 1299.00")
    digits = whole
    if re.search(r"[^\d-]", whole):
        if not _GROUPS.fullmatch(whole) or (mark and mark in whole):
            raise ValueError(f"is no price: {text[:40]!a}; write it as 1299.00")
        digits = re.sub(r"[^\d-]", "", whole)
    return Decimal(f"{digits}.{cents}" if cents else digits)


def _split(text: str, currency: str, decimals: Decimals) -> tuple[str, str, str]:
    """Before the decimal mark, the mark, after it; no mark where all is whole."""
    marks = [each for each in text if each in ".,"]
    if not marks:
        return text, "", ""
    last = marks[-1]
    if decimals != "any":
        return _cut(text, decimals) if decimals in marks else (text, "", "")
    if marks.count(last) > 1:
        return text, "", ""
    whole, mark, cents = _cut(text, last)
    if len(marks) == 1 and len(cents) == 3 and re.fullmatch(r"-?\d{1,3}", whole):
        # One mark and three digits: a comma groups thousands; a point is cents only where there are three.
        if last == ",":
            return text, "", ""
        if get_currency_precision(currency) != 3:
            raise ValueError(f"could mean two prices: {text!a}; write it as 1299.00")
    return whole, mark, cents


def _cut(text: str, mark: str) -> tuple[str, str, str]:
    whole, _, cents = text.rpartition(mark)
    return whole, mark, cents
