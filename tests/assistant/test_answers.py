"""Which fact of a record answers a question. Pure: a product and words in, a fact out."""

import pytest

from assistant.answers import Answer, answer, answers
from assistant.lexicon import lexicon
from tests.retrieval.goods import product, variant

ENGLISH = lexicon("en")

KITE = product(
    "kite",
    "Gull kite",
    variant("kite-red-s", 2_000, colour="red", size="S"),
    variant("kite-red-l", 3_000, "out_of_stock", colour="red", size="L"),
    variant("kite-blue-l", 3_000, "backorder", colour="blue", size="L"),
    description="It flies in a light wind. Sewn by hand. Packed flat.",
    brand="Gannet",
    attributes={"wing_span": "1.8 m", "material": "nylon"},
    provides={"line_clip": "snap"},
    requires={"line": ("20 m", "30 m"), "wind_speed": 3.0},
    rating=(4.5, 8),
)
BARE = product("bare", "Bare thing")


def told(question: str, wished: dict[str, str] | None = None) -> Answer:
    return answer(KITE, question, wished or {}, ENGLISH)


@pytest.mark.parametrize(
    ("question", "field", "value"),
    [
        ("How much is it?", "price", "$20.00 to $30.00"),
        ("What size does it come in?", "size", "S, L"),
        ("Which colours are there?", "colour", "red, blue"),
        ("What is the wing span?", "wing span", "1.8 m"),
        ("What material is it?", "material", "nylon"),
        ("Is it nylon?", "material", "nylon"),
        ("Which line does it need?", "needs line", "20 m or 30 m"),
        ("What do people think of it?", "rating", "4.5 of 5, given by 8"),
    ],
)
def test_the_fact_that_was_asked_for(question: str, field: str, value: str) -> None:
    told_of = told(question)
    assert (told_of.field, told_of.value) == (field, value)


def test_stock_is_told_by_the_option_that_differs() -> None:
    assert told("is it in stock?").field == "availability"
    one = answer(BARE, "is it in stock?", {}, ENGLISH)
    assert (one.field, one.value) == ("availability", "in stock")


def test_a_wished_value_points_at_its_best_variant() -> None:
    so = told("in red?", {"colour": "Red"})
    assert so.variant is not None
    assert so.variant.id == "kite-red-s"
    assert so.value == "Red, in stock"


def test_color_is_colour() -> None:
    assert told("in blue?", {"color": "blue"}).value == "blue, backorder"


def test_a_value_it_does_not_have_is_not_promised() -> None:
    none = told("in green?", {"colour": "green"})
    assert none.variant is None
    assert none.value == "red, blue; not green"


def test_one_rating_is_no_opinion_of_many() -> None:
    assert answer(BARE, "what do people say?", {}, ENGLISH).value is None


def test_where_nothing_is_asked_the_first_sentences_describe_it() -> None:
    described = told("hmm")
    assert (described.field, described.value) == (None, "It flies in a light wind. Sewn by hand")
    assert described.wants_opinions
    assert answer(BARE, "hmm", {}, ENGLISH) == Answer(None, None, wants_opinions=True)


def test_what_the_record_does_not_hold_is_named_and_empty() -> None:
    unknown = answer(BARE, "how heavy is it?", {}, ENGLISH)
    assert unknown.field is not None
    assert unknown.value is None


def test_each_question_of_a_message_is_answered() -> None:
    found = answers(KITE, "Is it in stock, and what is the wing span?", {}, ENGLISH)
    assert [(each.field, each.value) for each in found][1:] == [("wing span", "1.8 m")]
    assert found[0].field == "availability"


def test_a_question_of_two_words_is_one() -> None:
    assert len(answers(KITE, "Does it come in red and blue?", {"colour": "red"}, ENGLISH)) == 1
    assert len(answers(KITE, "How tall and wide is it?", {}, ENGLISH)) == 1


def test_a_value_is_looked_for_in_the_question_that_names_it() -> None:
    found = answers(KITE, "Does it come in blue and is it made of nylon?", {"colour": "blue"}, ENGLISH)
    assert [each.field for each in found] == ["colour", "material"]


def test_what_is_asked_for_by_its_name_goes_before_what_a_word_may_mean() -> None:
    assert told("How long is the warranty?") == Answer("warranty", None)


def test_a_value_that_is_spelt_otherwise_belongs_to_the_first_question() -> None:
    found = answers(KITE, "Does it come in bleu and is it made of nylon?", {"colour": "blue"}, ENGLISH)
    assert [each.field for each in found] == ["colour", "material"]
