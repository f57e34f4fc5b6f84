"""Amounts of money in a message, and what each bounds: "under 80", "$50-70", "I have $300".

The forms are the language's (`locales`): what stands before and after an amount. A number without a
currency counts only after such a phrase and where nothing follows that would make it something else
("under 2 kg"). "Around 80" is 20 % to either side.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from assistant.lexicon import Lexicon
from assistant.reading.numbers import Number, numbers
from assistant.reading.words import Span
from shop.money import Money

AROUND = Decimal("0.2")
LARGEST = Decimal(10_000_000)

#: A bare number after "for" is money from here on.
LEAST_BARE = 100
#: A bare number that is a part of a message by itself is money from here on.
LEAST_PART = 10

_SIGN = r"(?:us\$|[$€£¥])"
_AFTER_AMOUNT = "after_amount"
_BOUNDS = ("max", "min", "around")


def without_amounts(text: str, lexicon: Lexicon) -> str:
    """The text with a blank for every number that a currency stands at."""
    word = rf"(?:{_SIGN}|(?i:{lexicon.source('currency_word')}))"
    return re.sub(rf"(?i:{_SIGN})\s?\d[\d.,]*|\d[\d.,]*\s?{word}", " ", text)


@dataclass(frozen=True, slots=True)
class PriceWish:
    """Bounds that one phrase names. `total`: for everything together; `each`: for every item; `loose`: the
    amount as it was said, where it was said loosely; `marked`: a currency stands at it."""

    span: Span
    low: Money | None = None
    high: Money | None = None
    total: bool = False
    each: bool = False
    loose: Money | None = None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with the currency that stands at it; None where it is a bare number."""

    number: Number
    span: Span
    currency: str | None


def prices(lower: str, lexicon: Lexicon, currency: str) -> list[PriceWish]:
    """What the text says about money, in order. `currency` is the shop's, for bare numbers."""
    amounts = [_amount(lower, number, lexicon) for number in numbers(lower, lexicon)]
    wishes: list[PriceWish] = []
    place = 0
    while place < len(amounts):
        pair = amounts[place : place + 2]
        wish = _range(lower, pair, lexicon, currency) if len(pair) == 2 else None
        place += 2 if wish else 1
        wish = wish or _single(lower, pair[0], lexicon, currency)
        if wish is not None:
            wishes.append(wish)
    return wishes or list(_for_the_whole(lower, amounts, lexicon, currency))


def bare_ending(lower: str, lexicon: Lexicon, currency: str) -> list[PriceWish]:
    """The amount in "a tent and a stove, 60.", or the two in "a big cage, 50 to 90": bare numbers that are
    the last part of a message."""
    found = numbers(lower, lexicon)
    joint = rf"\s*(?:{lexicon.source('range_joint')}|-)\s*"
    ranged = len(found) > 1 and re.fullmatch(joint, lower[found[-2].span[1] : found[-1].span[0]]) is not None
    if not found or (len(found) > 1 and not ranged):
        return []
    first, last = found[-2 if ranged else -1], found[-1]
    if first.value < LEAST_PART:
        return []
    start, end = first.span[0], last.span[1]
    low, high = (_money(each.value, "", currency) for each in (first, last))
    apart = re.search(r"[,;.:!?)-]\s*$", lower[:start]) and re.fullmatch(r"[\s.!?)]*", lower[end:])
    if not apart or low is None or high is None or high < low:
        return []
    return [PriceWish((start, end), low=low if ranged else None, high=high)]


def _for_the_whole(
    lower: str, amounts: Sequence[_Amount], lexicon: Lexicon, currency: str
) -> Iterator[PriceWish]:
    """ "A gift set for 120": a bare number after "for" is what the set may cost. Smaller numbers may be
    people or years, and where people gather a larger one may be guests."""
    if not lexicon.has("priced_whole", lower) or lexicon.has("gathering", lower):
        return
    for amount in amounts:
        start, end = amount.span
        begins = _before(lower, start, lexicon, "for_amount")
        last = not re.match(rf"\s*(?:-|{lexicon.source('range_joint')})", lower[end:])
        money = _money(amount.number.value, "", currency)
        if begins is not None and last and money is not None and amount_ends(lower, end, lexicon):
            cents = amount.number.value != int(amount.number.value)
            if cents or amount.number.value >= LEAST_BARE:
                yield PriceWish((begins, end), high=money, total=True)


