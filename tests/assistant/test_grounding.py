"""Sentences that the evidence bears out, and the same kind of sentence with one thing false."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import evidence
from assistant.bundling.values import PairFact
from assistant.facts import product_facts
from assistant.grounding import violations
from assistant.values import (
    BundleItemView,
    BundleView,
    CardAvailability,
    CardRating,
    CartLineView,
    CartView,
    DiscountView,
    Evidence,
    Fact,
    ProductCard,
)
from shop.money import Money
from tests.evidences import (
    bundle_evidence,
    bundle_view,
    card,
    comparison_evidence,
    product,
    products_evidence,
)

TENTS_TRUE = (
    "The Kestrel 2 Trekking Tent costs $239.00 and weighs 1.7 kg.",
    "The Kestrel weighs 1.7 kg and sleeps 2 people.",
    "The Harbour 4 Family Tent is $189, down from $219.",
    "The Harbour is 189 dollars.",
    "You save $30 on the Harbour.",
    "The Harbour is on sale.",
    "It is rated 4.7 out of 5 by 68 customers.",
    "The Kestrel is highly rated.",
    "The Harbour tent comes in sand and slate.",
    "The Kestrel is made of ripstop nylon by Skerrow.",
    "Both tents are in stock.",
    "The Kestrel has two side doors.",
    "The Harbour is the cheaper one.",
    "The Kestrel costs more than the Harbour.",
    "At $189, the Harbour is a good pick for four people.",
    "The Kestrel is not available in orange.",
    "The orange Kestrel is sold out.",
    "Kestrel in moss green is in stock.",
    "The Harbour fits 4 people.",
    "The Kestrel is waterproof to 4000 mm.",
    "I found 2 matches for you.",
    "The Kestrel has the higher rating.",
    "The Kestrel is best rated, with 4.7 stars.",
    "Both stay under $250.",
    "For a light tent, the Kestrel weighs 1.7 kg.",
)

TENTS_FALSE = (
    ("The Kestrel costs $189.", "price"),
    ("The Kestrel costs $229.00.", "price"),
    ("It costs two hundred dollars.", "price"),
    ("It costs €239.", "price"),
    ("The Kestrel is under $200.", "price"),
    ("The Harbour was $250.", "discount"),
    ("You save $50 on the Harbour.", "discount"),
    ("Get 20% off the Kestrel.", "discount"),
    ("The Kestrel is a bargain.", "discount"),
    ("The Kestrel is the cheapest.", "price"),
    ("The Kestrel is affordable.", "price"),
    ("The Harbour weighs 1.7 kg.", "number"),
    ("The Kestrel weighs 1.5 kg.", "number"),
    ("The Kestrel weighs 1.7 lb.", "number"),
    ("The Kestrel sleeps 4 people.", "number"),
    ("I found 5 matches.", "number"),
    ("It is rated 4.9 stars.", "number"),
    ("The Harbour is rated 4.7 of 5.", "number"),
    ("The Kestrel has the rating of 68 shoppers and 4000 customers.", "number"),
    ("Only 2 left!", "number"),
    ("The Harbour is made of cotton.", "attribute"),
    ("The Harbour is waterproof.", "attribute"),
    ("The Kestrel comes in blue.", "attribute"),
    ("The Kestrel is rechargeable.", "attribute"),
    ("The Kestrel comes with a footprint.", "attribute"),
    ("The Kestrel is a backpack.", "attribute"),
    ("It is our best seller.", "attribute"),
    ("Customers love the Kestrel.", "attribute"),
    ("The Harbour is top rated.", "attribute"),
    ("The Kestrel comes in orange.", "stock"),
    ("The Harbour is sold out.", "stock"),
    ("The Harbour is not in stock.", "stock"),
    ("The Kestrel is selling fast.", "stock"),
    ("The Harbour is by Skerrow.", "name"),
    ("The Summit 3 Tent is here.", "name"),
    ("Take the Kestrel Alpine Tent.", "name"),
    ("The Larch 2 Trekking Tent costs $239.00.", "name"),
    ("The Kestrel works with any pole.", "compatibility"),
    ("The Kestrel and the Harbour are compatible.", "compatibility"),
    ("Free shipping on both.", "discount"),
    ("It ships tomorrow.", "date"),
    ("You get it by Friday.", "date"),
    ("It comes with a warranty.", "promise"),
    ("30-day money-back guarantee.", "promise"),
    ("The delivery is quick.", "promise"),
)

CAMP_TRUE = (
    "The set costs $332.50 in total, within your budget of $350.",
    "It has the Harbour 4 Family Tent, two sleeping bags, a stove and gas.",
    "The stove costs $39.00.",
    "You save $30.00 in all.",
    "The tent sleeps 4 people and costs $189.",
    "That leaves $17.50 of your budget.",
    "You have $17.50 left.",
    "The Trail Gas 230 fits the Ember Pocket Stove: both have gas thread EN417.",
    "The two Drift Sleeping Bags cost $49.00 each, $98.00 together.",
    "The sleeping bag is on backorder.",
    "All parts fit together.",
    "The stove has 2600 W and weighs 85 g.",
    "The stove and the gas work together.",
    "This camping set fits your budget.",
    "Everything comes to $332.50.",
    "The stove has piezo ignition.",
    "The stove is not windproof.",
    "Your camping set has four parts.",
    "Only 3 in stock of the stove.",
    "The first set stays under $350.",
    "For your camping trip, the first set costs $332.50.",
)

CAMP_FALSE = (
    ("The set costs $312.50 in total.", "total"),
    ("The tent costs $332.50.", "price"),
    ("The set costs $189.00.", "price"),
    ("It is within your budget of $400.", "price"),
    ("It is over your budget.", "total"),
    ("The second set costs $332.50.", "price"),
    ("The stove costs $189.", "price"),
    ("The sleeping bags cost $98.00 each.", "price"),
    ("You save $40.", "discount"),
    ("Get 15% off this bundle.", "discount"),
    ("The stove is discounted.", "discount"),
    ("That leaves $20.", "price"),
    ("The tent sleeps 6 people.", "number"),
    ("Three sleeping bags are included.", "number"),
    ("Two stoves are included.", "number"),
    ("The set has seven parts.", "number"),
    ("The stove has 3000 W.", "number"),
    ("The stove weighs 2600 W.", "number"),
    ("The gas fits the tent.", "compatibility"),
    ("The tent and the stove are compatible.", "compatibility"),
    ("The records do not say whether its parts fit together.", "compatibility"),
    ("The stove does not fit the gas.", "compatibility"),
    ("The sleeping bag is in stock.", "stock"),
    ("Everything is in stock.", "stock"),
    ("The stove is windproof.", "attribute"),
    ("The set includes a lantern.", "attribute"),
    ("The stove is red.", "attribute"),
    ("The sleeping bags are down filled.", "attribute"),
    ("Delivery by Friday.", "date"),
)


def _euros(cents: int) -> Money:
    return Money(cents, "EUR")


def _in_euros(of: ProductCard, cents: int, list_cents: int | None = None) -> ProductCard:
    return ProductCard(
        of.product_id,
        of.variant_id,
        of.title,
        _euros(cents),
        CardAvailability(True, "in_stock"),
        of.brand,
        _euros(list_cents) if list_cents else None,
        CardRating(4.2, 9),
        options=of.options,
    )


CUTTER = product(
    "cutter",
    "Quill 24 Paper Cutter",
    0,
    category="STUDIO > CUTTERS",
    attributes={"cutting width": "24 cm", "base": "beech", "dishwasher safe": "no", "sheets": "12"},
    description="Cuts card and thin board. Not for metal.",
)
PAPER = product(
    "paper",
    "Drumlin Paper, 300 g",
    0,
    brand="Drumlin",
    category="STUDIO > PAPER",
    attributes={"weight": "300 g", "size": "A4", "width": "21 cm"},
)


def _studio(compatibility: str = "unknown") -> Evidence:
    """A set of another shop, in another currency, of whose parts the records know nothing."""
    items = (
        BundleItemView("cutter", 1, False, _in_euros(card(CUTTER), 2450), ()),
        BundleItemView("paper", 3, False, _in_euros(card(PAPER), 800), ()),
    )
    view = BundleView(
        id="bdl",
        revision=1,
        title="Card making",
        items=items,
        total=_euros(4850),
        list_total=_euros(4850),
        savings=_euros(0),
        score=0.5,
        optimal=True,
        compatibility="compatible" if compatibility == "compatible" else "unknown",
        facts=(PairFact("cutter", "paper", "incompatible", "21 cm is not 24 cm"),)
        if compatibility == "incompatible"
        else (),
        explanation="",
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )
    return evidence.bundles(
        [view, view], {"cutter": CUTTER, "paper": PAPER}, need="making cards with 2 children"
    )


STUDIO_TRUE = (
    "The first set costs €48.50 in all.",
    "The Quill 24 Paper Cutter cuts card and has a base of beech.",
    "The cutter costs 24.50 euros.",
    "It holds the cutter and three of the paper.",
    "The cutter has a cutting width of 24 cm.",
    "The cutter takes 12 sheets.",
    "The paper is €8.00 each and €24.00 together.",
    "The records do not say whether all of its parts fit together.",
    "For making cards with 2 children, the first set costs €48.50.",
    "Here are 2 sets.",
    "The cutter is not dishwasher safe.",
)

STUDIO_FALSE = (
    ("The first set costs $48.50 in all.", "total"),
    ("The first set costs €24.50 in all.", "total"),
    ("The Quill 42 Paper Cutter has a base of beech.", "number"),
    ("The cutter has a base of oak.", "attribute"),
    ("The cutter has a width of 21 cm.", "number"),
    ("The parts fit together.", "compatibility"),
    ("The paper goes with the cutter.", "compatibility"),
    ("The set is on sale.", "discount"),
    ("The set saves you €5.", "discount"),
    ("The cutter is for metal.", "attribute"),
    ("The cutter is dishwasher safe.", "attribute"),
    ("It takes 15 sheets.", "number"),
    ("Made for 3 children.", "number"),
    ("The paper is by Meadow.", "name"),
    ("Here are 3 sets.", "number"),
)


@pytest.mark.parametrize("sentence", TENTS_TRUE)
def test_a_true_sentence_about_products_is_borne_out(sentence: str) -> None:
    assert violations(sentence, products_evidence()) == ()


@pytest.mark.parametrize(("sentence", "kind"), TENTS_FALSE)
def test_a_false_claim_about_a_product_is_caught_and_named(sentence: str, kind: str) -> None:
    assert kind in {each.kind for each in violations(sentence, products_evidence())}


@pytest.mark.parametrize("sentence", CAMP_TRUE)
def test_a_true_sentence_about_a_bundle_is_borne_out(sentence: str) -> None:
    assert violations(sentence, bundle_evidence()) == ()


@pytest.mark.parametrize(("sentence", "kind"), CAMP_FALSE)
def test_a_false_claim_about_a_bundle_is_caught_and_named(sentence: str, kind: str) -> None:
    assert kind in {each.kind for each in violations(sentence, bundle_evidence())}


@pytest.mark.parametrize("sentence", STUDIO_TRUE)
def test_a_true_sentence_about_another_shop_is_borne_out(sentence: str) -> None:
    assert violations(sentence, _studio()) == ()


@pytest.mark.parametrize(("sentence", "kind"), STUDIO_FALSE)
def test_a_false_claim_about_another_shop_is_caught_and_named(sentence: str, kind: str) -> None:
    assert kind in {each.kind for each in violations(sentence, _studio())}


def test_parts_that_do_not_fit_may_be_said_not_to_fit() -> None:
    assert violations("The paper does not fit the cutter.", _studio("incompatible")) == ()
    assert violations("The paper fits the cutter.", _studio("incompatible"))
    assert violations("The paper does not fit the cutter.", _studio())


def test_a_comparison_may_name_the_gap_and_the_rows_that_differ() -> None:
    held = comparison_evidence()
    assert violations("The Kestrel is $50.00 more than the Harbour.", held) == ()
    assert violations("The Kestrel weighs 1.7 kg, the Harbour 9.6 kg.", held) == ()
    assert violations("The Kestrel is $60.00 more than the Harbour.", held)
    assert violations("The Kestrel weighs 9.6 kg, the Harbour 1.7 kg.", held)


def test_a_cart_has_a_total_pieces_and_discounts_of_its_own() -> None:
    line = CartLineView("l", 2, _in_euros(card(PAPER), 800), _euros(1600))
    cart = CartView((line,), _euros(1600), _euros(1500), (DiscountView("p", "Spring 24", _euros(100)),))
    held = evidence.cart(cart)
    assert violations("Your cart holds 2 pieces for €15.00, €1.00 off with Spring 24.", held) == ()
    assert violations("Your cart holds 2 pieces for €17.00.", held)
    assert violations("Your cart holds 5 pieces.", held)
    assert violations("Spring 25 takes €1.00 off.", held)


def test_it_speaks_of_what_was_named_before() -> None:
    held = products_evidence()
    assert violations("It weighs 9.6 kg.", held)
    assert violations("It weighs 9.6 kg.", held, about=("tent-2",)) == ()


def test_words_of_the_shopper_may_be_repeated_as_a_purpose_and_are_no_fact_about_a_product() -> None:
    wished = evidence.products([(CUTTER, _in_euros(card(CUTTER), 2450))], wish="golden paper tool")
    assert violations('I found 1 match for "golden paper tool".', wished) == ()
    assert violations("The Quill 24 Paper Cutter is golden.", wished)


def test_nothing_can_be_claimed_without_evidence() -> None:
    nothing = Evidence("other", ())
    for claim in ("It costs $5.", "It is in stock.", "Free returns!", "It is blue.", "Two are left."):
        assert violations(claim, nothing), claim


def test_a_sentence_without_a_claim_is_fine() -> None:
    assert violations("Tell me what you are looking for.", Evidence("other", ())) == ()


@given(st.integers(min_value=1, max_value=10_000_00), st.integers(min_value=1, max_value=10_000_00))
def test_only_the_price_of_the_record_may_be_said(cents: int, said: int) -> None:
    lamp = product("lamp-1", "Moss Lamp", cents)
    held = Evidence("product_answer", product_facts(lamp, card(lamp)), ("lamp-1",))
    caught = violations(f"The Moss Lamp costs ${said / 100:,.2f}.", held)
    assert bool(caught) == (said != cents)


def test_an_amount_that_no_money_can_be_is_caught() -> None:
    assert violations("The Kestrel costs $239.0001.", products_evidence())
    assert violations(f"The Kestrel costs ${'9' * 40}.", products_evidence())


@given(st.text(max_size=200))
def test_any_text_can_be_checked(sentence: str) -> None:
    violations(sentence, products_evidence())


def test_of_a_size_that_is_sold_out_the_unit_is_no_choice() -> None:
    of = product("bit", "Flint Drill Bit", 900, attributes={"length": "160 mm"})
    facts = (*product_facts(of, card(of)), Fact("sold_out", "bit", "10 mm", "size 10 mm"))
    held = Evidence("products", facts, ("bit",), {"wish": "", "count": 1})
    assert violations("The Flint Drill Bit has a length of 160 mm.", held) == ()
    assert violations("The Flint Drill Bit comes in size 10 mm.", held) != ()


def test_that_no_record_matches_a_wish_says_nothing_of_fitting() -> None:
    held = evidence.nothing_found("a glass set", ["colour white"])
    assert violations('No record matches "a glass set" with colour white.', held) == ()


def test_what_was_bought_together_is_told_of_both() -> None:
    stove, gas = product("s", "Ember Stove", 3900), product("g", "Trail Gas", 650)
    facts = [fact for each in (stove, gas) for fact in product_facts(each, card(each))]
    why = "Bought together in 41 orders with the Trail Gas."
    held = Evidence("products", (*facts, Fact("reason", "s", why, why)), ("s", "g"), {"wish": "", "count": 2})
    assert violations("The Ember Stove was bought together with the Trail Gas in 41 orders.", held) == ()
    assert violations("The Ember Stove was bought together with the Trail Gas in 14 orders.", held) != ()


@pytest.mark.parametrize(
    "said",
    ["I cannot tell you whether all parts fit together.", "Compatibility of all parts is not known."],
)
def test_more_ways_to_say_that_no_record_knows(said: str) -> None:
    view = replace(bundle_view(), facts=(), compatibility="unknown")
    held = evidence.bundles([view], {})
    assert violations(said, held) == ()
