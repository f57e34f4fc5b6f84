"""What a comparison asks of records, whatever their units."""

import pytest

from assistant.comparatives import comparative
from assistant.lexicon import lexicon
from shop.values import Product
from tests.assistant.bundling.corner_shop import product

EN = lexicon("en")


def tent(**attributes: str) -> Product:
    return product("tent", "Tent", "Tents", 100, attributes=attributes)


@pytest.mark.parametrize(
    ("word", "one", "other", "holds"),
    [
        ("lighter", {"weight": "1.7 kg"}, {"weight": "4.1 kg"}, True),
        ("lighter", {"weight": "4.1 kg"}, {"weight": "1.7 kg"}, False),
        ("lighter", {"weight": "900 g"}, {"weight": "1.7 kg"}, True),
        ("lighter", {"weight": "2 lb"}, {"item_weight": "1 kg", "weight": "1 kg"}, True),
        ("bigger", {"capacity": "6 person"}, {"capacity": "4 person"}, True),
        ("taller", {"height": "200 cm"}, {"height": "1.9 m"}, True),
        ("lighter", {}, {"weight": "1.7 kg"}, False),
        ("lighter", {"weight": "feather"}, {"weight": "1.7 kg"}, False),
        ("bigger", {"capacity": "20 l"}, {"capacity": "4 person"}, False),
    ],
)
def test_records_are_compared_by_what_they_measure(
    word: str, one: dict[str, str], other: dict[str, str], *, holds: bool
) -> None:
    asked = comparative(f"a {word} one", EN)
    assert asked is not None
    assert asked.holds(tent(**one), tent(**other)) is holds


def test_a_comparison_with_other_words_is_more_than_a_comparison() -> None:
    assert comparative("a lighter canvas", EN) is None
    assert comparative("canvas", EN) is None


def test_a_word_that_no_attribute_tells_says_nothing_of_any_record() -> None:
    asked = comparative("simpler", EN)
    assert asked is not None
    assert not asked.says_of(tent(weight="1 kg"))
