"""A part that was read in garbled words is looked for by the shopper's own."""

import pytest

from assistant.intent import Slot
from assistant.own_words import as_said, slots_as_said

SAID = "day trip: a rucksack, two bottles and a cabin suitcase, 130 at most"


@pytest.mark.parametrize(
    ("read", "own"),
    [("rocksack", "rucksack"), ("cabin suit", "cabin suitcase"), ("bottle", "bottle"), ("stove", "stove")],
)
def test_garbled_words_are_the_likest_ones_that_were_said(read: str, own: str) -> None:
    assert as_said(read, SAID) == own


def test_a_slot_is_named_by_its_own_words_and_once() -> None:
    slots = slots_as_said((Slot("rocksack", "rocksack"), Slot("rucksack", "rucksack", 2)), SAID)
    assert slots[0] == Slot("rucksack", "rucksack")
    assert slots[1].query == "rucksack"
