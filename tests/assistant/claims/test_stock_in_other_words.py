"""What can be had and how much of it, in words that could be plain talk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.facts import product_facts
from assistant.grounding import violations
from assistant.values import Evidence
from tests.evidences import card, product, products_evidence

GONE = (
    "There are no units of the Kestrel on hand.",
    "We do not have the Kestrel.",
    "The Kestrel is out.",
    "The Kestrel left our range.",
    "The Kestrel is at an end.",
    "The Kestrel is taken.",
    "Stock of the Kestrel has run out.",
    "The Kestrel can be had later.",
    "The Kestrel is still to come.",
    "The Kestrel has to be ordered first.",
    "The Kestrel is back.",
    "The Kestrel is always in stock.",
    "The Kestrel is in stock, but not for long.",
    "We have lots of the Kestrel.",
)
COUNTED = (
    "According to our records, {} of the Moss Lamp remain.",
    "We are holding {} of the Moss Lamp.",
    "Our stock of the Moss Lamp is at {}.",
    "You can pick from {} of the Moss Lamp.",
    "How many Moss Lamps are there? {}.",
    "Currently there are {} pieces of the Moss Lamp.",
)
SHELVES = (
    "The Moss Lamp sits under {}.",
    "You will find the Moss Lamp among our {}.",
    "The Moss Lamp lives in our {} department.",
    "It is part of our {}.",
)
LAMP = product("lamp", "Moss Lamp", 2500, left=7, category="Home > Lamps")


def lamp() -> Evidence:
    return Evidence("product_answer", product_facts(LAMP, card(LAMP)), ("lamp",))


@pytest.mark.parametrize("sentence", GONE)
def test_what_is_in_stock_is_neither_gone_nor_awaited_nor_scarce(sentence: str) -> None:
    assert "stock" in {each.kind for each in violations(sentence, products_evidence())}


@given(st.sampled_from(COUNTED), st.integers(2, 60))
def test_a_number_of_a_product_is_what_is_left_of_it(wording: str, number: int) -> None:
    assert bool(violations(wording.format(number), lamp())) == (
        number != LAMP.variants[0].availability.quantity
    )


@pytest.mark.parametrize("wording", SHELVES)
def test_a_shelf_is_the_products_own_even_where_its_name_is_plain_talk(wording: str) -> None:
    assert violations(wording.format("lamps"), lamp()) == ()
    assert violations(wording.format("tables"), lamp())
    assert violations(wording.format("locks"), lamp())


@pytest.mark.parametrize(
    "sentence",
    [
        "Of the 2 that came up, I would single out the Kestrel.",
        "Two to choose from are the Kestrel and the Harbour.",
        "In terms of weight, the Kestrel offers 1.7 kg.",
        "Its description speaks of two side doors.",
        "There are units of the Kestrel on hand.",
        "Manufactured by Skerrow, the Kestrel costs $239.00.",
        "Let me point you to the Kestrel.",
        "Ready to part with $239.00? Then the Kestrel is yours.",
    ],
)
def test_words_that_only_tell_claim_nothing(sentence: str) -> None:
    assert violations(sentence, products_evidence(), ("tent-1",)) == ()


def test_a_name_that_ends_in_a_percentage_is_a_name() -> None:
    spray = product("spray", "Moss Spray 20%", 1400)
    held = Evidence("product_answer", product_facts(spray, card(spray)), ("spray",))
    assert violations("The Moss Spray 20% costs $14.00.", held) == ()
    assert violations("The Moss Spray is 20% off.", held)
