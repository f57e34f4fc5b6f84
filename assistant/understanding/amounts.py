"""What a call says about amounts, held against the message: numbers are code's.

A number that the message does not say is taken out of the call. An amount of money that the message does say
and the call says nothing about is read as the rules read it. What the model did say of an amount stays.
"""

import re
from decimal import Decimal

from assistant.lexicon import Lexicon
from assistant.reading.money import PriceWish, amounts_of_money, prices
from assistant.reading.numbers import numbers
from assistant.reading.words import Span, lowered
from assistant.understanding.call import Arguments, Call
from shop.money import Money

AMOUNTS = ("min_price", "max_price", "about", "budget")
#: Calls in which an amount of money bounds what is looked for.
_BOUNDED = ("find_product", "find_bundle", "complete_bundle", "refine")
_FOR_ALL = ("find_bundle", "complete_bundle")


def with_said_amounts(call: Call, text: str, lexicon: Lexicon, currency: str) -> Call:
    """The call with the message's own numbers. `currency` is the shop's."""
    lower = lowered(text)
    said = {number.value * unit for number in numbers(lower, lexicon) for unit in (1, 100, 1000)}
    update: dict[str, object] = {
        name: None
        for name in AMOUNTS
        if (value := getattr(call.arguments, name)) is not None and Decimal(str(value)) not in said
    }
    if call.arguments.quantity is not None and not _counted(call.arguments.quantity, lower, said, lexicon):
        update["quantity"] = None
    left = call.arguments.model_copy(update=update)
    if call.name in _BOUNDED and not _tells_of_amounts(left):
        left = left.model_copy(update=_read(call.name, prices(lower, lexicon, currency), currency))
    if left.currency is None:
        left = left.model_copy(update=_currency(left, amounts_of_money(lower, lexicon, currency), currency))
    return call if left == call.arguments else call.model_copy(update={"arguments": left})


def _tells_of_amounts(given: Arguments) -> bool:
    """Whether a number of the message may have its place already: a bound, a rating, in a part's words."""
    bounded = any(getattr(given, name) is not None for name in (*AMOUNTS, "min_rating"))
    return bounded or any(re.search(r"\s\d", slot) for slot in given.slots)


def _counted(quantity: int, lower: str, said: set[Decimal], lexicon: Lexicon) -> bool:
    counts = lexicon.numbers["counts"]
    words = (word for word in re.findall(r"\w+", lower) if word in counts)
    return Decimal(quantity) in said or any(counts[word] == quantity for word in words)


def _currency(given: Arguments, said: list[tuple[Span, Money]], currency: str) -> dict[str, object]:
    """The currency that stands at an amount of the call, where it is not the shop's."""
    amounts = {Decimal(str(value)) for name in AMOUNTS if (value := getattr(given, name)) is not None}
    others = {money.currency for _, money in said if money.major in amounts and money.currency != currency}
    return {"currency": others.pop()} if len(others) == 1 else {}


def _read(name: str, wishes: list[PriceWish], currency: str) -> dict[str, object]:
    """The one amount that the message names, as arguments; nothing where it names several or none."""
    if len(wishes) != 1:
        return {}
    wish = wishes[0]
    low, high = (float(each.major) if each else None for each in (wish.low, wish.high))
    money = wish.high or wish.low
    found: dict[str, object] = {"currency": money.currency} if money and money.currency != currency else {}
    if name in _FOR_ALL and not wish.each:
        return {**found, "budget": high} if high is not None else {}
    return {**found, "min_price": low, "max_price": high}
