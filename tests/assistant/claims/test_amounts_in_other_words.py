"""Amounts of money in the ways people tell them: what each is of, and whose it is."""

import pytest

from assistant import evidence
from assistant.bundling.values import Infeasible
from assistant.grounding import violations
from assistant.values import CartLineView, CartView, Evidence
from tests.evidences import (
    BAG,
    STOVE,
    bundle_evidence,
    card,
    comparison_evidence,
    products_evidence,
    usd,
)

LEFT = (
    "Out of the $350.00 you gave me, ${} would remain.",
    "The set leaves ${} of your $350.00 unspent.",
    "It all comes to $332.50, so ${} of your budget stays in your pocket.",
    "It is $332.50, leaving a cushion of ${}.",
    "You have ${} to play with after this set.",
    "${} of the $350.00 will not be needed.",
    "You come out ${} under your $350.00.",
)
WHOLE = (
    "Counting the stove, you end up at ${}.",
    "Including the Ember Pocket Stove, we are at ${}.",
    "If you buy the stove and the rest, that makes ${}.",
    "Everything in the set adds up to ${}.",
    "The grand total is ${}.",
)
BEFORE = (
    "The crossed-out price of the Harbour is ${}.",
    "The Harbour used to be ${}.",
    "Without any reductions, the Harbour would cost ${}.",
    "The Harbour was cut from ${} to $189.00.",
    "Usually ${}, the Harbour is now $189.00.",
)
SAVED = (
    "The markdown on the Harbour amounts to ${}.",
    "We have knocked ${} off the Harbour.",
    "Buy the Harbour at $189.00 and keep ${} compared with the list price.",
    "The Harbour has dropped ${} to $189.00.",
    "The reduction on the Harbour is ${}.",
    "You get ${} back on the Harbour against its list price.",
)
APART = (
    "You keep ${} if you settle for the Harbour rather than the Kestrel.",
    "The Harbour undercuts the Kestrel by ${}.",
    "${} separates the Harbour from the Kestrel.",
    "The Kestrel carries a premium of ${} over the Harbour.",
    "Choosing the Harbour over the Kestrel spares you ${}.",
    "Picking the Kestrel rather than the Harbour adds ${} to the bill.",
)
LINE = (
    "Of the $137.00 in your cart, ${} is for the sleeping bag.",
    "For 2 of the Drift Sleeping Bag, the cart shows ${}.",
    "The Drift Sleeping Bag, 2 of them, makes ${}.",
    "${} of the $137.00 in the cart is the Drift Sleeping Bag.",
    "The 2 sleeping bags in your cart are ${} together.",
    "The line for the Drift Sleeping Bag reads ${}.",
    "The sleeping bag is there 2 times, which makes ${}.",
)


def cart() -> Evidence:
    lines = (
        CartLineView("1", 2, card(BAG), usd(9800)),
        CartLineView("2", 1, card(STOVE), usd(3900)),
    )
    return evidence.cart(CartView(lines, usd(13700), usd(13700)))


@pytest.mark.parametrize("wording", LEFT)
def test_what_is_left_of_the_budget_is_no_other_sum(wording: str) -> None:
    assert violations(wording.format("17.50"), bundle_evidence()) == ()
    for wrong in ("17.00", "39.00", "332.50"):
        assert violations(wording.format(wrong), bundle_evidence()), wrong


@pytest.mark.parametrize("wording", WHOLE)
def test_a_part_that_is_counted_in_does_not_own_the_sum(wording: str) -> None:
    assert violations(wording.format("332.50"), bundle_evidence()) == ()
    for wrong in ("39.00", "189.00", "400.00"):
        assert violations(wording.format(wrong), bundle_evidence()), wrong


@pytest.mark.parametrize("wording", BEFORE)
def test_what_was_asked_before_is_the_list_price(wording: str) -> None:
    assert violations(wording.format("219.00"), products_evidence()) == ()
    for wrong in ("239.00", "30.00", "220.00"):
        assert violations(wording.format(wrong), products_evidence()), wrong


@pytest.mark.parametrize("wording", SAVED)
def test_what_was_taken_off_is_the_saving(wording: str) -> None:
    assert violations(wording.format("30.00"), products_evidence()) == ()
    for wrong in ("31.00", "189.00", "219.00"):
        assert violations(wording.format(wrong), products_evidence()), wrong


@pytest.mark.parametrize("wording", APART)
@pytest.mark.parametrize("held", [comparison_evidence(), products_evidence()])
def test_what_sets_two_products_apart_is_the_difference_of_their_prices(wording: str, held: Evidence) -> None:
    assert violations(wording.format("50.00"), held) == ()
    for wrong in ("51.00", "189.00", "239.00"):
        assert violations(wording.format(wrong), held), wrong


@pytest.mark.parametrize("wording", LINE)
def test_the_share_of_several_is_their_line_and_not_the_price_of_one(wording: str) -> None:
    assert violations(wording.format("98.00"), cart()) == ()
    for wrong in ("49.00", "39.00", "147.00"):
        assert violations(wording.format(wrong), cart()), wrong


def test_a_sum_that_adds_up_to_something_is_no_bound() -> None:
    assert violations("With 3 pieces in it, your cart adds up to $137.00.", cart()) == ()
    assert violations("With 3 pieces in it, your cart adds up to $274.00.", cart())


def test_the_cart_is_only_where_the_product_is() -> None:
    assert violations("The stove in your cart costs $39.00.", cart()) == ()
    assert violations("The stove in your cart costs $137.00.", cart())


def test_a_budget_that_nothing_keeps_to_may_be_named() -> None:
    held = evidence.infeasible(Infeasible("The budget is too low.", None, usd(14100)), usd(10000))
    said = "Within ${} no set works, the cheapest total being $141.00."
    assert violations(said.format("100.00"), held) == ()
    assert violations(said.format("120.00"), held)
    assert violations("The set keeps within $100.00.", held)
