"""The shopper's own words for a thing that a model read in garbled ones: "rucksack" for "rocksack"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from assistant.intent import Slot
from assistant.kinds import tokens
from assistant.slots import unique_name

#: How alike words must be to be the same ones, garbled (0 to 1).
ALIKE = 0.75
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")


def slots_as_said(slots: tuple[Slot, ...], text: str) -> tuple[Slot, ...]:
    """The slots, those of garbled words by the words of the message."""
    held: list[Slot] = []
    for slot in slots:
        own = as_said(slot.query, text)
        if own != slot.query:
            slot = replace(slot, name=unique_name(own, [each.name for each in held]), query=own)
        held.append(slot)
    return tuple(held)


def as_said(words: str, text: str) -> str:
    """The words of the message that are most like these; the same where the message has them, or none that
    are alike. Ends of words are no difference."""
    if set(tokens(words)) <= set(tokens(text)):
        return words
    runs = list(_runs(text, len(words.split())))
    like = max(runs, key=lambda run: _likeness(words, run), default="")
    return like if like and _likeness(words, like) >= ALIKE else words


def _runs(text: str, length: int) -> Iterator[str]:
    said = _WORD.findall(text)
    for place in range(len(said) - length + 1):
        yield " ".join(said[place : place + length])


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()
