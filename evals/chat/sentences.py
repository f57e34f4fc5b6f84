"""Sentences, amounts of money and names in a text: pure, English, and nothing of `assistant` in it."""

import re
from collections.abc import Iterator

AMOUNT = re.compile(
    r"(?:US\$|[$€£¥]|\b(?:USD|EUR|GBP|PHP|CNY)\s?)\s?(\d[\d,]*(?:\.\d{1,2})?)(?!\d)"
    r"|\b(\d[\d,]*(?:\.\d{1,2})?)\s?(?:(?:USD|EUR|GBP|PHP|CNY|dollars?|euros?|pounds?|bucks|pesos?)\b|[€£])"
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d{1,2})?")
_BREAK = re.compile(r"(?<=[.!?])[\"”')]*\s+(?=[\"“(]*[A-Z0-9])|\n+")
_WORD = re.compile(r"[^\W_](?:[\w'’&+/.-]*[^\W_])?")
#: Words inside a name that are not written large.
_SMALL = frozenset({"of", "and", "the", "for", "with", "in", "to", "&", "a", "de", "la"})
#: What follows an "I" that speaks, and never one that counts ("the Mark I is").
_SAID_OF_I = frozenset({"am", "can", "cannot", "could", "found", "had", "have", "put", "will", "would"})


def sentences(text: str) -> list[str]:
    """The sentences of a text; a decimal point ends none."""
    return [part.strip() for part in _BREAK.split(text) if part.strip()]


def amounts(sentence: str) -> list[int]:
    """Every amount of money, in minor units."""
    return [_minor(match[1] or match[2]) for match in AMOUNT.finditer(sentence)]


def numbers(text: str) -> set[int]:
    """Every number as if it were money, in minor units: what a shopper may have meant by it."""
    return {_minor(match[0]) for match in NUMBER.finditer(text)}


def words(text: str) -> list[str]:
    """The words of a text, case-folded."""
    return [match[0].casefold().replace("’", "'") for match in _WORD.finditer(text)]


def names(sentence: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Runs of two or more words written large, case-folded, and whether the run begins the sentence."""
    found = list(_WORD.finditer(sentence))
    run: list[re.Match[str]] = []
    for place, match in enumerate(found):
        joined = not run or re.fullmatch(r"\s+", sentence[run[-1].end() : match.start()])
        if run and not joined:
            yield from _named(run, found)
            run = []
        # "With the Box Kite I would choose": who speaks is no part of the name.
        speaks = match[0] == "I" and place + 1 < len(found) and found[place + 1][0] in _SAID_OF_I
        large = match[0][0].isupper() and not speaks
        small = run and (match[0] in _SMALL or match[0][0].isdigit()) and place + 1 < len(found)
        if small and len(run) == 1 and place == 1:
            run = []  # "Take the ...": the first word is large in any sentence
        elif large or small:
            run.append(match)
        else:
            yield from _named(run, found)
            run = []
    yield from _named(run, found)


def _named(run: list[re.Match[str]], found: list[re.Match[str]]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """A run without what trails it in small words, where two large ones are left."""
    while run and not run[-1][0][0].isupper():
        run = run[:-1]
    if sum(match[0][0].isupper() for match in run) >= 2:
        name = tuple(match[0].casefold().replace("’", "'") for match in run)
        yield name, run[0].start() == found[0].start()


def _minor(written: str) -> int:
    whole, _, fraction = written.replace(",", "").partition(".")
    return int(whole) * 100 + int(fraction.ljust(2, "0")[:2] or 0)
