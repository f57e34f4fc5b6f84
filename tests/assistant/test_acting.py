"""From an intent to its tool: every name that a message can have is answered."""

import pytest

from assistant.acting import TOOLS, act, question_after
from assistant.intent import SERVICE_INTENTS, SHOPPING_INTENTS, Constraints, Intent, IntentName, Slot
from assistant.tools.context import Found
from assistant.values import Evidence, Question, Shown
from shop.money import Money
from tests.assistant.pond_and_paint import Shop

NAMES = tuple(dict.fromkeys((*SHOPPING_INTENTS, *SERVICE_INTENTS)))


def situation(done: Found | Evidence) -> str:
    return done.evidence.situation if isinstance(done, Found) else done.situation


@pytest.mark.parametrize("name", NAMES)
def test_every_intent_has_an_answer(shop: Shop, name: IntentName) -> None:
    context = shop.talk().context(text="please")
    done = act(context, Intent(name))
    if isinstance(done, Evidence):
        assert name not in TOOLS or situation(done) == "ask_need"


def test_every_service_intent_has_a_tool() -> None:
    assert set(SERVICE_INTENTS) <= TOOLS.keys()


def test_what_was_done_in_doubt_is_asked_about(shop: Shop) -> None:
    context = shop.talk().context(text="fish")
    sure, unsure = (Intent("find_product", each, query="fish") for each in (0.9, 0.3))
    assert question_after(context, sure, act(context, sure)) is None
    asked = question_after(context, unsure, act(context, unsure))
    assert asked is not None
    assert "what you meant" in asked.text


def test_a_guess_fetches_no_person(shop: Shop) -> None:
    context = shop.talk().context(text="how do I return something?")
    assert situation(act(context, Intent("complaint", 0.3))) in ("policy", "policy_unknown")
    assert situation(act(context, Intent("complaint", 0.9))).startswith("handoff")
    assert situation(act(context, Intent("contact_human_agent", 0.3))).startswith("handoff")


def test_nobody_is_asked_to_sign_in_on_a_guess_for_a_rule_that_everybody_may_read(shop: Shop) -> None:
    context = shop.talk().context(text="can you return what you bought within 30 days")
    assert situation(act(context, Intent("track_refund", 0.3))) == "policy"
    assert situation(act(context, Intent("track_refund", 0.9))) != "policy"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("what if you return what you bought within 30 days", "cancel_order"),
        ("do you send what I bought back within 30 days", "edit_account"),
        ("return what you bought within 30 days", "other"),
        ("return what you bought within 30 days", "out_of_scope"),
        ("do you return what you bought within 30 days", "product_question"),
    ],
)
def test_who_asks_for_a_rule_reads_it_whatever_it_was_read_as(
    shop: Shop, text: str, name: IntentName
) -> None:
    assert situation(act(shop.talk().context(text=text), Intent(name, 0.9))) == "policy"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("return what I bought within 30 days", "get_refund"),
        ("how long do I have to return what I bought in order PW-123456", "cancel_order"),
        ("how long until what I bought is returned within 30 days", "track_order"),
        ("do you have what you return, bought within 30 days", "product_question"),
    ],
)
def test_who_wants_something_done_is_not_told_a_rule(shop: Shop, text: str, name: IntentName) -> None:
    assert situation(act(shop.talk().context(text=text), Intent(name, 0.9))) != "policy"


@pytest.mark.parametrize("name", ["complaint", "out_of_scope", "other"])
def test_goods_that_a_message_names_are_shown_where_it_was_hardly_read_as_anything_else(
    shop: Shop, name: IntentName
) -> None:
    context = shop.talk().context(text="easel")
    assert situation(act(context, Intent(name, 0.3))) == "products"
    assert situation(act(context, Intent(name, 0.9))) != "products"
    unknown = shop.talk().context(text="quarterly dividends")
    assert situation(act(unknown, Intent(name, 0.3))) != "products"


@pytest.mark.parametrize(
    "said",
    [
        Intent("find_product", query="easel"),
        Intent("find_product", constraints=Constraints(brand="Larch")),
        Intent("find_product", constraints=Constraints(max_price=Money(1_000, "USD"))),
        Intent("find_bundle", slots=(Slot("easel", "easel"),)),
        Intent("find_bundle", constraints=Constraints(occasion="plein air")),
    ],
)
def test_whoever_says_anything_gets_a_first_answer(shop: Shop, said: Intent) -> None:
    assert isinstance(act(shop.talk().context(), said), Found)


def test_whoever_says_nothing_is_asked_once(shop: Shop) -> None:
    asked = Shown(question=Question("What for?"))
    first, again = shop.talk().context(), shop.talk().context(asked)
    assert situation(act(first, Intent("find_product"))) == "ask_need"
    assert situation(act(again, Intent("find_product"))) == "suggestions"


@pytest.mark.parametrize("wish", ["present", "a gift", "something nice", "gift ideas", "for dad"])
def test_a_vague_wish_shows_things_that_differ_and_asks_what_for(shop: Shop, wish: str) -> None:
    context = shop.talk().context()
    intent = Intent("find_product", query=wish)
    done = act(context, intent)
    assert isinstance(done, Found)
    assert done.evidence.situation == "suggestions"
    assert len(done.products or ()) > 1
    question = question_after(context, intent, done)
    assert question is not None
    assert question.choices


def test_a_wish_with_a_kind_of_thing_is_not_vague(shop: Shop) -> None:
    assert situation(act(shop.talk().context(), Intent("find_product", query="a nice easel"))) == "products"


def test_a_budget_is_asked_for_only_where_none_was_given(shop: Shop) -> None:
    rich = Intent("find_bundle", slots=(Slot("easel", "easel"),))
    bounded = Intent("find_bundle", slots=rich.slots, constraints=Constraints(budget=Money(20_000, "USD")))
    context = shop.talk().context()
    assert question_after(context, rich, act(context, rich)) is not None
    assert question_after(context, bounded, act(context, bounded)) is None
    later = shop.talk().context(Shown(question=Question("What for?")))
    assert question_after(later, rich, act(later, rich)) is None


def test_a_question_after_an_answer_in_words_is_only_about_the_need(shop: Shop) -> None:
    context = shop.talk().context(text="hello")
    assert question_after(context, Intent("greet"), act(context, Intent("greet"))) is None


def test_a_purpose_that_the_shop_has_nothing_for_is_answered_so_and_with_nothing_else(shop: Shop) -> None:
    done = act(shop.talk().context(), Intent("find_bundle", constraints=Constraints(occasion="trombone")))
    assert isinstance(done, Found)
    assert (done.evidence.situation, done.products, done.bundles) == ("nothing_found", None, None)
