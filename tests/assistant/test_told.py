"""A model that was trained to tell writes the paragraph; what is false in it never reaches the shopper."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest

from assistant import evidence
from assistant.bundling.infeasibility import BUDGET, NO_CANDIDATES
from assistant.bundling.values import Infeasible
from assistant.evidence import Change
from assistant.explain import explain
from assistant.grounding import violations
from assistant.llm import ModelUnavailable
from assistant.telling import Voice
from assistant.templates import Sentence, template_sentences
from assistant.values import CardAvailability, CardRating, Evidence
from tests.evidences import (
    BAG,
    GAS,
    HARBOUR,
    KESTREL,
    STOVE,
    answer_evidence,
    bundle_evidence,
    bundle_view,
    card,
    comparison_evidence,
    products_evidence,
    usd,
)
from tests.scripted import ScriptedModel

TRAINED = Voice("warm", trained=True)
SOLD_OUT = CardAvailability(False, "out_of_stock")
TITLE = "Kestrel 2 Trekking Tent"
GOOD = f"I would start with the {TITLE}, which costs $239.00 and weighs 1.7 kg."
MORE = "It is rated 4.7 of 5 by 68 customers."
RATED = Sentence("68 customers rated it 4.7 of 5.", "template")
FALSE = f"I would start with the {TITLE}, which costs $229.00."


def told(*answers: str | Exception, about: Evidence | None = None, voice: Voice = TRAINED) -> list[Sentence]:
    return list(explain(ScriptedModel(list(answers)), about or products_evidence(), voice=voice))


def texts(sentences: Sequence[Sentence]) -> list[str]:
    return [each.text for each in sentences]


def test_the_model_writes_all_of_it() -> None:
    assert told(f"{GOOD} {MORE}") == [Sentence(GOOD, "model"), Sentence(MORE, "model")]


def test_it_is_asked_by_the_short_prompt_in_the_shop_s_tone() -> None:
    model = ScriptedModel([GOOD])
    list(explain(model, products_evidence(), voice=replace(TRAINED, tone="expert")))
    system, user = model.asked[0].messages
    assert system.role == "system"
    assert user.content.startswith("expert products\n")


def test_a_model_that_was_not_trained_is_led_by_examples() -> None:
    model = ScriptedModel(["The Kestrel 2 Trekking Tent weighs 1.7 kg and has a capacity of 2 people."])
    sentences = list(explain(model, products_evidence(), voice=Voice("warm")))
    assert sentences[0].source == "template"
    assert len(model.asked[0].messages) > 2


def test_a_false_sentence_is_written_once_more_in_another_tone() -> None:
    model = ScriptedModel([FALSE, f"{GOOD} {MORE}"])
    sentences = list(explain(model, products_evidence(), voice=TRAINED))
    assert sentences == [Sentence(GOOD, "repaired"), Sentence(MORE, "repaired")]
    assert model.asked[1].messages[-1].content.startswith("plain products\n")


def test_what_stays_false_leaves_all_of_it_to_the_template() -> None:
    assert told(FALSE, FALSE, GOOD) == template_sentences(products_evidence())


def test_a_true_sentence_stays_where_the_next_is_false() -> None:
    sentences = told(f"{GOOD} It is rated 2.1 of 5.", FALSE)
    assert sentences == [Sentence(GOOD, "model"), RATED]


def test_nothing_is_repaired_late() -> None:
    seconds = count()
    model = ScriptedModel([FALSE, GOOD])
    clock = lambda: float(next(seconds))  # noqa: E731 - a clock of whole seconds
    sentences = list(explain(model, products_evidence(), voice=TRAINED, clock=clock))
    assert len(model.asked) == 1
    assert {each.source for each in sentences} == {"template"}


@pytest.mark.parametrize("failure", [ModelUnavailable("dead"), "", "Tent: 1.7 kg; good", "A tent"])
def test_a_model_that_fails_or_writes_no_sentence_leaves_it_to_the_template(failure: str | Exception) -> None:
    assert told(failure) == template_sentences(products_evidence())


def test_a_server_that_stops_leaves_nothing_half_said() -> None:
    model = ScriptedModel([f"{GOOD} {MORE}"], stops_after=18)
    assert list(explain(model, products_evidence(), voice=TRAINED)) == [Sentence(GOOD, "model"), RATED]


def test_a_sentence_is_said_once() -> None:
    assert texts(told(f"{GOOD} {GOOD} {MORE} {GOOD}")) == [GOOD, MORE]


def test_a_friendly_word_may_follow() -> None:
    friendly = "Tell me which one you like."
    assert texts(told(f"{GOOD} {friendly}")) == [GOOD, friendly, RATED.text]


def test_that_no_record_knows_whether_parts_fit_is_always_said() -> None:
    held = bundle_evidence()
    held = replace(
        held,
        values={**held.values, "first": {**held.values["first"], "compatibility": "unknown"}},  # type: ignore[dict-item]
    )
    total = held.values["first"]["total"]  # type: ignore[call-overload,index]
    sentences = told(f"I put together a set that costs {total} in all.", about=held)
    assert [each.source for each in sentences] == ["model", "template", "template"]
    assert "do not say whether" in sentences[1].text


def test_a_total_that_the_model_left_out_is_added() -> None:
    sentences = told("Here is a set for you to look at.", about=bundle_evidence())
    assert template_sentences(bundle_evidence())[0] in sentences


def test_an_answer_that_does_not_answer_is_followed_by_the_answer() -> None:
    sentences = told("It costs $239.00.", about=answer_evidence())
    assert template_sentences(answer_evidence())[0] in sentences


def test_a_wish_that_was_given_up_is_always_said() -> None:
    held = products_evidence()
    values = {key: value for key, value in held.values.items() if key not in ("close", "limit")}
    held = replace(held, situation="products_relaxed", values={**values, "relaxed": ["nothing under $99.00"]})
    assert template_sentences(held)[0] in told(GOOD, about=held)
    said = "There is nothing under $99.00, and the Kestrel 2 Trekking Tent costs $239.00."
    assert texts(told(said, about=held)) == [said, RATED.text]


@pytest.mark.parametrize(
    "empty", ["It is in stock, so you need not wait.", "It costs $239.00.", "It is in stock."]
)
def test_what_the_cards_show_anyway_is_not_told(empty: str) -> None:
    assert texts(told(f"{GOOD} {empty}")) == [GOOD, RATED.text]


def test_a_text_does_not_begin_with_what_the_cards_show() -> None:
    assert texts(told(f"It is in stock. {GOOD}")) == [GOOD, RATED.text]


def test_that_something_is_not_in_stock_is_told() -> None:
    held = evidence.products([(KESTREL, replace(card(KESTREL), availability=SOLD_OUT))], "tent")
    assert "It is sold out." in texts(told(f"{GOOD} It is sold out.", about=held))


def test_a_rating_that_was_told_is_not_told_again() -> None:
    for rated in ("It is rated 4.7 of 5.", "Shoppers rated it 4.7 of 5.", MORE):
        assert texts(told(f"{GOOD} {rated}")) == [GOOD, rated]


def test_a_rating_names_its_product_where_another_was_named_last() -> None:
    other = "If the price matters most, the Harbour 4 Family Tent costs $189.00."
    assert texts(told(f"{GOOD} {other}"))[-1] == f"68 customers rated the {TITLE} 4.7 of 5."


def test_a_number_in_a_name_is_no_rating() -> None:
    held = evidence.products([(HARBOUR, replace(card(HARBOUR), rating=CardRating(4, 143)))], "tent")
    said = "I would look at the Harbour 4 Family Tent, which costs $189.00."
    assert texts(told(said, about=held)) == [said, "143 customers rated it 4 of 5."]


def test_the_limit_that_was_named_is_spoken_of() -> None:
    held = evidence.products([(KESTREL, card(KESTREL))], "tent", limit=usd(25000))
    assert texts(told(GOOD, about=held)) == [
        GOOD,
        "It is within your $250.00, and 68 customers rated it 4.7 of 5.",
    ]
    assert texts(told(f"{GOOD} {MORE}", about=held)) == [GOOD, MORE, "It is within your $250.00."]


def test_a_bundle_tells_what_is_left_of_its_budget() -> None:
    total = "I put a set together for you that costs $332.50 in all."
    fits = "The Trail Gas 230 and the Ember Pocket Stove fit together: both have gas thread EN417."
    left = "$17.50 of your $350.00 budget is left."
    assert texts(told(f"{total} {fits}", about=bundle_evidence())) == [total, fits, left]
    told_so = "It leaves $17.50 of your budget."
    assert left not in texts(told(f"{total} {fits} {told_so}", about=bundle_evidence()))


def test_an_edit_is_told_once_and_with_its_total() -> None:
    records = {each.id: each for each in (HARBOUR, BAG, STOVE, GAS)}
    change = Change("swap", "tent", HARBOUR.title, (KESTREL.id, KESTREL.title))
    held = evidence.bundle_edited(bundle_view(), records, [change])
    done = f"The {HARBOUR.title} is in the set now instead of the {TITLE}."
    again = f"The {TITLE} is swapped for the {HARBOUR.title}."
    said = texts(told(f"{done} {again}", about=held))
    assert said[:2] == [done, "The set costs $332.50 in all now."]
    assert again not in said


def test_a_comparison_tells_in_what_they_differ() -> None:
    prices = f"You can have the Harbour 4 Family Tent for $189.00 or the {TITLE} for $239.00."
    row = f"Weight: 1.7 kg for the {TITLE}, 9.6 kg for the Harbour 4 Family Tent."
    assert texts(told(prices, about=comparison_evidence())) == [prices, row]
    weighs = f"The {TITLE} weighs 1.7 kg."
    assert texts(told(f"{prices} {weighs}", about=comparison_evidence())) == [prices, weighs]


def test_what_cannot_be_put_together_is_told_with_its_least_price() -> None:
    held = evidence.infeasible(Infeasible(BUDGET, None, usd(14100)), usd(10000))
    said = "I cannot put that together for $100.00, and the cheapest that works costs $141.00."
    assert texts(told(said, about=held)) == [said]


def test_what_is_missing_is_named() -> None:
    nothing = evidence.infeasible(Infeasible(NO_CANDIDATES, "sanding_paper"), budget=usd(12000))
    short = "I cannot put that together for $120.00, as the shop has nothing that fits."
    assert texts(told(short, about=nothing)) == [short, 'I found nothing here for "sanding paper".']
    (said,) = texts(told(FALSE, FALSE, about=nothing))
    assert "sanding paper" in said


def test_what_was_asked_for_besides_and_is_missing_is_told_after_what_there_is() -> None:
    lacking = 'I found nothing here for "slide trombone".'
    asked = replace(products_evidence(), missing=("slide trombone",))
    assert texts(told(f"{GOOD} {MORE}", about=asked)) == [GOOD, MORE, lacking]
    assert texts(told(f"{GOOD} {MORE}", about=asked, voice=Voice("warm")))[-1] == lacking
    assert texts(told(ModelUnavailable("down"), about=asked))[-1] == lacking


@pytest.mark.parametrize(
    "held", [products_evidence(), bundle_evidence(), comparison_evidence(), answer_evidence()]
)
def test_whatever_a_model_writes_what_is_shown_holds(held: Evidence) -> None:
    lies = "It costs $1.00. It is made of gold. It is half price. It ships tomorrow. It fits everything."
    about: tuple[str, ...] = held.lead[:1]
    for sentence in told(lies, lies, about=held):
        assert violations(sentence.text, held, about) == (), sentence.text


def test_other_languages_are_told_by_their_templates() -> None:
    model = ScriptedModel([GOOD])
    sentences = list(explain(model, products_evidence(), language="zh", voice=TRAINED))
    assert model.asked == []
    assert {each.source for each in sentences} == {"template"}


ORDER = Evidence(
    "order_status",
    (),
    values={
        "order_id": "ORD-1001",
        "status": "shipped",
        "placed": "2026-05-02",
        "items": ["Kestrel 2 Trekking Tent"],
        "total": "$239.00",
        "tracking": "1Z42",
        "delivered": None,
        "returning": [],
    },
)


def test_an_order_is_told_and_a_question_may_end_it() -> None:
    said = "Order ORD-1001 is on its way: its tracking number is 1Z42. Shall I look for another one?"
    assert " ".join(texts(told(said, about=ORDER))) == said


@pytest.mark.parametrize(
    "lie",
    [
        "Order ORD-1001 was delivered on 2026-05-04.",
        "Order ORD-1007 is on its way.",
        "Order ORD-1001 is cancelled.",
        "Order ORD-1001 is on its way, $23.00 in all.",
    ],
)
def test_what_an_order_s_record_does_not_hold_is_not_told_of_it(lie: str) -> None:
    assert told(lie, lie, about=ORDER) == template_sentences(ORDER)


def test_an_order_is_named() -> None:
    sentences = told("It is on its way.", about=ORDER)
    assert template_sentences(ORDER)[0] in sentences
