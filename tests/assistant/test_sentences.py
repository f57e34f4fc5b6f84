"""Text that arrives in pieces, cut into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import reads_well, sentences


def cut(text: str, *names: str) -> list[str]:
    return list(sentences([text], names))


def test_sentences_come_apart_at_their_full_stops() -> None:
    assert cut("It is red. It is big! It weighs 2 kg.") == ["It is red.", "It is big!", "It weighs 2 kg."]


@pytest.mark.parametrize(
    "whole",
    [
        "It costs $29.99 in all.",
        "It weighs approx. 5 kg.",
        "It is 12 in. Wide.",
        'It is called "Moss." and more.',
        "It takes e.g. a battery.",
        "Paid by 2 p.m. Central Time, it leaves today.",
    ],
)
def test_prices_and_abbreviations_are_not_cut(whole: str) -> None:
    assert cut(whole) == [whole]


def test_a_name_with_a_full_stop_is_not_cut() -> None:
    assert cut("The Dr. Moss St. Lamp No. 5 is red.", "Dr. Moss St. Lamp No. 5") == [
        "The Dr. Moss St. Lamp No. 5 is red."
    ]


def test_what_has_no_end_is_dropped() -> None:
    assert cut("It is red. It is") == ["It is red."]


def test_a_line_ends_a_sentence() -> None:
    assert cut("One line\nIt is red.") == ["One line", "It is red."]


@given(st.lists(st.integers(min_value=1, max_value=6), max_size=30))
def test_the_pieces_do_not_matter(lengths: list[int]) -> None:
    text = "The set costs $29.99 in all. It is no. 5 of 7. The tent weighs 2.5 kg."
    pieces, place = [], 0
    for length in lengths:
        pieces.append(text[place : place + length])
        place += length
    assert list(sentences([*pieces, text[place:]])) == cut(text)


@pytest.mark.parametrize(
    "text", ["The tent weighs 5 kg.", "The first set costs $20.00 in all.", "It has a width of 20 cm."]
)
def test_a_plain_sentence_reads_well(text: str) -> None:
    assert reads_well(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tent.",
        "the tent weighs 5 kg.",
        "The tent, 5 kg.",
        "Does the tent weigh 5 kg?",
        "I like that the tent weighs 5 kg.",
        "- The tent weighs 5 kg.",
        "The tent weighs 5 kg",
        'The "tent weighs 5 kg.',
        "See https://example.org, it is there.",
        "The tent is 5 kg, is 4 people, and it is there.",
    ],
)
def test_lists_markup_questions_and_chatter_do_not(text: str) -> None:
    assert not reads_well(text)