def amounts_of_money(lower: str, lexicon: Lexicon, currency: str) -> list[tuple[Span, Money]]:
    """Every number that carries a currency, as money: what a sentence claims."""
    found = []
    for number in numbers(lower, lexicon):
        amount = _amount(lower, number, lexicon)
        if amount.currency is not None:
            money = _money(number.value, amount.currency, currency)
            if money is not None:
                found.append((amount.span, money))
    return found


def _amount(lower: str, number: Number, lexicon: Lexicon) -> _Amount:
    start, end = number.span
    sign = re.search(rf"{_SIGN}\s?$", lower[:start])
    word = re.match(rf"\s?(?:{_SIGN}|{lexicon.source('currency_word')})", lower[end:])
    codes = lexicon.texts["currencies"]
    if sign is not None:
        code = codes[sign[0].strip()]
        end += word.end() if word is not None and codes.get(word[0].strip(), "") in ("", code) else 0
        return _Amount(number, (start - len(sign[0]), end), code if code != "USD" or "us" in sign[0] else "")
    if word is not None:
        written = word[0].strip()
        if _weighs(lower, end + word.start(), written, lexicon):
            return _Amount(number, number.span, None)
        code = codes.get(written, "")
        return _Amount(number, (start, end + word.end()), "" if written == "$" else code)
    before = re.search(r"\b([a-z]{3})\s$", lower[:start])
    if before is not None and codes.get(before[1]):
        return _Amount(number, (start - len(before[0]), end), codes[before[1]])
    return _Amount(number, number.span, None)


def _weighs(lower: str, start: int, written: str, lexicon: Lexicon) -> bool:
    """Whether a currency's word is a measure before a thing: "a 20 pound dumbbell"."""
    following = re.match(r"\s?[a-z]+\s([a-z]+)", lower[start:])
    if following is None or written not in lexicon.locale.units or written.endswith("s"):
        return False
    return following[1] not in lexicon.locale.stop and not lexicon.starts(_AFTER_AMOUNT, following[1])


def _range(lower: str, pair: Sequence[_Amount], lexicon: Lexicon, currency: str) -> PriceWish | None:
    first, second = pair
    between = lower[first.span[1] : second.span[0]]
    if not re.fullmatch(rf"\s*{lexicon.source('between_middle')}\s*|\s*-\s*", between):
        return None
    start = _before(lower, first.span[0], lexicon, "between_before")
    marked = first.currency is not None or second.currency is not None
    if not marked and (start is None or not amount_ends(lower, second.span[1], lexicon)):
        return None
    if not marked and start is not None and _before(lower, start, lexicon, "numbered_before") is not None:
        return None
    joined = re.fullmatch(rf"\s*(?:{lexicon.source('range_joint')}|-)\s*", between)
    if start is None and not joined and first.currency is None:
        return None
    code = second.currency or first.currency or ""
    low, high = (_money(each.number.value, code, currency) for each in pair)
    if low is None or high is None or high < low:
        return None
    begin = first.span[0] if start is None else start
    total, end = _total_after(lower, second.span[1], lexicon)
    each, end = _each_after(lower, end, lexicon)
    return PriceWish((begin, end), low, high, total=total, each=each, marked=marked)


def _single(lower: str, amount: _Amount, lexicon: Lexicon, currency: str) -> PriceWish | None:
    start, end = amount.span
    money = _money(amount.number.value, amount.currency or "", currency)
    if money is None or (amount.currency is None and not _stands_alone(lower, start, end, lexicon)):
        return None
    if amount.currency is None and amount.number.spelled and amount.number.value == 1:
        return None  # "I have one"
    marked = amount.currency is not None
    each, ending = _each_after(lower, end, lexicon)
    bound, start, end = _bound(lower, start, ending, lexicon)
    total_start = _before(lower, start, lexicon, "budget_before")
    after_total, end = _total_after(lower, end, lexicon)
    later, end = _each_after(lower, end, lexicon)
    whole = total_start is not None or after_total
    # "Each under 40" as well as "under 40 each".
    each = each or later or (not whole and _before(lower, start, lexicon, "each_after") is not None)
    if not marked and bound is None and total_start is None and not after_total:
        return None
    if not marked and _before(lower, start, lexicon, "numbered_before") is not None:
        return None  # "adjustable from 36"
    total = whole and not each
    span = (start if total_start is None else total_start, end)
    if bound == "min":
        return PriceWish(span, low=money, each=each, marked=marked)
    if bound == "around" and not total:
        low, high = around(money)
        return PriceWish(span, low, high, each=each, loose=money, marked=marked)
    return PriceWish(span, high=money, total=total, each=each, marked=marked)


