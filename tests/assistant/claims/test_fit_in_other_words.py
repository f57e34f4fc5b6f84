"""That two things fit, clash, or are not known to: told by words that no list has, too."""

from dataclasses import replace

import pytest

from assistant import evidence
from assistant.bundling.values import PairFact
from assistant.grounding import violations
from assistant.values import Evidence
from tests.evidences import BAG, GAS, HARBOUR, STOVE, bundle_evidence, bundle_view

FITS = (
    "The {a} suits the {b}.",
    "The {a} has a place for the {b}.",
    "The {a} and the {b} are a match.",
    "The {b} is what the {a} needs.",
    "The {a} is happy with the {b}.",
    "You can rely on the {a} suiting the {b}.",
    "With the {a}, you have one that fits the {b}.",
    "The {a} was made to go with the {b}.",
    "For the {a}, the {b} is the right choice.",
    "I can confirm that the {a} fits the {b}.",
    "You can be sure that the {a} goes with the {b}.",
    "Whether you like it or not, the {a} fits the {b}.",
    "Combining the {a} with the {b} is possible.",
    "Our records confirm the {a} fitting the {b}.",
)
CLASHES = (
    "Combining the {a} with the {b} is not possible.",
    "The {a} is no match for the {b}.",
    "The {a} and the {b} do not go together.",
    "Using the {a} with the {b} will not work.",
)
DOUBTS = (
    "You would have to check whether the {a} suits the {b}.",
    "Please verify that the {a} fits the {b}.",
    "We have no data on the {a} working with the {b}.",
    "Nothing in our records says that the {a} suits the {b}.",
    "It is open whether the {a} goes with the {b}.",
    "I would check first whether the {a} and the {b} fit.",
    "We are not sure that the {a} fits the {b}.",
)
LISTED = (
    "The set holds the {a} and the {b}.",
    "I put the {a} and the {b} into the set.",
    "The {a} is joined by the {b}.",
    "Around the {a} the set has the {b}.",
    "The {a} was bought with the {b} in 20 orders.",
)
#: The gas thread of the stove and the gas is one; of the tent and the stove nothing is known.
KNOWN, UNKNOWN = ("Ember Pocket Stove", "Trail Gas 230"), ("Harbour 4 Family Tent", "Ember Pocket Stove")


def clashing() -> Evidence:
    records = {each.id: each for each in (HARBOUR, BAG, STOVE, GAS)}
    clash = PairFact(STOVE.id, GAS.id, "incompatible", "the threads differ")
    return evidence.bundles([replace(bundle_view(), facts=(clash,), compatibility="unknown")], records)


def said(wording: str, pair: tuple[str, str]) -> str:
    return wording.format(a=pair[0], b=pair[1])


@pytest.mark.parametrize("wording", FITS)
def test_that_two_fit_holds_only_where_the_records_say_so(wording: str) -> None:
    assert violations(said(wording, KNOWN), bundle_evidence()) == ()
    assert violations(said(wording, UNKNOWN), bundle_evidence())
    assert violations(said(wording, KNOWN), clashing())


@pytest.mark.parametrize("wording", CLASHES)
def test_that_two_clash_holds_only_where_the_records_say_so(wording: str) -> None:
    assert violations(said(wording, KNOWN), clashing()) == ()
    assert violations(said(wording, KNOWN), bundle_evidence())
    assert violations(said(wording, UNKNOWN), bundle_evidence())


@pytest.mark.parametrize("wording", DOUBTS)
def test_doubt_holds_only_where_the_records_are_silent(wording: str) -> None:
    assert violations(said(wording, UNKNOWN), bundle_evidence()) == ()
    assert violations(said(wording, KNOWN), bundle_evidence())


@pytest.mark.parametrize("wording", LISTED)
def test_what_only_lists_two_parts_does_not_say_that_they_fit(wording: str) -> None:
    kinds = {each.kind for each in violations(said(wording, UNKNOWN), bundle_evidence())}
    assert "compatibility" not in kinds
