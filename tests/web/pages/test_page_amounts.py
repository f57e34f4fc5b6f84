"""Amounts and shares as the pages show and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.values import CardAvailability, ProductCard
from shop.money import Money
from web.pages.rendering import parse_amount, percent_off


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_discount_is_never_shown_greater_than_it_is(price: int, list_price: int) -> None:
    low, high = Money(min(price, list_price), "USD"), Money(max(price, list_price), "USD")
    stock = CardAvailability(True, "in_stock")
    card = ProductCard("tent", "tent-v", "Tent", low, stock, list_price=high)
    assert card.list_price is not None
    shown = percent_off(card)
    assert 0 <= shown <= 99
    assert shown * card.list_price.amount <= (card.list_price.amount - card.price.amount) * 100


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("250", 25_000), ("$250", 25_000), (" 250 USD ", 25_000), ("1,250.50", 125_050),
        ("1.250,50", 125_050),
        ("99,90 €", 9_990), ("1,250", 125_000), ("12.5", 1_250), ("0", None), ("-5", None), ("", None),
        ("many", None), ("1e9", None), ("1,2,3", None), ("9" * 40, None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(typed: str, cents: int | None) -> None:
    read = parse_amount(typed, "USD")
    assert (read.amount if read else None) == cents


@given(st.text(max_size=40))
def test_whatever_is_typed_as_a_budget_is_an_amount_or_nothing(typed: str) -> None:
    read = parse_amount(typed, "USD")
    assert read is None or read.amount > 0
