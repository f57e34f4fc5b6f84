"""What is masked, and what must stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.masking import CARD, EMAIL, mask, mask_cards


@pytest.mark.parametrize(
    "number",
    [
        "4242424242424242",
        "4242 4242 4242 4242",
        "5555-5555-5555-4444",
        "378282246310005",
        "6011.1111.1111.1117",
        "３７８２８２２４６３１０００５",
    ],
)
def test_card_numbers_are_masked_however_they_are_written(number: str) -> None:
    assert mask_cards(f"my card is {number}, charge it") == f"my card is {CARD}, charge it"


@pytest.mark.parametrize(
    "text",
    [
        "where is order PW-10001?",
        "order 4242424242424241",
        "tracking SW1234567890",
        "a 4 person tent under $300",
        "call +44 113 555 0101",
        "帐篷 300 元",
    ],
)
def test_what_is_no_card_number_stays(text: str) -> None:
    assert mask_cards(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to ada.moss+x@shop.example now", f"write to {EMAIL} now"),
        ("call +44 113 555 0101 please", "call [telephone] please"),
        ("or (512) 555-0101.", "or [telephone]."),
        ("at 12 Long Lane, Leeds", "at [address], Leeds"),
        ("5 Elm St, Austin", "[address], Austin"),
        ("Hauptstrasse 7 in Bonn", "[address] in Bonn"),
        ("took 123 ms for 45 rows at 2026-05-01T12:00:00", "took 123 ms for 45 rows at 2026-05-01T12:00:00"),
        ("turn msg_abc failed: order PW-10001", "turn msg_abc failed: order PW-10001"),
    ],
)
def test_logs_name_nobody(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)
