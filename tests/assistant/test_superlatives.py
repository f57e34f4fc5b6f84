"""Which of some things leads, by their records, whatever their units."""

import pytest

from assistant.lexicon import lexicon
from assistant.superlatives import Leaders, leaders, superlative
from shop.values import Product
from tests.assistant.bundling.corner_shop import product

EN, ZH = lexicon("en"), lexicon("zh")
TENTS: tuple[Product, ...] = (
    product("alto", "Alto Tent", "Tents", 100, attributes={"weight": "1.7 kg", "lamp_burn_time": "30 h"}),
    product("fern", "Fern Tent", "Tents", 50, attributes={"weight": "900 g", "lamp_burn_time": "12 h"}),
    product("moss", "Moss Tent", "Tents", 70),
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("which is the cheapest?", "cheapest"),
        ("Cheapest?", "cheapest"),
        ("which costs the least?", "cheapest"),
        ("which of these is the lightest?", "lightest"),
        ("ok, and which is the lightest tent", "lightest"),
        ("what's the best rated one?", "best rated"),
        ("which has the longest burn time?", "longest burn time"),
    ],
)
def test_a_question_for_the_most_is_one_of_what_is_there(text: str, word: str) -> None:
    asked = superlative(text, TENTS, EN)
    assert asked is not None
    assert asked.word == word


@pytest.mark.parametrize(
    "text",
    [
        "which is the cheapest stove?",
        "the lightest one into the cart",
        "which is the cheapest tent under 50",
        "I want a lamp, which is the cheapest?",
        "which has the longest zip?",
        "which is better?",
    ],
)
def test_a_question_with_other_wishes_is_more_than_that(text: str) -> None:
    assert superlative(text, TENTS, EN) is None


def test_chinese_asks_so_too() -> None:
    asked = superlative("哪个最轻？", TENTS, ZH)
    assert asked is not None
    assert leaders(asked, TENTS, ZH) == Leaders("weight", (("fern",), ("alto",)), ("moss",))


def test_the_least_comes_first_and_a_silent_record_is_named() -> None:
    asked = superlative("which is the lightest?", TENTS, EN)
    assert asked is not None
    assert leaders(asked, TENTS, EN) == Leaders("weight", (("fern",), ("alto",)), ("moss",))


def test_an_attribute_that_no_record_has_leads_nowhere() -> None:
    asked = superlative("which is the brightest?", TENTS, EN)
    assert asked is not None
    assert leaders(asked, TENTS, EN) is None


def test_things_alike_lead_together() -> None:
    twins = tuple(
        product(key, f"{key} Tent", "Tents", 50, attributes={"capacity": "4 person"}) for key in "ab"
    )
    asked = superlative("which is the biggest?", twins, EN)
    assert asked is not None
    assert leaders(asked, twins, EN) == Leaders("capacity", (("a", "b"),))
