"""Money: whole minor units, one currency at a time."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.money import MOST_AMOUNT, CurrencyMismatch, Money

CURRENCIES = ("USD", "EUR", "JPY", "KWD", "GBP", "CNY")
amounts = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(CURRENCIES)
money = st.builds(Money, amounts, currencies)


@given(money)
def test_major_units_and_back_is_the_same_amount(value: Money) -> None:
    assert Money.of(value.major, value.currency) == value
    assert Money.of(str(value.major), value.currency.lower()) == value


@given(money)
def test_minor_units_and_back_is_the_same_amount(value: Money) -> None:
    assert Money.of_minor(str(value.amount), value.currency) == value


@given(amounts, amounts, currencies)
def test_adding_and_taking_away_cancel_out(a: int, b: int, currency: str) -> None:
    first, second = Money(a, currency), Money(b, currency)

    assert first + second - second == first
    assert first + second == second + first
    assert first + Money.zero(currency) == first


@given(amounts, st.integers(0, 50), currencies)
def test_times_n_is_adding_n_times(a: int, times: int, currency: str) -> None:
    total = sum((Money(a, currency) for _ in range(times)), Money.zero(currency))

    assert Money(a, currency) * times == total


@given(amounts, amounts, currencies)
def test_amounts_of_one_currency_are_ordered_like_their_numbers(a: int, b: int, currency: str) -> None:
    first, second = Money(a, currency), Money(b, currency)

    assert (first < second) == (a < b)
    assert (first <= second) == (a <= b)
    assert (first > second) == (a > b)
    assert (first >= second) == (a >= b)


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_never_meet(operation: str) -> None:
    with pytest.raises(CurrencyMismatch):
        getattr(Money(100, "USD"), operation)(Money(100, "EUR"))


@given(st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False), currencies)
def test_rounding_is_never_further_than_half_a_minor_unit(value: Decimal, currency: str) -> None:
    rounded = Money.of(value, currency)

    smallest = Money(1, currency).major
    assert abs(rounded.major - value) <= smallest / 2


def test_half_a_minor_unit_is_rounded_up() -> None:
    assert Money.of("0.125", "USD") == Money(13, "USD")
    assert Money.of("0.5", "JPY") == Money(1, "JPY")


def test_each_currency_has_its_own_decimals() -> None:
    assert Money.of("29.99", "USD") == Money(2999, "USD")
    assert Money.of("3000", "JPY") == Money(3000, "JPY")
    assert Money.of("1.234", "KWD") == Money(1234, "KWD")


@pytest.mark.parametrize("value", ["", "abc", "NaN", "Infinity", "-Infinity", "12,50", "1e999999", "9" * 40])
def test_what_is_no_amount_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"amount|NaN"):
        Money.of(value, "USD")


@pytest.mark.parametrize("currency", ["", "US", "XQQ", "DOLLARS", "\x00"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.of("1", currency)


def test_the_largest_amount_fits_a_database_and_one_more_does_not() -> None:
    assert Money.of_minor(MOST_AMOUNT, "USD").amount == MOST_AMOUNT
    with pytest.raises(ValueError, match="too large"):
        Money.of_minor(MOST_AMOUNT + 1, "USD")


def test_an_amount_is_written_as_its_readers_write_it() -> None:
    assert str(Money(123456, "USD")) == "$1,234.56"
    assert str(Money(-500, "USD")) == "-$5.00"
    assert str(Money(3000, "JPY")) == "¥3,000"
    assert Money(123456, "EUR").format("de_DE") == "1.234,56\xa0€"
