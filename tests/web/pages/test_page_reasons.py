"""Reasons of search and bundling, as the pages tell them."""

import pytest

from web.pages.rendering import told


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("title matches 'pan'", ""),
        ("$9.00, under $20.00", "$9.00, under $20.00"),
        ("bought together in 6 orders with Pan", "Bought together in 6 orders with Pan"),
        ("Title matches pan.", ""),
        ("It goes with the Pan: both have size 20 mm.", "It goes with the Pan: both have size 20 mm."),
        (None, ""),
    ],
)
def test_a_reason_is_told_as_a_person_would(reason: str | None, said: str) -> None:
    assert told(reason) == said
