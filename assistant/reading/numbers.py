"""Numbers in a message, in digits or in words: "2", "two", "a hundred and twenty", "1.5k", "1,200"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assistant.lexicon import Lexicon
from assistant.reading.words import Span

_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_])(?<!\d[.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d{1,2})?)(k\b)?(?![\d])"
)
#: A letter of a script without spaces is a word of its own.
_WORD = re.compile(r"[a-z]+|-|[\u4e00-\u9fff]")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it stands; `spelled` in words."""

    value: Decimal
    span: Span
    spelled: bool = False


def numbers(lower: str, lexicon: Lexicon) -> list[Number]:
    """All numbers of a lower-case text, in order, none inside another."""
    found = [*_digits(lower), *_spelled(lower, lexicon)]
    return sorted(found, key=lambda number: number.span)


def count(text: str, lexicon: Lexicon) -> int | None:
    """The whole number that a text is: "2", "two", "a couple", "both"."""
    lower = text.strip().lower()
    for article in ("a ", "an ", "the "):
        lower = lower.removeprefix(article)
    for table in ("counts", "numbers"):
        if lower in lexicon.numbers[table]:
            return lexicon.numbers[table][lower]
    found = numbers(lower, lexicon)
    if len(found) == 1 and found[0].span == (0, len(lower)) and found[0].value == int(found[0].value):
        return int(found[0].value)
    return None


def _digits(lower: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(lower):
        plain = match[1].replace(",", "") if re.search(r",\d{3}", match[1]) else match[1].replace(",", ".")
        try:
            value = Decimal(plain) * (_THOUSAND if match[2] else 1)
        except InvalidOperation:
            continue
        yield Number(value, match.span())


def _spelled(lower: str, lexicon: Lexicon) -> Iterator[Number]:
    """Runs of number words; "and" only between them; "a" only before a multiplier."""
    words = [(match[0], match.span()) for match in _WORD.finditer(lower)]
    place = 0
    while place < len(words):
        value, used = _run(words, place, lexicon)
        if used:
            yield Number(Decimal(value), (words[place][1][0], words[place + used - 1][1][1]), spelled=True)
        place += max(used, 1)


def _run(words: list[tuple[str, Span]], place: int, lexicon: Lexicon) -> tuple[int, int]:
    """The value of the number words from here on and how many words they are; (0, 0) for none."""
    small, multipliers = lexicon.numbers["numbers"], lexicon.numbers["multipliers"]
    total, current, used, last = 0, 0, 0, place
    while last < len(words):
        word = words[last][0]
        if word in small and _joins(current, small[word]):
            current += small[word]
        elif word in multipliers and word != "k":
            current = max(current, 1) * multipliers[word]
            if multipliers[word] >= _THOUSAND:
                total, current = total + current, 0
        elif word in ("a", "and", "-") and _goes_on(words, last, lexicon, first=used == 0):
            last += 1
            continue
        else:
            break
        last += 1
        used = last - place
    value = total + current
    return (value, used) if used and value else (0, 0)


def _joins(before: int, value: int) -> bool:
    """Whether a number word goes on from what came before: "twenty" + "five", never "one" + "two"."""
    rest = before % 100
    return rest == 0 or (rest % 10 == 0 and rest >= 20 and value < 10)


def _goes_on(words: list[tuple[str, Span]], place: int, lexicon: Lexicon, *, first: bool) -> bool:
    """Whether "a", "and" or a hyphen stands inside a number here."""
    if place + 1 >= len(words):
        return False
    word, following = words[place][0], words[place + 1][0]
    if word == "a":
        return first and following in lexicon.numbers["multipliers"]
    if first:
        return False
    before = words[place - 1][0]
    if word == "-":
        return lexicon.numbers["numbers"].get(before, 0) >= 20 and following in lexicon.numbers["numbers"]
    return before in lexicon.numbers["multipliers"] and following in lexicon.numbers["numbers"]
