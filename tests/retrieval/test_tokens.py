"""Tokens: one form for what shoppers and feeds write in many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.locale import UnknownLanguage, load_locale
from retrieval.tokens import canonical, joined_pairs, tokenise

ENGLISH = load_locale("en")


def tokens(text: str) -> list[str]:
    return tokenise(text, ENGLISH)


@pytest.mark.parametrize(
    "written",
    [
        "2-person",
        "2 person",
        "2person",
        "2 persons",
        "2-Person",
        "2 people",
        "2-man",
        "two person",
        "Two-Person",
    ],
)
def test_a_number_with_its_unit_is_the_same_however_it_is_written(written: str) -> None:
    assert tokens(written) == ["2", "person", "2person"]


def test_a_number_as_a_word_is_a_word_where_no_unit_follows() -> None:
    assert tokens("two chairs") == ["two", "chair"]


@pytest.mark.parametrize("written", ["20l", "20 L", "20-litre", "20 liters", "20.0 l"])
def test_units_have_one_name(written: str) -> None:
    assert tokens(written) == ["20", "litre", "20litre"]


@pytest.mark.parametrize("written", ['17"', "17in", "17 inches", "17.0″"])
def test_inches_are_read_from_signs_and_words(written: str) -> None:
    assert tokens(written) == ["17", "inch", "17inch"]


def test_in_is_a_word_and_no_unit_where_it_stands_alone() -> None:
    assert tokens("2 in 1") == ["2", "in", "1"]


def test_hyphens_are_split_and_joined() -> None:
    assert tokens("USB-C") == ["usb", "c", "usbc"]
    assert tokens("e-reader") == ["e", "reader", "ereader"]


@pytest.mark.parametrize("written", ["TN-2110", "tn2110"])
def test_a_model_number_is_found_with_and_without_its_hyphen(written: str) -> None:
    assert "tn2110" in tokens(written)


def test_a_word_glued_to_a_number_is_also_kept_apart() -> None:
    assert tokens("iphone7") == ["iphone7", "iphone", "7"]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("tents", "tent"),
        ("batteries", "battery"),
        ("boxes", "box"),
        ("glasses", "glass"),
        ("lenses", "lens"),
        ("knives", "knife"),
        ("women's", "woman"),
    ],
)
def test_plurals_are_folded(plural: str, singular: str) -> None:
    assert tokens(plural) == [singular]


@pytest.mark.parametrize("word", ["gas", "glass", "lens", "bus", "canvas"])
def test_a_singular_that_ends_in_s_stays_whole(word: str) -> None:
    assert tokens(word) == [word]


def test_spellings_and_accents_are_folded() -> None:
    assert tokens("Color GRAY café") == tokens("colour grey cafe")


def test_numbers_lose_separators_of_thousands_and_trailing_zeros() -> None:
    assert tokens("3,000") == ["3000"]
    assert tokens("1,5") == tokens("1.50") == ["1.5"]


@pytest.mark.parametrize("nothing", ["", "   ", "😀🎉", "!!! --- ''", "\x00\x01"])
def test_text_without_letters_has_no_tokens(nothing: str) -> None:
    assert tokens(nothing) == []


def test_neighbours_can_be_one_word() -> None:
    assert list(joined_pairs(["head", "set", "4"])) == ["headset"]


def test_names_are_compared_in_one_form() -> None:
    assert canonical("Colors", ENGLISH) == canonical("colour", ENGLISH)


def test_a_language_without_a_word_list_says_which_there_are() -> None:
    with pytest.raises(UnknownLanguage, match="there are: en"):
        load_locale("tlh")


@given(st.text(max_size=300))
def test_any_text_can_be_cut(text: str) -> None:
    for token in tokens(text):
        assert token
        assert not any(character.isspace() for character in token)


@given(st.text(max_size=100))
def test_letter_case_makes_no_difference_to_plain_text(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()
    assert tokens(plain.upper()) == tokens(plain.lower())
