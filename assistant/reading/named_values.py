"""Attributes that a message calls by name: "a lamp whose shade is red", "material: oak", "oak as material".

A name with one of its own values beside it leaves no doubt, so the value may be of any kind and as short as
it likes; words beside a name that are no value of it stay in the words to search for.
"""

import re
from collections.abc import Iterator

from assistant.reading.catalogue import CatalogueIndex, Phrase
from assistant.reading.words import Span, Words

#: Words of the longest value that is looked for.
_LONGEST = 8

#: An attribute, its value as the catalogue writes it, and the words that name both.
NamedValue = tuple[str, str, Span]


def named_values(message: Words, index: CatalogueIndex) -> Iterator[NamedValue]:
    """In order, none overlapping another; a value that follows its name goes before one ahead of it."""
    place = 0
    while place < len(message.words):
        found = _named_at(message, index, place)
        if found is None:
            place += 1
            continue
        field, value, start, end = found
        yield field, value, (message.words[start].start, message.words[end - 1].end)
        place = end


def _named_at(message: Words, index: CatalogueIndex, place: int) -> tuple[str, str, int, int] | None:
    """The longest name that begins at a word with its value: field, value, first word and end of both."""
    for name, field in index.fields_from(message.folded[place]):
        end = place + len(name)
        if tuple(message.folded[place:end]) != name:
            continue
        beside = (*_after(message, index, field, end), *_ahead(message, index, field, place))
        for value, first, last in beside:
            start, stop = min(place, first), max(end, last)
            if message.free((message.words[start].start, message.words[stop - 1].end)):
                return field, value, start, stop
    return None


def _after(message: Words, index: CatalogueIndex, field: str, end: int) -> Iterator[tuple[str, int, int]]:
    """ "Shade is red", "shade: red", "shade red"."""
    starts = [end]
    if end < len(message.words) and message.lexicon.phrases["value_is"].fullmatch(_word(message, end)):
        starts.append(end + 1)
    for start in starts:
        if start < len(message.words) and _joined(message, end - 1, start):
            yield from _values(index, field, message.folded, start, forwards=True)


def _ahead(message: Words, index: CatalogueIndex, field: str, place: int) -> Iterator[tuple[str, int, int]]:
    """ "Red shade", "red as the shade"."""
    end = place
    while end > 0 and message.lexicon.phrases["value_as"].fullmatch(_word(message, end - 1)):
        end -= 1
    if end > 0 and _joined(message, end - 1, place):
        yield from _values(index, field, message.folded, end, forwards=False)


def _values(
    index: CatalogueIndex, field: str, words: Phrase, edge: int, *, forwards: bool
) -> Iterator[tuple[str, int, int]]:
    """Values of the field that begin (or end) at a place, the longest first: value, first word, end."""
    for size in range(_LONGEST, 0, -1):
        start, end = (edge, edge + size) if forwards else (edge - size, edge)
        phrase = words[start:end] if start >= 0 and end <= len(words) else ()
        value = index.written(field, phrase) if index.says_something(phrase) else None
        if value is not None:
            yield value, start, end


def _word(message: Words, place: int) -> str:
    word = message.words[place]
    return message.lower[word.start : word.end]


def _joined(message: Words, one: int, other: int) -> bool:
    """Whether no comma or sentence ends between two words."""
    return not re.search(r"[,;.!?]", message.lower[message.words[one].end : message.words[other].start])
