"""Values that only one catalogue writes: ruled out, or named like a kind of goods; ranges list nothing."""

from dataclasses import replace

import pytest

from assistant.intent import Excluded, Intent
from assistant.reading import read
from tests.shown import NOTHING
from tests.vocabularies import CAMPING

OFFICE = replace(
    CAMPING,
    categories=("Computers > PC", "Parts > Desktop Board", "Parts > Server Board"),
    brands=("Larch",),
    attributes={
        "family": ("Desktop board", "Server line"),
        "chassis": ("SFF", "Tower"),
        "made_in": ("China", "Latvia"),
        "sockets": ("Single-socket low noise board",),
    },
    heads={"pc": "Computers > PC", "board": "Parts > Desktop Board", "monitor": "Computers > PC"},
)


def asked(text: str) -> Intent:
    return read(text, shown=NOTHING, vocabulary=OFFICE, occasions=(), currency="USD")


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("pc not sff", Excluded("chassis", "sff")),
        ("a server board, not china", Excluded("made_in", "china")),
        (
            "a server board without single-socket low noise board",
            Excluded("sockets", "Single-socket low noise board"),
        ),
    ],
)
def test_a_value_of_one_attribute_can_be_ruled_out(text: str, excluded: Excluded) -> None:
    assert asked(text).constraints.exclude == (excluded,)


def test_what_names_a_kind_and_a_value_alike_is_the_kind() -> None:
    constraints = asked("a desktop board").constraints
    assert (constraints.category, dict(constraints.attributes)) == ("Parts > Desktop Board", {})


def test_a_range_of_a_measure_is_one_wish_and_stays_in_the_words() -> None:
    intent = asked("a monitor between 24 and 27 inch")
    assert (intent.name, intent.slots) == ("find_product", ())
    assert intent.query == "monitor between 24 and 27 inch"
