"""Addresses in a customer's own words: whole ones only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.addresses import parse_address
from shop.values import Address

BEFORE = Address("Ada Moss", "1 Engine Street", "Leeds", "LS1 4AB", "GB")


@pytest.mark.parametrize(
    ("text", "street", "street2", "city", "region", "postcode", "country"),
    [
        ("12 Long Lane, Leeds, LS2 9JT", "12 Long Lane", None, "Leeds", None, "LS2 9JT", "GB"),
        ("5 Elm St, Austin, TX 78701, USA", "5 Elm St", None, "Austin", "TX", "78701", "USA"),
        ("5 Elm St, Apt 2, Austin, TX, 78701", "5 Elm St", "Apt 2", "Austin", "TX", "78701", "GB"),
        ("Hauptstrasse 7, Bonn, 53111, Germany", "Hauptstrasse 7", None, "Bonn", None, "53111", "Germany"),
        (
            "please send order 70012 to: 12 Long Lane, Leeds, LS2 9JT.",
            "12 Long Lane", None, "Leeds", None, "LS2 9JT", "GB",
        ),
    ],
)  # fmt: skip
def test_a_whole_address_is_read(
    text: str, street: str, street2: str | None, city: str, region: str | None, postcode: str, country: str
) -> None:
    expected = Address("Ada Moss", street, city, postcode, country, street2=street2, region=region)
    assert parse_address(text, BEFORE) == expected


@pytest.mark.parametrize(
    "text",
    ["", "my new flat", "Leeds", "12 Long Lane", "12 Long Lane, Leeds", "order 7001, red, please", "1, 2, 3"],
)
def test_what_is_no_whole_address_is_none(text: str) -> None:
    assert parse_address(text, BEFORE) is None


@given(st.text(max_size=2000))
def test_no_text_breaks_it(text: str) -> None:
    found = parse_address(text, BEFORE)
    assert found is None or (found.street and found.city and found.postcode)
