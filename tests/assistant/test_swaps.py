"""What a sentence says was put in whose place."""

import pytest

from assistant.claims.swaps import wrong_swaps
from assistant.values import Evidence
from shop.serialise import Json

NAMES = {"Tall Boot, Brown": "Tall Boot", "Low Shoe": "Low Shoe", "Wool Socks": "Wool Socks"}
SWAPPED = Evidence(
    "bundle_edited",
    (),
    values={
        "changes": [{"op": "swap", "title": "Low Shoe", "was": "Tall Boot, Brown", "slot": "boots"}],
    },
)


@pytest.mark.parametrize(
    "sentence",
    [
        "I swapped the Tall Boot for the Low Shoe.",
        "The Low Shoe is in the set now instead of the Tall Boot.",
        "In place of the Tall Boot there is now the Low Shoe.",
        "Done, the Low Shoe is in and the Tall Boot is out.",
        "The Low Shoe replaces the Tall Boot.",
        "The Tall Boot is replaced by the Low Shoe.",
        "The Low Shoe costs $20.00.",
        "The Tall Boot is out of the set.",
        "The Wool Socks go with the Low Shoe.",
    ],
)
def test_what_was_done_may_be_said(sentence: str) -> None:
    assert wrong_swaps(sentence, SWAPPED, NAMES) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "I swapped the Low Shoe for the Tall Boot.",
        "The Tall Boot replaces the Low Shoe.",
        "I put the Tall Boot into your set now.",
        "I took the Wool Socks for the Low Shoe, in place of the Tall Boot.",
        "The Wool Socks are there now instead of the Tall Boot.",
    ],
)
def test_another_exchange_is_stopped(sentence: str) -> None:
    assert wrong_swaps(sentence, SWAPPED, NAMES)


def test_one_exchange_is_not_told_with_the_things_of_another() -> None:
    socks: Json = {"op": "swap", "title": "Thin Socks", "was": "Wool Socks", "slot": "socks"}
    boots: Json = {"op": "swap", "title": "Low Shoe", "was": "Tall Boot, Brown", "slot": "boots"}
    both = Evidence("bundle_edited", (), values={"changes": [boots, socks]})
    names = {**NAMES, "Thin Socks": "Thin Socks"}
    mixed = "I took the Wool Socks and the Thin Socks in place of the Tall Boot."
    assert wrong_swaps(mixed, both, names)
    assert not wrong_swaps("I swapped the Wool Socks for the Thin Socks.", both, names)
