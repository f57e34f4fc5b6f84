"""Ways to state a fact that a person would use: which of them are borne out, and which are not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import evidence
from assistant.facts import product_facts
from assistant.grounding import violations
from assistant.values import Evidence
from tests.evidences import (
    BAG,
    GAS,
    HARBOUR,
    STOVE,
    bundle_evidence,
    bundle_view,
    card,
    comparison_evidence,
    product,
    products_evidence,
)

TRUE = (
    "The Kestrel has a price tag of $239.00.",
    "Expect to pay $239.00 for the Kestrel.",
    "You can get the Harbour right away.",
    "No need to wait, the Harbour is in stock.",
    "What the Harbour is made of is polyester.",
    "The maker of the Harbour is Northfell.",
    "The Kestrel is 1.7 kg on the scale.",
    "You would be fine with the Kestrel, or with the Harbour at $189.00.",
    "The Kestrel belongs to our tents.",
    "The list price of the Harbour is $219.00.",
    "The Harbour normally costs $219.00.",
    "The discount on the Harbour is $30.00.",
    "We are out of the Kestrel in orange.",
    "In orange, the Kestrel is not available.",
    "I would go with the Kestrel.",
    "There is a moss green one of the Kestrel.",
)
FALSE = (
    ("The Kestrel has a price tag of $189.00.", "price"),
    ("You can get the Kestrel in orange right away.", "stock"),
    ("The Kestrel is well made.", "attribute"),
    ("The Kestrel belongs to our stoves.", "attribute"),
    ("The Kestrel wasn't made of nylon.", "attribute"),
    ("The list price of the Harbour is $239.00.", "discount"),
    ("The discount on the Harbour is $20.00.", "discount"),
    ("We do not have the Harbour 4 Family Tent in stock.", "stock"),
    ("We have run out of the Harbour.", "stock"),
    ("We have no Harbour left.", "stock"),
    ("You can't buy the Harbour now.", "stock"),
    ("You'll have to wait for the Harbour.", "stock"),
    ("The Harbour is not here yet.", "stock"),
    ("Neither the Kestrel nor the Harbour is in stock.", "stock"),
    ("Just one Harbour is left.", "stock"),
    ("The Kestrel gets you a free tent.", "discount"),
)
SET_TRUE = (
    "The set takes $332.50 out of your $350 budget.",
    "You would still have $17.50 to spend.",
    "The sum is $332.50, just inside your $350.",
    "Nothing in the set is sold out.",
    "You can use the stove with the gas.",
    "The gas is the right match for the stove.",
    "3 pieces of the stove are in stock.",
    "Whether the tent works with the stove is not known, but the tent costs $189.",
    "We do not know if the tent goes with the stove.",
    "It is unclear whether the tent goes with the stove.",
    "You stay $17.50 under your $350 budget.",
    "The stove comes to $39.00 here.",
    "The stove takes up $39.00 of the total.",
    "At list prices the set would be $362.50.",
)
SET_FALSE = (
    ("The set takes $350 out of your $350 budget.", "price"),
    ("You would still have $332.50 to spend.", "price"),
    ("Nothing in the set is in stock.", "stock"),
    ("You can use the stove with the tent.", "compatibility"),
    ("The tent is the right match for the stove.", "compatibility"),
    ("The stove comes to $332.50.", "total"),
    ("The stove takes up $189.00 of the total.", "price"),
    ("The gas accepts the tent.", "compatibility"),
    ("The tent matches the stove.", "compatibility"),
    ("The tent can be used with the stove.", "compatibility"),
    ("The tent and the stove are a perfect pair.", "compatibility"),
    ("The stove needs the tent.", "compatibility"),
    ("The stove won't take the gas.", "compatibility"),
    ("The sleeping bag is here right now.", "stock"),
    ("4 pieces of the stove are in stock.", "number"),
    ("Whether the gas works with the stove is not known.", "compatibility"),
    ("Whether the tent works with the stove is not known, but the tent is sold out.", "stock"),
    ("The stove is a tent.", "attribute"),
)


@pytest.mark.parametrize("sentence", TRUE)
def test_it_may_be_said_of_a_product(sentence: str) -> None:
    assert violations(sentence, products_evidence()) == ()


@pytest.mark.parametrize(("sentence", "kind"), FALSE)
def test_it_is_not_so_of_a_product(sentence: str, kind: str) -> None:
    assert kind in {each.kind for each in violations(sentence, products_evidence())}


@pytest.mark.parametrize("sentence", SET_TRUE)
def test_it_may_be_said_of_a_set(sentence: str) -> None:
    assert violations(sentence, bundle_evidence()) == ()


@pytest.mark.parametrize(("sentence", "kind"), SET_FALSE)
def test_it_is_not_so_of_a_set(sentence: str, kind: str) -> None:
    assert kind in {each.kind for each in violations(sentence, bundle_evidence())}


def test_of_two_that_are_compared_either_may_be_named_last() -> None:
    assert violations("Up against the Kestrel stands the Harbour.", comparison_evidence()) == ()
    assert violations("Up against the Kestrel stands the Summit.", comparison_evidence())


def test_what_lies_between_two_prices_is_their_gap() -> None:
    assert violations("There is $50.00 between the two.", comparison_evidence()) == ()
    assert violations("There is $189.00 between the two.", comparison_evidence())


def test_everything_fits_only_where_the_records_say_so_of_the_whole_set() -> None:
    records = {each.id: each for each in (HARBOUR, BAG, STOVE, GAS)}
    unknown = evidence.bundles([replace(bundle_view(), compatibility="unknown")], records)
    assert violations("Everything in the set fits.", bundle_evidence()) == ()
    assert violations("Everything in the set fits.", unknown)


MAT = product("mat", "Moss Mat", 2500, attributes={"length": "183 cm", "width": "60 cm"})


@given(st.sampled_from(("long", "wide", "high", "thick")), st.integers(1, 400))
def test_a_measure_with_an_adjective_is_the_one_that_it_names(adjective: str, number: int) -> None:
    held = Evidence("product_answer", product_facts(MAT, card(MAT)), ("mat",))
    true = (adjective, number) in (("long", 183), ("wide", 60))
    assert bool(violations(f"The Moss Mat is {number} cm {adjective}.", held)) != true


@given(st.integers(2, 500), st.integers(2, 500))
def test_only_the_count_of_the_record_is_left(left: int, said: int) -> None:
    lamp = product("lamp", "Moss Lamp", 2500, left=left)
    held = Evidence("product_answer", product_facts(lamp, card(lamp)), ("lamp",))
    for sentence in ("Our shelves hold {} of the Moss Lamp.", "{} pieces of the Moss Lamp are in stock."):
        assert bool(violations(sentence.format(said), held)) == (said != left)


@given(st.sampled_from(("wasn't", "isn't", "is not", "was never")))
def test_a_denial_is_no_statement(denial: str) -> None:
    held = Evidence("product_answer", product_facts(HARBOUR, card(HARBOUR)), ("tent-2",))
    assert violations(f"The Harbour {denial} polyester.", held)


def test_a_name_that_goes_on_after_a_products_own_is_another_products() -> None:
    fine = "The set has the Hanging Basket Planter."
    pots = (
        product("pots-1", "Hanging Basket Planter", 4_700),
        product("pots-2", "Plastic Planter Set", 5_300),
    )
    facts = tuple(fact for each in pots for fact in product_facts(each, card(each)))
    held = Evidence("products", facts, ("pots-1", "pots-2"))
    assert violations(fine, held) == ()
    assert [each.kind for each in violations("I would take the Hanging Basket Planter Set.", held)] == [
        "name"
    ]
    assert violations("I would take the Plastic Planter Set.", held) == ()
