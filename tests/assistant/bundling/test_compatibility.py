"""Compatibility is what the records say of two products, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.bundling.compatibility import judge, pair
from assistant.bundling.values import Candidate, PairFact
from shop.money import Money
from shop.values import FactValue, Product

#: A busy machine is no reason to fail.
unhurried = settings(max_examples=60)

Facts = dict[str, FactValue]


def thing(key: str, *, provides: Facts | None = None, requires: Facts | None = None) -> Product:
    return Product(key, key, key, "", (), (), provides=provides or {}, requires=requires or {})


def test_equal_texts_fit_whatever_their_case() -> None:
    stove = thing("stove", requires={"gas_thread": "EN417"})
    gas = thing("gas", provides={"gas_thread": "en417 "})
    assert pair(stove, gas) == PairFact("stove", "gas", "compatible", "both have gas thread en417 ")


@pytest.mark.parametrize(
    ("required", "provided", "status", "fact"),
    [
        ("EN417", "EN417", "compatible", "both have gas thread EN417"),
        ("EN417", "bayonet", "incompatible", "needs gas thread EN417, this has bayonet"),
        (("EN417", "bayonet"), "bayonet", "compatible", "both have gas thread bayonet"),
        ("EN417", ("bayonet", "EN417"), "compatible", "both have gas thread EN417"),
        ("EN417", ("bayonet", "clip"), "incompatible", "needs gas thread EN417, this has bayonet or clip"),
        (65, 100.0, "compatible", "gas thread 100, 65 needed"),
        (65, 45, "incompatible", "needs gas thread 65, this has 45"),
        (65, 65.0, "compatible", "gas thread 65, 65 needed"),
        (65, "many", "unknown", None),
    ],
)
def test_a_pair_is_judged_by_the_key_that_one_requires_and_the_other_provides(
    required: FactValue, provided: FactValue, status: str, fact: str | None
) -> None:
    found = pair(thing("a", requires={"gas_thread": required}), thing("b", provides={"gas_thread": provided}))
    assert (found.status, found.fact) == (status, fact)


def test_without_a_shared_key_nothing_is_known() -> None:
    lens = thing("lens", requires={"lens_mount": "E"})
    gas = thing("gas", provides={"gas_thread": "EN417"})
    assert pair(lens, gas).status == "unknown"
    assert pair(gas, thing("gas-2", provides={"gas_thread": "bayonet"})).status == "unknown"


def test_one_fact_that_does_not_fit_outweighs_those_that_do() -> None:
    drill = thing("drill", requires={"voltage": 18, "platform": "Blue"})
    battery = thing("battery", provides={"voltage": 18, "platform": "Red"})
    assert pair(drill, battery).fact == "needs platform Blue, this has Red"


def test_candidates_are_judged_like_records() -> None:
    stove = Candidate("stove", "v", "Stove", Money(1, "USD"), 1.0, requires={"gas_thread": "EN417"})
    assert pair(stove, thing("gas", provides={"gas_thread": "EN417"})).status == "compatible"


def test_a_bundle_is_compatible_where_all_that_is_required_is_inside() -> None:
    stove = thing("stove", requires={"gas_thread": "EN417"})
    gas = thing("gas", provides={"gas_thread": "EN417"})
    lamp = thing("lamp")
    judged = judge([stove, lamp, gas])
    assert (judged.compatibility, judged.unmet) == ("compatible", ())
    assert judged.facts == (PairFact("stove", "gas", "compatible", "both have gas thread EN417"),)


def test_what_nothing_inside_provides_is_listed() -> None:
    judged = judge([thing("stove", requires={"gas_thread": "EN417"}), thing("lamp")])
    assert judged.compatibility == "unknown"
    assert [(unmet.product_id, unmet.text) for unmet in judged.unmet] == [("stove", "needs gas thread EN417")]


def test_where_nothing_is_required_nothing_is_claimed() -> None:
    assert judge([thing("lamp"), thing("mug")]).compatibility == "unknown"
    assert judge([]).compatibility == "unknown"


def test_a_product_does_not_meet_its_own_requirement() -> None:
    hose = thing("hose", requires={"coupling": "G3/4"}, provides={"coupling": "G3/4"})
    assert judge([hose]).compatibility == "unknown"
    assert (
        judge([hose, thing("tap", requires={"coupling": "G3/4"}, provides={"coupling": "G3/4"})]).unmet == ()
    )


def test_products_that_require_each_other_are_compatible() -> None:
    pump = thing("pump", requires={"head": "H1"}, provides={"body": "B1"})
    head = thing("head", requires={"body": "B1"}, provides={"head": "H1"})
    assert judge([pump, head]).compatibility == "compatible"


values = st.sampled_from(["x", "X", "y", 1.0, 2.0, ("x", "y"), ("z",)])
facts = st.dictionaries(st.sampled_from(["k", "l"]), values)


@unhurried
@given(facts, facts, facts, facts)
def test_a_pair_is_judged_alike_from_both_sides(a: Facts, b: Facts, c: Facts, d: Facts) -> None:
    one, other = thing("one", provides=a, requires=b), thing("other", provides=c, requires=d)
    assert pair(one, other).status == pair(other, one).status
    assert (pair(one, other).fact is None) == (pair(one, other).status == "unknown")
