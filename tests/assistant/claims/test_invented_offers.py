"""Offers that no record has: whatever plain words they are made of, none of them is held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding import violations
from tests.evidences import bundle_evidence, products_evidence

ADDED = (
    ", our lowest price ever",
    ", the cheapest it has ever been",
    ", a third off",
    ", two for the price of one",
    ", and a second one comes at no charge",
    ", with one for your friend",
    ", far below its usual price",
    ", less than anywhere else",
    ", a price that will go up",
    ", before it gets more expensive",
    ", an introductory price",
    ", a bundle price",
    ", only for now",
    ", while it lasts",
    ", until the end of the day",
    ", if you order now",
    ", for new customers",
    ", just for you",
    ", with your first order",
    ", as a thank-you",
    ", tax included",
    ", with nothing extra to pay",
    ", and you get some of it back",
    ", so you pay less",
    ", and supplies are running low",
    ", and hardly any are left",
    ", while it is still around",
    ", but not for long",
)
SAID = (
    "The Kestrel is on offer at $239.00.",
    "The Kestrel is our offer of the day.",
    "The price of the Kestrel has come down to $239.00.",
    "We have never sold the Kestrel for less.",
    "Elsewhere you pay more than $239.00 for the Kestrel.",
    "The Kestrel comes with another one.",
    "Never before was the Kestrel at $239.00.",
    "Thanks to our offer you pay $239.00 for the Kestrel.",
)
PLAIN = (
    "The Kestrel costs $239.00, and it is in stock.",
    "The Kestrel is yours for $239.00, if you like.",
    "At $239.00, the Kestrel is the one I would look at first.",
    "The Kestrel at $239.00 is the closest of the 2 matches.",
    "The Kestrel is $239.00 and offers a capacity of 2 persons.",
    "The Kestrel is $239.00, and the Harbour is the cheaper one at $189.00.",
)
UNDISCOUNTED = (
    "There is no discount on the Kestrel, and it costs $239.00.",
    "The Kestrel is not on sale.",
    "The Kestrel comes without any reductions.",
)


@given(st.sampled_from(ADDED), st.sampled_from(("is", "costs", "goes for")))
def test_an_offer_behind_a_price_is_made_up(added: str, verb: str) -> None:
    assert violations(f"The Kestrel {verb} $239.00{added}.", products_evidence())
    reduced = "usual" in added or "pay less" in added
    assert reduced or violations(f"The set {verb} $332.50{added}.", bundle_evidence())


@pytest.mark.parametrize("sentence", SAID)
def test_an_offer_anywhere_is_made_up(sentence: str) -> None:
    assert violations(sentence, products_evidence())


@pytest.mark.parametrize("sentence", PLAIN)
def test_plain_talk_behind_a_price_is_no_offer(sentence: str) -> None:
    assert violations(sentence, products_evidence()) == ()


@pytest.mark.parametrize("sentence", UNDISCOUNTED)
def test_that_nothing_is_taken_off_holds_only_of_what_costs_its_list_price(sentence: str) -> None:
    assert violations(sentence, products_evidence()) == ()
    reduced = sentence.replace("Kestrel", "Harbour").replace("239", "189")
    assert violations(reduced, products_evidence())


def test_what_was_reduced_may_be_called_so() -> None:
    assert violations("The Harbour is far below its usual price.", products_evidence()) == ()
    assert violations("The Harbour is down to $189.00.", products_evidence()) == ()
