"""Sentences that are borne out, and the same kind of sentence with one thing false."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.explain import template_sentences
from assistant.facts import product_facts
from assistant.grounding import violations
from assistant.values import Evidence
from tests.evidences import (
    KESTREL,
    answer_evidence,
    bundle_evidence,
    card,
    comparison_evidence,
    product,
    products_evidence,
)

TRUE_OF_PRODUCTS = (
    "The Kestrel 2 Trekking Tent costs $239.00 and weighs 1.7 kg.",
    "The Kestrel weighs 1.7 kg and sleeps 2 people.",
    "The Harbour 4 Family Tent is $189, down from $219.",
    "You save $30 on the Harbour.",
    "It is rated 4.7 out of 5 by 68 customers.",
    "The Harbour tent comes in sand and slate.",
    "The Kestrel is made of ripstop nylon by Skerrow.",
    "Both tents are in stock.",
    "The Kestrel has two side doors.",
    "The Harbour is the cheaper one.",
    "At $189, the Harbour is a good pick for four people.",
    "The Kestrel is not available in orange.",
    "Kestrel in moss green is in stock.",
    "The Harbour fits 4 people.",
    "The Kestrel is waterproof to 4000 mm.",
    "I found 2 matches for you.",
    "The Kestrel and the Harbour cost $239 and $189.",
    "The Kestrel has the higher rating.",
    "The Kestrel is best rated, with 4.7 stars.",
)

TRUE_OF_BUNDLE = (
    "The set costs $332.50 in total, within your budget of $350.",
    "It has the Harbour 4 Family Tent, two sleeping bags, a stove and gas.",
    "The stove costs $39.00.",
    "You save $30.00 in all.",
    "The tent sleeps 4 people and costs $189.",
    "That leaves $17.50 of your budget.",
    "The Trail Gas 230 fits the Ember Pocket Stove: both gas thread EN417.",
    "The two Drift Sleeping Bags cost $49.00 each, $98.00 together.",
    "The sleeping bag is on backorder.",
    "All parts fit together.",
    "The stove has 2600 W and weighs 85 g.",
    "The stove and the gas work together.",
    "This camping set fits your budget.",
    "Everything comes to $332.50.",
    "The stove has piezo ignition.",
    "Your camping set has four parts.",
    "Only 3 in stock of the stove.",
)

FALSE_OF_PRODUCTS = (
    "The Kestrel costs $189.",
    "The Kestrel costs $229.00.",
    "The Harbour weighs 1.7 kg.",
    "The Kestrel weighs 1.5 kg.",
    "The Kestrel sleeps 4 people.",
    "The Harbour is made of cotton.",
    "The Kestrel comes in orange.",
    "The Kestrel comes in blue.",
    "The Harbour is sold out.",
    "You save $50 on the Harbour.",
    "Get 20% off the Kestrel.",
    "Free shipping on both.",
    "The Summit 3 Tent is lighter.",
    "It is rated 4.9 stars.",
    "The Kestrel is the cheapest.",
    "It ships tomorrow.",
    "30-day money-back guarantee.",
    "The Kestrel works with any pole.",
    "The Harbour is by Skerrow.",
    "I found 5 matches.",
    "The Kestrel comes with a footprint.",
    "The Harbour is waterproof.",
    "Only 2 left!",
    "The Kestrel is rechargeable.",
    "It is our best seller.",
    "It costs €239.",
    "The Harbour was $250.",
)

FALSE_OF_BUNDLE = (
    "The set costs $312.50 in total.",
    "It is within your budget of $400.",
    "The stove costs $189.",
    "The stove costs $49.",
    "You save $40.",
    "The tent sleeps 6 people.",
    "That leaves $20.",
    "The gas fits the tent.",
    "Three sleeping bags are included.",
    "The sleeping bag is in stock.",
    "The stove is windproof.",
    "The stove has 3000 W.",
    "The set includes a lantern.",
    "Delivery by Friday.",
    "The stove is red.",
    "The set has five parts.",
    "The sleeping bags are down filled.",
    "Get 15% off this bundle.",
    "The tent and the stove are compatible.",
    "The tent costs $332.50.",
    "Two stoves are included.",
    "The stove sleeps 4.",
)


@pytest.mark.parametrize("sentence", TRUE_OF_PRODUCTS)
def test_a_true_sentence_about_products_is_borne_out(sentence: str) -> None:
    assert violations(sentence, products_evidence()) == ()


@pytest.mark.parametrize("sentence", TRUE_OF_BUNDLE)
def test_a_true_sentence_about_a_bundle_is_borne_out(sentence: str) -> None:
    assert violations(sentence, bundle_evidence()) == ()


@pytest.mark.parametrize("sentence", FALSE_OF_PRODUCTS)
def test_a_false_sentence_about_products_is_caught(sentence: str) -> None:
    assert violations(sentence, products_evidence())


@pytest.mark.parametrize("sentence", FALSE_OF_BUNDLE)
def test_a_false_sentence_about_a_bundle_is_caught(sentence: str) -> None:
    assert violations(sentence, bundle_evidence())


@pytest.mark.parametrize(
    "evidence", [products_evidence(), bundle_evidence(), comparison_evidence(), answer_evidence()]
)
def test_what_a_template_says_is_borne_out_by_its_own_evidence(evidence: Evidence) -> None:
    for sentence in template_sentences(evidence):
        assert violations(sentence.text, evidence) == (), sentence.text


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("The Kestrel costs $189.", "price"),
        ("The Kestrel weighs 1.5 kg.", "attribute"),
        ("The Harbour is sold out.", "stock"),
        ("Get 20% off the Kestrel.", "discount"),
        ("It ships tomorrow.", "date"),
        ("Free shipping on both.", "policy"),
        ("The Kestrel works with any pole.", "compatibility"),
        ("The Summit 3 Tent is here.", "name"),
        ("It is our best seller.", "promise"),
    ],
)
def test_a_violation_says_what_kind_of_claim_it_is(sentence: str, kind: str) -> None:
    assert kind in {violation.kind for violation in violations(sentence, products_evidence())}


def test_the_total_of_a_bundle_is_not_the_price_of_its_part() -> None:
    assert violations("The tent costs $332.50.", bundle_evidence())
    assert violations("The set costs $332.50.", bundle_evidence()) == ()


def test_a_number_in_words_is_held_against_the_quantity() -> None:
    assert violations("It has two sleeping bags.", bundle_evidence()) == ()
    assert violations("It has three sleeping bags.", bundle_evidence())


def test_a_quotation_of_a_review_claims_nothing_of_its_own() -> None:
    assert violations('A customer writes: "Boils fast."', answer_evidence()) == ()
    assert violations('A customer writes: "Waterproof and free."', answer_evidence())


def test_words_of_the_shopper_do_not_make_a_property_true() -> None:
    asked = Evidence(
        "products",
        product_facts(KESTREL, card(KESTREL)),
        values={"wish": "rechargeable tent", "count": 1, "products": []},
    )
    assert violations("It is rechargeable.", asked)
    assert violations('I found 1 match for "rechargeable tent".', asked) != ()


def test_a_yes_or_no_fact_is_read_both_ways() -> None:
    evidence = bundle_evidence()
    assert violations("The stove is windproof.", evidence)
    assert violations("The stove is not windproof.", evidence) == ()


def test_an_amount_in_another_currency_is_another_amount() -> None:
    assert violations("The Kestrel costs €239.00.", products_evidence())


def test_nothing_can_be_claimed_without_evidence() -> None:
    nothing = Evidence("other", ())
    for claim in ("It costs $5.", "It is in stock.", "Free returns!", "It is blue.", "Two are left."):
        assert violations(claim, nothing), claim


def test_a_sentence_without_a_claim_is_fine() -> None:
    assert violations("Tell me what you are looking for.", Evidence("other", ())) == ()


@given(st.integers(min_value=1, max_value=10_000_00), st.integers(min_value=1, max_value=10_000_00))
def test_only_the_price_of_the_record_may_be_said(cents: int, said: int) -> None:
    lamp = product("lamp-1", "Moss Lamp", cents)
    evidence = Evidence("product_answer", product_facts(lamp, card(lamp)), ("lamp-1",))
    caught = violations(f"The Moss Lamp costs ${said / 100:,.2f}.", evidence)
    assert bool(caught) == (said != cents)


@given(st.text(max_size=200))
def test_any_text_can_be_checked(sentence: str) -> None:
    violations(sentence, products_evidence())
