"""Two ways to write one thing are one canonical form; two things are two."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.intents import canonical

TEXTS = st.text(string.ascii_letters + string.digits + " -.,'\"/%", max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("65W", "65 w"),
        ("65 watts", "65 W"),
        ("2-person", "2 person"),
        ("two person", "2 persons"),
        ('13"', "13 inch"),
        ("13 inches", "13-inch"),
        ("1.5 litres", "1,5 L"),
        ("1,000 g", "1000 grams"),
        ("18.50", "18.5"),
        ("The Brake Pads", "brake pad"),
        ("berries", "Berry"),
        ("cookies", "cookie"),
        ("boxes", "box"),
        ("glasses", "glass"),
        ("gloves", "glove"),
        ("knives", "knife"),
        ("shoes", "shoe"),
        ("women's", "woman"),
        ("kids", "children"),
        ("gray", "grey"),
        ("Ｌａｔｅｘ", "latex"),
    ],
)
def test_spellings_of_one_thing_are_one(one: str, other: str) -> None:
    assert canonical.phrase(one) == canonical.phrase(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tub", "tube"),
        ("pin", "pine"),
        ("bus", "bu"),
        ("65 w", "65 v"),
        ("2 person", "4 person"),
        ("5", "5.5"),
    ],
)
def test_different_things_are_different(one: str, other: str) -> None:
    assert canonical.phrase(one) != canonical.phrase(other)


@given(TEXTS)
def test_the_canonical_form_is_its_own(text: str) -> None:
    once = canonical.phrase(text)
    assert canonical.phrase(once) == once


@given(TEXTS)
def test_case_and_white_space_say_nothing(text: str) -> None:
    assert canonical.phrase(f"  {text.upper()} ") == canonical.phrase(text)


@given(st.permutations(["red", "dark blue", "lime", "off-white"]))
def test_a_list_is_a_set(values: list[str]) -> None:
    assert canonical.values(", ".join(values)) == {"red", "dark blue", "lime", "off white"}


def test_a_decimal_is_no_list() -> None:
    assert canonical.values("1,5 l") == {"1.5 l"}
    assert canonical.values("205/55 r16") == {canonical.phrase("205/55 r16")}


@given(st.integers(0, 10**9), st.sampled_from(["USD", "eur", " GBP "]))
def test_money_is_minor_units_and_a_currency(amount: int, currency: str) -> None:
    assert canonical.money({"amount": amount, "currency": currency}) == (amount, currency.strip().upper())


@pytest.mark.parametrize("value", [None, 12, "12", {}, {"amount": "12", "currency": "USD"}])
def test_what_is_no_money_is_none(value: object) -> None:
    assert canonical.money(value) is None


def test_a_category_is_also_the_last_part_of_its_path() -> None:
    assert canonical.category("Reptiles > Terrariums") & canonical.category("terrarium")
    assert not canonical.category("Reptiles > Terrariums") & canonical.category("reptiles")


def test_pointing_words_lose_their_pointer() -> None:
    assert canonical.pointer("that second one") == canonical.pointer("the second one")
    assert canonical.pointer("this") == "this"


def test_the_order_of_a_phrase_says_nothing_in_a_bag() -> None:
    assert canonical.bag("lab coat in M") == canonical.bag("M lab coat")
