"""How a sentence is written down, and its two readings."""

from pathlib import Path

import pytest

from evals.grounding.wordings import KINDS, BadWordings, Wording, of_half, read_wordings


def wording(text: str) -> Wording:
    return Wording("price", "products", (), text)


def test_a_slot_is_filled_and_the_falsified_one_is_not_what_it_was() -> None:
    said = wording("the {title} is [price].")
    assert said.true({"title": "Moss Lamp", "price": "$5"}) == "The Moss Lamp is $5."
    assert said.false({"title": "Moss Lamp", "price": "$5"}, "$6") == "The Moss Lamp is $6."
    assert said.slots == {"title", "price"}
    assert said.falsified == "price"


def test_of_two_sides_one_is_true() -> None:
    said = wording("The {title} is [in stock~gone, like the {other}].")
    assert said.true({"title": "Lamp", "other": "Mug"}) == "The Lamp is in stock."
    assert said.false({"title": "Lamp", "other": "Mug"}, None) == "The Lamp is gone, like the Mug."
    assert said.falsified is None


def test_an_addition_stands_in_the_false_sentence_only() -> None:
    said = wording("It is {price}<<, {small} off>>.")
    assert said.true({"price": "$5", "small": "$1"}) == "It is $5."
    assert said.false({"price": "$5", "small": "$1"}, None) == "It is $5, $1 off."


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("It is [price].", "line 1: a wording before any section"),
        ("= prize products\nIt is [price].", "line 1: no such kind or situation"),
        ("= price products\nIt is {price}.", "line 2: exactly one fact is falsified"),
        ("= price products\n[title] is [price].", "line 2: exactly one fact is falsified"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, written: str, fault: str) -> None:
    path = tmp_path / "wordings.txt"
    path.write_text(written)
    with pytest.raises(BadWordings, match=fault):
        read_wordings(path)


def test_the_file_has_every_kind_in_both_halves_and_no_sentence_twice() -> None:
    wordings = read_wordings()
    assert len(wordings) >= 150
    assert len({(each.text, each.needs) for each in wordings}) == len(wordings)
    for half in ("open", "held_out"):
        assert {each.kind for each in of_half(wordings, half)} == set(KINDS)


def test_the_halves_are_the_whole() -> None:
    wordings = read_wordings()
    parts = [*of_half(wordings, "open"), *of_half(wordings, "held_out")]
    assert sorted(each.text for each in parts) == sorted(each.text for each in wordings)
