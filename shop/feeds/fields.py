"""Reads the cells of a row: each function turns one cell into a value or says why it cannot.

Errors: `BadValue` with the column and what it must hold.
"""

import re
from collections.abc import Mapping
from typing import get_args

from shop.deserialise import BadValue, clean_text
from shop.feeds.prices import Decimals, PriceUnit, read_price
from shop.money import Money
from shop.serialise import Json
from shop.values import Availability, AvailabilityStatus

LONGEST_NUMBER = 20
MOST_QUANTITY = 2**31 - 1

#: How feeds spell what is in stock, beside our own words.
_STATUSES: Mapping[str, AvailabilityStatus] = {
    **{status: status for status in get_args(AvailabilityStatus)},
    "available": "in_stock",
    "instock": "in_stock",
    "outofstock": "out_of_stock",
    "sold_out": "out_of_stock",
    "pre_order": "preorder",
    "back_order": "backorder",
    "available_for_order": "backorder",
    **dict.fromkeys(("yes", "true", "y", "1"), "in_stock"),
    **dict.fromkeys(("no", "false", "n", "0"), "out_of_stock"),
}


def text(row: Mapping[str, Json], column: str) -> str | None:
    """The cell as text; None where it is absent or blank."""
    match row.get(column):
        case None:
            return None
        case bool(flag):
            return "yes" if flag else "no"
        case int() | float() as number:
            return _short_number(number, column)
        case str(words):
            return clean_text(words, column).strip() or None
        case _:
            raise BadValue(column, "must be a text or a number")


def _short_number(number: int | float, column: str) -> str:
    if abs(number) > 10**LONGEST_NUMBER:
        raise BadValue(column, "is too large")
    # JSON has one kind of number: 17.0 is the 17 that the merchant meant.
    return str(int(number)) if number == int(number) else str(number)


def required(row: Mapping[str, Json], column: str) -> str:
    found = text(row, column)
    if found is None:
        raise BadValue(column, "is missing")
    return found


def texts(row: Mapping[str, Json], column: str, separator: str | None = None) -> tuple[str, ...]:
    """A list, or a text that is cut at `separator`; each entry once, blanks left out."""
    value = row.get(column)
    if isinstance(value, list):
        entries = [text({column: entry}, column) for entry in value]
    else:
        whole = text(row, column) or ""
        entries = [part.strip() for part in (whole.split(separator) if separator else [whole])]
    return tuple(dict.fromkeys(entry for entry in entries if entry))


def price(
    row: Mapping[str, Json],
    column: str,
    currency: str | None,
    unit: PriceUnit = "major",
    decimals: Decimals = "any",
) -> Money | None:
    """`29.99`, `29.99 USD`, `1.299,00 €`; None where the cell is blank. A code in the cell comes first."""
    value = row.get(column)
    if isinstance(value, int | float) and not isinstance(value, bool):
        decimals = "."  # a number of JSON says itself where its point is
    words = text(row, column)
    if words is None:
        return None
    try:
        return read_price(words, currency, unit, decimals)
    except ValueError as error:
        raise BadValue(column, str(error)) from None


def required_price(
    row: Mapping[str, Json],
    column: str,
    currency: str | None,
    unit: PriceUnit = "major",
    decimals: Decimals = "any",
) -> Money:
    found = price(row, column, currency, unit, decimals)
    if found is None:
        raise BadValue(column, "is missing")
    return found


def quantity(row: Mapping[str, Json], column: str) -> int | None:
    """A whole number that may be negative; None where the cell is blank."""
    words = text(row, column)
    if words is None:
        return None
    if not re.fullmatch(r"[+-]?[0-9]{1,12}(\.0+)?", words):
        raise BadValue(column, f"is no whole number: {words[:40]!a}")
    number = int(words.partition(".")[0])
    if abs(number) > MOST_QUANTITY:
        raise BadValue(column, "is too large")
    return number


def stock(row: Mapping[str, Json], column: str) -> int | None:
    """How many there are; None where the cell is blank."""
    number = quantity(row, column)
    if number is not None and number < 0:
        raise BadValue(column, f"is a negative stock: {number}")
    return number


def status(row: Mapping[str, Json], column: str) -> AvailabilityStatus | None:
    words = text(row, column)
    if words is None:
        return None
    found = _STATUSES.get(re.sub(r"[\s-]+", "_", words.lower()))
    if found is None:
        raise BadValue(column, f"is {words[:40]!a}, not one of {', '.join(get_args(AvailabilityStatus))}")
    return found


def availability(said: AvailabilityStatus | None, counted: int | None) -> Availability:
    """What the feed says; by the count where it says nothing, and none in stock is out of stock."""
    if (said is None or said == "in_stock") and counted == 0:
        return Availability("out_of_stock", 0)
    return Availability(said or "in_stock", counted)


def path(words: str, separator: str = ">") -> str:
    """A category path with its parts tidied: `"Camping > Tents"`."""
    parts = (part.strip() for part in words.split(separator))
    return " > ".join(part for part in parts if part)
