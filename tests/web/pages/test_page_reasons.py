"""Reasons of search and bundling, as the pages tell them."""

import pytest

from web.pages.rendering import told


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("title matches 'pan'", ""),
        ("$9.00, under $20.00", "$9.00, under $20.00"),
        ("bought together in 6 orders with Pan", "Bought together in 6 orders with Pan"),
        (
            "goes with Steel Pan: both handle_size 20 mm; bought together in 6 orders with Lid",
            "Fits the Steel Pan: both have handle size 20 mm · Bought together in 6 orders with Lid",
        ),
        (None, ""),
    ],
)
def test_a_reason_is_told_as_a_person_would(reason: str | None, said: str) -> None:
    assert told(reason) == said
