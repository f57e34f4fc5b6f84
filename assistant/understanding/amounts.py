"""What a call says about amounts, held against the message: numbers are code's.

A number that the message does not say is taken out of the call, and so is a bound whose number is no money
there: a percentage, a measure, a year, a count, or a number that has its place in the call already ("spf
50"). An amount of money that the message does say and the call says nothing about is read as the rules read
it. What the model did say of an amount stays.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.lexicon import Lexicon
from assistant.reading.money import PriceWish, amount_ends, amounts_of_money, is_no_money, prices
from assistant.reading.numbers import Number, numbers
from assistant.reading.words import Span, lowered
from assistant.understanding.call import Arguments, Call, EditArguments
from shop.money import Money

AMOUNTS = ("min_price", "max_price", "about", "budget")
#: Calls in which an amount of money bounds what is looked for.
_BOUNDED = ("find_product", "find_bundle", "complete_bundle", "refine")
DOZEN = 12
_FOR_ALL = ("find_bundle", "complete_bundle")


def with_said_amounts(call: Call, text: str, lexicon: Lexicon, currency: str) -> Call:
    """The call with the message's own numbers. `currency` is the shop's."""
    # "Thirtyish" and "x2" hold a number as well; every place stays what it is.
    lower = re.sub(r"(?<=[a-z])ish\b|\b[x×](?=\d)", lambda added: " " * len(added[0]), lowered(text))
    found = numbers(lower, lexicon)
    said, money = _values(found), _values(_money(call.arguments, lower, found, lexicon, currency))
    update: dict[str, object] = {
        name: None
        for name in AMOUNTS
        if (value := getattr(call.arguments, name)) is not None and Decimal(str(value)) not in money
    }
    rating = call.arguments.min_rating
    if rating is not None and Decimal(str(rating)) not in said:
        update["min_rating"] = None
    if not _counted(call.arguments.quantity, lower, said, lexicon):
        update["quantity"] = None
    edits = [_edit(each, lower, said, lexicon) for each in call.arguments.edits]
    left = call.arguments.model_copy(update={**update, "edits": edits})
    if call.name in _BOUNDED and not _tells_of_amounts(left):
        left = left.model_copy(update=_read(call.name, prices(lower, lexicon, currency), currency))
    if left.currency is None:
        left = left.model_copy(update=_currency(left, amounts_of_money(lower, lexicon, currency), currency))
    return call if left == call.arguments else call.model_copy(update={"arguments": left})


def dropped(before: Arguments, after: Arguments) -> tuple[str, ...]:
    """The names of the numbers that are no longer there."""
    names = (*AMOUNTS, "quantity", "min_rating")
    gone = [name for name in names if getattr(before, name) is not None and getattr(after, name) is None]
    for one, other in zip(before.edits, after.edits, strict=True):
        gone += [
            f"edits.{name}"
            for name in ("quantity", "budget")
            if getattr(one, name) is not None and getattr(other, name) is None
        ]
    return tuple(gone)


def _values(found: Sequence[Number]) -> set[Decimal]:
    return {number.value * unit for number in found for unit in (1, 100, 1000)}


def _money(
    given: Arguments, lower: str, found: Sequence[Number], lexicon: Lexicon, currency: str
) -> list[Number]:
    """The numbers of the message that may be money: all but those that plainly are something else."""
    sure = [wish.span for wish in prices(lower, lexicon, currency)]
    sure += [span for span, _ in amounts_of_money(lower, lexicon, currency)]
    placed = _placed(given)
    kept = []
    for number in found:
        start, end = number.span
        named = any(first <= start and end <= last for first, last in sure)
        other = (
            _measures(lower, number, lexicon)
            or number.value in placed
            or is_no_money(lower, start, end, lexicon)
        )
        if named or not other:
            kept.append(number)
    return kept


def _placed(given: Arguments) -> set[Decimal]:
    """Numbers that stand in the call's words and counts."""
    texts = [given.query or "", given.category or "", *given.attributes.values(), *given.slots]
    texts += [*given.references, *given.entities.values()]
    written = {Decimal(digits) for text in texts for digits in re.findall(r"\d+(?:\.\d+)?", text)}
    counts = [*given.party.values(), given.quantity, given.min_rating]
    return written | {Decimal(str(many)) for many in counts if many is not None}


def _measures(lower: str, number: Number, lexicon: Lexicon) -> bool:
    """Whether what follows makes it a share, a measure, a rating or people, or a year ("the 2016 wine")."""
    rest = lower[number.span[1] :]
    if re.match(rf"\s*(?:[%°\"″]|{lexicon.source('stars')}|{lexicon.source('percent')})", rest):
        return True
    if re.match(rf"\s+(?:{lexicon.source('people_words')})", rest):
        return True
    following = re.match(r"\s?-?([^\W\d_]+)", rest)
    word = following[1] if following else ""
    units = lexicon.locale.units
    if (word in units or lexicon.locale.fold(word) in units) and word not in lexicon.locale.stop:
        return True
    digits = lower[slice(*number.span)]
    year = re.fullmatch(r"(?:19|20)\d\d", digits) is not None
    return year and not amount_ends(lower, number.span[1], lexicon)


def _edit(given: EditArguments, lower: str, said: set[Decimal], lexicon: Lexicon) -> EditArguments:
    update: dict[str, object] = {}
    if given.budget is not None and Decimal(str(given.budget)) not in said:
        update["budget"] = None
    if not _counted(given.quantity, lower, said, lexicon):
        update["quantity"] = None
    return given.model_copy(update=update) if update else given


def _tells_of_amounts(given: Arguments) -> bool:
    """Whether a number of the message may have its place already: a bound, a rating, in a part's words."""
    bounded = any(getattr(given, name) is not None for name in (*AMOUNTS, "min_rating"))
    return bounded or any(re.search(r"\s\d", slot) for slot in given.slots)


def _counted(quantity: int | None, lower: str, said: set[Decimal], lexicon: Lexicon) -> bool:
    if quantity is None:
        return True
    counts = lexicon.numbers["counts"]
    named = {counts[word] for word in re.findall(r"\w+", lower) if word in counts}
    dozens = {many * each for each in named if each == DOZEN for many in (*said, Decimal("0.5"))}
    return Decimal(quantity) in said | dozens or quantity in named


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
