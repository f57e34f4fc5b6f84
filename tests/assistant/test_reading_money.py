from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexicon import lexicon
from assistant.reading.money import prices
from assistant.reading.numbers import count, numbers
from shop.money import Money

EN = lexicon("en")


def bounds(text: str) -> tuple[str | None, str | None, bool, bool]:
    """Low, high, for everything, for each: of the one price in the text."""
    (wish,) = prices(text, EN, "USD")
    low = str(wish.low) if wish.low else None
    return low, str(wish.high) if wish.high else None, wish.total, wish.each


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("under 80", None, "$80.00"),
        ("below $80", None, "$80.00"),
        ("no more than a hundred bucks", None, "$100.00"),
        ("less than thirty dollars", None, "$30.00"),
        ("300$", None, "$300.00"),
        ("$1,200.50 laptop", None, "$1,200.50"),
        ("50 or less", None, "$50.00"),
        ("can't spend more than 90", None, "$90.00"),
        ("over 100 usd", "$100.00", None),
        ("from $20", "$20.00", None),
        ("$50-70", "$50.00", "$70.00"),
        ("50 to 70 dollars", "$50.00", "$70.00"),
        ("between 20 and 40", "$20.00", "$40.00"),
        ("between $20 and $40", "$20.00", "$40.00"),
        ("around 80", "$64.00", "$96.00"),
        ("80ish", "$64.00", "$96.00"),
        ("twenty quid", None, "£20.00"),
        ("€30 max", None, "€30.00"),
    ],
)
def test_a_price_bounds_one_item(text: str, low: str | None, high: str | None) -> None:
    assert bounds(text)[:2] == (low, high)
    assert not bounds(text)[2] or "spend" in text


@pytest.mark.parametrize(
    "text",
    [
        "i have $300",
        "my budget is 300",
        "300 bucks in total",
        "with a budget of around 300",
        "all together under 300",
    ],
)
def test_what_one_has_or_spends_in_all_is_a_budget(text: str) -> None:
    assert bounds(text) == (None, "$300.00", True, False)


def test_each_bounds_one_item_even_after_words_of_a_budget() -> None:
    assert bounds("i have $20 each") == (None, "$20.00", False, True)


@pytest.mark.parametrize(
    "text",
    [
        "under 2 kg",
        "under 80 cm",
        "have 2 kids",
        "for 4 people",
        "size 42",
        "order 12345",
        "at least 4 stars",
        "20-30",
        "10% off",
    ],
)
def test_a_number_of_something_else_is_no_price(text: str) -> None:
    assert prices(text, EN, "USD") == []


def test_a_currency_that_is_named_wins_over_the_shops() -> None:
    (wish,) = prices("under 80 euros", EN, "USD")
    assert wish.high == Money(8000, "EUR")


def test_a_currency_without_decimals_is_read_in_whole_units() -> None:
    (wish,) = prices("under 3000", EN, "JPY")
    assert wish.high == Money(3000, "JPY")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("two", 2),
        ("a hundred", 100),
        ("two hundred and fifty", 250),
        ("twenty-five", 25),
        ("a thousand", 1000),
        ("1.5k", 1500),
        ("1,200", 1200),
        ("12,5", "12.5"),
    ],
)
def test_a_number_is_read_in_digits_and_in_words(text: str, value: int | str) -> None:
    (number,) = numbers(text, EN)
    assert number.value == Decimal(value)
    assert text[slice(*number.span)] == text


def test_two_small_numbers_in_a_row_are_two_numbers() -> None:
    assert [number.value for number in numbers("one two", EN)] == [1, 2]


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2), ("both", 2), ("a couple", 2), ("seven", 7), ("many", None)]
)
def test_a_count_is_a_whole_number_or_nothing(text: str, value: int | None) -> None:
    assert count(text, EN) == value


@given(st.integers(min_value=1, max_value=99_999), st.integers(min_value=0, max_value=99))
def test_any_amount_with_a_sign_is_read_to_the_cent(major: int, cents: int) -> None:
    (wish,) = prices(f"under ${major:,}.{cents:02d}", EN, "USD")
    assert wish.high == Money(major * 100 + cents, "USD")


@given(st.text(max_size=200))
def test_any_text_has_prices_or_none(text: str) -> None:
    for wish in prices(text.lower(), EN, "USD"):
        assert wish.low or wish.high
        assert wish.span[0] < wish.span[1]


@pytest.mark.parametrize(
    "text",
    ["a gift set for 120", "a camping kit for 150.", "gifts for 200 please", "a bundle for 49.99"],
)
def test_a_bare_number_that_a_set_is_for_is_its_budget(text: str) -> None:
    assert bounds(text)[2]


@pytest.mark.parametrize(
    "text",
    [
        "a gift set for 2 people",
        "a set for 120 guests",
        "a party set for 120",
        "a kit for 4",
        "a toner for 1020",
        "a set for 100 to 120 people",
        "a set for 120 cm",
    ],
)
def test_a_bare_number_that_may_be_people_or_a_name_is_no_money(text: str) -> None:
    assert prices(text, EN, "USD") == []


@pytest.mark.parametrize(
    ("text", "each"), [("mugs and plates each under 40", True), ("5 plates each, under 40 in total", False)]
)
def test_each_may_stand_before_the_bound(text: str, each: bool) -> None:
    assert [wish.each for wish in prices(text, EN, "USD")] == [each]
