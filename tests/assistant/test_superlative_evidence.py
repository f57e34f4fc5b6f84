"""How the one that leads is said."""

from assistant.lexicon import lexicon
from assistant.superlative_evidence import most
from assistant.superlatives import leaders, ranked, superlative
from assistant.templates import template_sentences
from tests.evidences import HARBOUR, KESTREL, card

ITEMS = [(KESTREL, card(KESTREL)), (HARBOUR, card(HARBOUR))]
TENTS = (KESTREL, HARBOUR)


def told(question: str) -> list[str]:
    asked = superlative(question, TENTS, lexicon("en"))
    assert asked is not None
    ratings = {each.id: each.rating.value for each in TENTS if each.rating}
    order = (
        ranked("rating", ratings, [each.id for each in TENTS], more=True)
        if asked.kind == "rating"
        else leaders(asked, TENTS, lexicon("en"))
    )
    return [each.text for each in template_sentences(most(ITEMS, asked, order))]


def test_the_lightest_has_its_weight_and_so_has_the_next() -> None:
    assert told("which is the lightest?") == [
        "The Kestrel 2 Trekking Tent is the lightest of these, at 1.7 kg.",
        "Next comes the Harbour 4 Family Tent, at 9.6 kg.",
    ]


def test_the_best_rated_has_its_rating_and_who_gave_it() -> None:
    first = "The Kestrel 2 Trekking Tent is the best rated of these, with 4.7 of 5 from 68 customers."
    assert told("which is the best rated?")[0] == first


def test_that_no_record_says_it_is_said() -> None:
    assert told("which is the loudest?") == ["The records of these do not say anything about noise."]
