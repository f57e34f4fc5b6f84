"""What sets come to, asked for after they were shown."""

import pytest

from assistant.acting import act
from assistant.intent import Intent, IntentName, Slot
from assistant.lexicon import lexicon
from assistant.reading.totals import asks_total
from assistant.templates import template_sentences
from assistant.tools.bundles import compose_bundle
from assistant.tools.context import Found
from assistant.values import Shown
from tests.assistant.pond_and_paint import Shop, Talk

PAINTING = (Slot("easel", "easel"), Slot("paints", "paints"))


@pytest.fixture
def talk(shop: Shop) -> Talk:
    return shop.talk()


@pytest.fixture
def shown(talk: Talk) -> Shown:
    composed = compose_bundle(talk.context(), Intent("find_bundle", slots=PAINTING)).bundles
    assert composed
    assert len(composed) > 1
    return Shown(bundles=composed)


def answered(talk: Talk, shown: Shown, text: str, name: IntentName = "product_question") -> Found:
    found = act(talk.context(shown, text=text), Intent(name, 0.9))
    assert isinstance(found, Found)
    return found


def said(found: Found) -> str:
    return " ".join(each.text for each in template_sentences(found.evidence))


@pytest.mark.parametrize(
    "text",
    [
        "what does it cost in total?",
        "how much is it altogether",
        "price of the set",
        "what does it all cost now?",
    ],
)
def test_the_total_of_the_first_set_is_told(talk: Talk, shown: Shown, text: str) -> None:
    found = answered(talk, shown, text)
    assert found.evidence.situation == "bundle_total"
    assert str(shown.bundles[0].total) in said(found)


def test_the_set_that_is_pointed_at_is_told(talk: Talk, shown: Shown) -> None:
    found = answered(talk, shown, "how much is the second set?")
    assert found.evidence.lead == (shown.bundles[1].id,)


@pytest.mark.parametrize(("text", "way"), [("which set is the cheapest?", 1), ("the most expensive?", -1)])
def test_sets_are_held_against_each_other_by_their_totals(
    talk: Talk, shown: Shown, text: str, way: int
) -> None:
    order = sorted(shown.bundles, key=lambda view: way * view.total.amount)
    found = answered(talk, shown, text, "compare")
    assert found.evidence.lead == (order[0].id,)
    assert str(order[0].total) in said(found)
    assert str(order[1].total) in said(found)


def test_parts_are_held_against_each_other_by_their_prices(talk: Talk, shown: Shown) -> None:
    found = answered(talk, shown, "which part is the cheapest?", "compare")
    cheapest = min(shown.bundles[0].items, key=lambda item: item.product.price.amount)
    assert found.evidence.lead == (cheapest.product.product_id,)


def test_the_parts_of_the_first_set_are_held_against_each_other_by_what_their_records_say(
    talk: Talk, shown: Shown
) -> None:
    found = answered(talk, shown, "which is the best rated?", "compare")
    assert found.evidence.situation == "most"
    parts = {item.product.product_id for item in shown.bundles[0].items}
    assert set(found.evidence.lead) <= parts


@pytest.mark.parametrize(
    "text", ["how much is a lantern?", "what does the easel cost", "how much is delivery?", "in total"]
)
def test_a_question_that_names_something_else_asks_for_no_total(text: str) -> None:
    assert not asks_total(text, lexicon("en"))
