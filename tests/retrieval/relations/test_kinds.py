"""What two of one kind are, learned from titles in any word order."""

import pytest

from retrieval.locale import load_locale
from retrieval.relations.kinds import Kinds

TITLES = [
    *(f"{look} rose washbag" for look in ("Green", "Pink", "Blue", "Red")),
    *(f"{saying} metal sign" for saying in ("Washroom", "Home sweet home", "Man flu", "Empire tea")),
    *(f"Alarm clock {look}" for look in ("green", "red", "ivory", "pink")),
    *(f"{series} mug" for series in ("Potting shed", "Regency", "Circus", "Dairy")),
    *(f"Regency {thing}" for thing in ("teapot", "cake tin", "sugar bowl", "milk jug")),
    "Mug regency",
    "Dinner plate regency",
]


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds(TITLES, load_locale("en"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Green rose washbag", "Pink rose washbag"),
        ("Home sweet home metal sign", "Man flu metal sign"),
        ("Alarm clock green", "Alarm clock red"),
        ("Mug regency", "Potting shed mug"),
        ("Herb marker thyme", "Herb marker mint"),
    ],
)
def test_one_thing_in_another_design_is_of_one_kind(kinds: Kinds, one: str, other: str) -> None:
    assert kinds.same(kinds.of(one), kinds.of(other))
    assert kinds.same(kinds.of(other), kinds.of(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Regency sugar bowl", "Regency milk jug"),
        ("Alarm clock green", "Green rose washbag"),
        ("Regency mug", "Regency teapot"),
    ],
)
def test_different_things_of_one_series_are_not(kinds: Kinds, one: str, other: str) -> None:
    assert not kinds.same(kinds.of(one), kinds.of(other))


def test_a_title_without_words_is_of_no_kind(kinds: Kinds) -> None:
    assert not kinds.same(kinds.of("!!!"), kinds.of("..."))
