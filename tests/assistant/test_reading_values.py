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


NAMED = replace(
    CAMPING,
    categories=(
        "Computers > PC",
        "Computers > Hybrid (2-in-1)",
        "Parts > Spares and Accessories",
        "Parts > Board",
    ),
    brands=("Larch", "Alder"),
    attributes={
        "keyboard_layout": ("QWERTY", "AZERTY"),
        "board_type": ("SFF", "Smart board"),
        "silent": ("yes",),
    },
    heads={"pc": "Computers > PC", "board": "Parts > Board", "mouse": "Parts > Board"},
)


def named(text: str) -> Intent:
    return read(text, shown=NOTHING, vocabulary=NAMED, occasions=(), currency="USD")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("a pc whose keyboard layout is qwerty", "keyboard_layout", "QWERTY"),
        ("pc, keyboard layout: azerty", "keyboard_layout", "AZERTY"),
        ("a pc with qwerty keyboard layout", "keyboard_layout", "QWERTY"),
        ("a pc with azerty as the keyboard layout", "keyboard_layout", "AZERTY"),
        ("a pc with board type sff", "board_type", "SFF"),
    ],
)
def test_a_value_beside_its_attributes_name_is_meant(text: str, field: str, value: str) -> None:
    intent = named(text)
    assert intent.constraints.attributes == {field: value}
    assert intent.constraints.category == "Computers > PC"
    assert "layout" not in intent.query


def test_a_name_beside_words_that_are_no_value_of_it_says_nothing() -> None:
    assert named("a pc with keyboard layout, qwerty").constraints.attributes == {}
    assert named("a pc, silent yes").constraints.attributes == {}


def test_a_kind_whose_name_holds_a_joint_is_no_list() -> None:
    spares = named("spares and accessories under $60")
    assert (spares.name, spares.constraints.category) == ("find_product", "Parts > Spares and Accessories")
    hybrid = named("a hybrid (2-in-1) by Larch")
    assert (hybrid.name, hybrid.constraints.category) == ("find_product", "Computers > Hybrid (2-in-1)")
    assert hybrid.constraints.brand == "Larch"
    assert len(named("a hybrid (2-in-1), a mouse and a board").slots) == 3


def test_an_abbreviation_in_the_plural_is_the_kind() -> None:
    assert named("pcs from Larch please").constraints.category == "Computers > PC"


def test_another_brand_than_one_rules_that_one_out() -> None:
    constraints = named("other brands than Alder, a pc").constraints
    assert (constraints.brand, constraints.exclude) == (None, (Excluded("brand", "Alder"),))
