"""Bounds that a message says in words of its own: amounts of money, a rating, stock.

Which way an amount bounds is closed-class, so the message's words decide it and not the model: "no less than
20" is a least price whatever the call says. An amount whose bound no words tell stays as the model has it.
"""

from collections.abc import Sequence
from decimal import Decimal

from assistant.reading.context import in_stock, rating
from assistant.reading.money import PriceWish, bare_ending, prices
from assistant.reading.words import Words
from assistant.understanding.amounts import AMOUNTS
from assistant.understanding.call import Arguments, Call
from shop.money import Money

#: Calls in which an amount of money bounds one thing, and those in which it is for all together.
_OF_ONE = ("find_product", "refine")
_FOR_ALL = ("find_bundle", "complete_bundle")
#: Words one of which a wish for a cheaper or a better one holds.
_SORTED = ("cheap", "cheapest", "cheaper", "dear", "dearest", "best", "better", "sort_words")
#: Calls that narrow what is looked for.
_NARROWED = (*_OF_ONE, *_FOR_ALL)


def with_limits(call: Call, message: Words, currency: str) -> Call:
    """The call with the message's own bounds. `currency` is the shop's."""
    if call.name not in _NARROWED:
        return call
    given = call.arguments
    update = {**_standing(given, message), **_amounts(call.name, given, message, currency)}
    return call.model_copy(update={"arguments": given.model_copy(update=update)}) if update else call


def _standing(given: Arguments, message: Words) -> dict[str, object]:
    """A least rating and stock, where the words say so; what no word says of stock or order is taken out."""
    read = Words(message.text, message.lexicon)
    stars, available = rating(read), in_stock(read)
    update: dict[str, object] = {"min_rating": stars} if stars is not None else {}
    if available:
        update["available"] = True
    elif given.available and not message.lexicon.has("soon", message.lower):
        update["available"] = None
    if given.sort and not any(message.lexicon.has(name, message.lower) for name in _SORTED):
        update["sort"] = None
    return update


def _amounts(name: str, given: Arguments, message: Words, currency: str) -> dict[str, object]:
    wishes = prices(message.lower, message.lexicon, currency)
    said = {Decimal(str(value)) for each in AMOUNTS if (value := getattr(given, each)) is not None}
    if not wishes:
        wishes = bare_ending(message.lower, message.lexicon, currency)
        wishes = [wish for wish in wishes if not said or wish.low]
    read = {money.major for wish in wishes for money in (wish.low, wish.high, wish.loose) if money}
    if not wishes or not (said <= read or any(wish.marked for wish in wishes)):
        return {}
    found = _for_all(wishes) if name in _FOR_ALL else _of_one(wishes)
    if not found:
        return {}
    if name == "refine" and given.budget is not None and set(found) == {"max_price"}:
        found = {"budget": found["max_price"]}  # a wish for a bundle before, narrowed
    named = next(money for wish in wishes for money in (wish.high, wish.low) if money)
    foreign = named.currency if named.currency != currency else None
    return {**dict.fromkeys(AMOUNTS), **found, "currency": foreign}


def _for_all(wishes: Sequence[PriceWish]) -> dict[str, object]:
    """What all together may cost; bounds of each part where "each" is said."""
    single = [wish for wish in wishes if wish.each]
    whole = [wish for wish in wishes if not wish.each]
    total = next((wish for wish in whole if wish.total), next((wish for wish in whole if wish.high), None))
    found = _of_one(single)
    if total is not None:
        found["budget"] = _plain(total.loose or total.high)
    return found


def _of_one(wishes: Sequence[PriceWish]) -> dict[str, object]:
    loose = next((wish.loose for wish in wishes if wish.loose), None)
    exact = [wish for wish in wishes if not wish.loose]
    low = next((wish.low for wish in exact if wish.low), None)
    high = next((wish.high for wish in exact if wish.high), None)
    if loose is not None and not exact:
        return {"about": _plain(loose)}
    bounds = {"min_price": _plain(low or (loose if high else None)), "max_price": _plain(high)}
    return {name: value for name, value in bounds.items() if value is not None}


def _plain(money: Money | None) -> float | None:
    return float(money.major) if money else None