def _stands_alone(lower: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a bare number may be money: neither a rating nor, with its "+", a size or a count."""
    if is_no_money(lower, start, end, lexicon):
        return False
    return amount_ends(lower, end + 1 if lower.startswith("+", end) else end, lexicon)


def is_no_money(lower: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the words at a number make it a rating, or a size, an age, a number in a row."""
    numbered = _before(lower, start, lexicon, "numbered_before") is not None or lower[:start].endswith("+")
    return numbered or _is_rating(lower, start, end, lexicon)


def _is_rating(lower: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """ "4+ stars", "rated above 4.5": a bare number that says how good and not how dear."""
    if re.match(rf"\s*\+?\s*-?{lexicon.source('stars')}", lower[end:]):
        return True
    bounded = rf"(?:\s+{lexicon.source('min_before')})?"
    return re.search(rf"{lexicon.source('rated_before')}{bounded}[\s:=]*$", lower[:start]) is not None


def _bound(lower: str, start: int, end: int, lexicon: Lexicon) -> tuple[str | None, int, int]:
    """Which way the amount bounds, and the amount's place with the words that say so. Of phrases that end
    at the same place the longest is meant: "no less than" is no "less than"."""
    ahead = {kind: _before(lower, start, lexicon, f"{kind}_before") for kind in _BOUNDS}
    begun = [(place, kind) for kind, place in ahead.items() if place is not None]
    if begun:
        place, kind = min(begun, key=lambda each: each[0])
        return kind, place, _after(lower, end, lexicon, f"{kind}_after") or end
    for kind in _BOUNDS:
        following = _after(lower, end, lexicon, f"{kind}_after")
        if following is not None:
            return kind, start, following
    return None, start, end


def _total_after(lower: str, end: int, lexicon: Lexicon) -> tuple[bool, int]:
    place = _after(lower, end, lexicon, "budget_after")
    return place is not None, place or end


def _each_after(lower: str, end: int, lexicon: Lexicon) -> tuple[bool, int]:
    place = _after(lower, end, lexicon, "each_after")
    return place is not None, place or end


def _before(lower: str, place: int, lexicon: Lexicon, name: str) -> int | None:
    """Where a phrase of that name begins that ends right before `place`."""
    match = _ending(lexicon, name).search(lower, 0, place)
    return match.start() if match else None


def _after(lower: str, place: int, lexicon: Lexicon, name: str) -> int | None:
    """Where a phrase of that name ends that begins right after `place`."""
    match = _beginning(lexicon, name).match(lower, place)
    return match.end() if match else None


def amount_ends(lower: str, end: int, lexicon: Lexicon) -> bool:
    """Whether nothing follows a bare number that would make it a size, a count or a time."""
    rest = lower[end:]
    return not re.match(r"\s*[\w%°\"]", rest) or _beginning(lexicon, _AFTER_AMOUNT).match(rest) is not None


@cache
def _ending(lexicon: Lexicon, name: str) -> re.Pattern[str]:
    return re.compile(rf"{lexicon.source(name)}[\s:=]*$")


@cache
def _beginning(lexicon: Lexicon, name: str) -> re.Pattern[str]:
    return re.compile(rf"[\s,]*{lexicon.source(name).replace('(?<!' + chr(92) + 'w)', '')}")


def _money(value: Decimal, code: str, currency: str) -> Money | None:
    if not 0 <= value <= LARGEST:
        return None
    return Money.of(value, code or currency)


def around(money: Money) -> tuple[Money, Money]:
    """The bounds of an amount that is named loosely."""
    return _share(money, 1 - AROUND), _share(money, 1 + AROUND)


def _share(money: Money, share: Decimal) -> Money:
    return Money(int(money.amount * share), money.currency)
