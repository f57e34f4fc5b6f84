import json
from pathlib import Path

import pytest

from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.reading import read
from assistant.reading.typos import Corrector, one_slip
from tests.shown import NOTHING
from tests.vocabularies import CAMPING, OCCASIONS

BITEXT = Path(__file__).parents[3] / "shared" / "data" / "service" / "bitext_valid.jsonl"


def asked(text: str) -> Intent:
    return read(text, shown=NOTHING, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I want to cancel my order", "cancel_order"),
        ("can I still change an item in my order?", "change_order"),
        ("I moved, update my shipping address", "change_shipping_address"),
        ("is there a fee for cancelling?", "check_cancellation_fee"),
        ("where can I see my bill?", "check_invoice"),
        ("how can I pay?", "check_payment_methods"),
        ("what is your return policy", "check_refund_policy"),
        ("I want to file a complaint", "complaint"),
        ("what are the hours of customer service?", "contact_customer_service"),
        ("let me talk to a human", "contact_human_agent"),
        ("how do I open an account", "create_account"),
        ("please delete my account", "delete_account"),
        ("do you ship to Canada?", "delivery_options"),
        ("how long does delivery take?", "delivery_period"),
        ("change my personal information", "edit_account"),
        ("send me the invoice please", "get_invoice"),
        ("I want my money back", "get_refund"),
        ("unsubscribe me from the newsletter", "newsletter_subscription"),
        ("my payment failed", "payment_issue"),
        ("I'd like to place an order", "place_order"),
        ("I forgot my password", "recover_password"),
        ("I get an error when I try to register", "registration_problems"),
        ("how do I leave a review", "review"),
        ("add a new delivery address", "set_up_shipping_address"),
        ("switch to my premium account", "switch_account"),
        ("where is my order?", "track_order"),
        ("has my refund been processed?", "track_refund"),
    ],
)
def test_each_service_intent_is_known_by_plain_words(text: str, name: str) -> None:
    assert asked(text).name == name


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("where is order 00123842", {"order_id": "00123842"}),
        ("track order #A-1029", {"order_id": "A-1029"}),
        ("download invoice #12588", {"invoice_id": "#12588"}),
        ("get the bill from Mr. Smith", {"person_name": "Mr. Smith"}),
        ("close my Premium account", {"account_type": "Premium"}),
        ("do you deliver to Japan", {"delivery_country": "Japan"}),
        ("do you deliver to Valencia", {"delivery_city": "Valencia"}),
        ("I expect a refund of $350", {"refund_amount": "350"}),
    ],
)
def test_entities_are_taken_as_they_are_written(text: str, entities: dict[str, str]) -> None:
    assert asked(text).entities == entities


@pytest.mark.parametrize(
    "text", ["a tent with good reviews", "I want to order a tent", "a jacket with a card pocket"]
)
def test_a_word_of_service_in_a_wish_for_goods_is_no_service_matter(text: str) -> None:
    assert asked(text).name == "find_product"


def test_a_slip_of_the_finger_does_not_hide_the_matter() -> None:
    assert asked("i need a refnd").name == "get_refund"
    assert asked("forgot my pasword").name == "recover_password"


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("refund", "refnd", True),
        ("refund", "reffund", True),
        ("refund", "refumd", True),
        ("refund", "refnud", True),
        ("refund", "refund", False),
        ("refund", "rfnd", False),
    ],
)
def test_one_slip_is_one_letter_or_two_neighbours(one: str, other: str, near: bool) -> None:
    assert one_slip(one, other) is near
    assert one_slip(other, one) is near


def test_a_word_between_two_known_words_is_left_alone() -> None:
    corrector = Corrector(["mouse", "house"])
    assert corrector.correct("rouse") == "rouse"
    assert corrector.correct("mouze") == "mouse"
    assert corrector.correct("bouse") == "bouse"


def test_both_languages_know_the_same_lists() -> None:
    english, chinese = lexicon("en"), lexicon("zh")
    own = {name for name in english.lists if not name.startswith("c_")}
    assert own == {name for name in chinese.lists if not name.startswith("c_")}
    assert english.texts.keys() == chinese.texts.keys()


def test_every_service_rule_names_concepts_that_exist() -> None:
    for language in ("en", "zh"):
        words = lexicon(language)
        for rule in words.service:
            assert {*rule.all, *rule.none} <= {*words.phrases, "c_order_id"}, rule


def test_rules_reach_nine_of_ten_on_service_messages_of_others() -> None:
    if not BITEXT.is_file():
        pytest.skip("the Bitext data is not on this machine")
    rows = [json.loads(line) for line in BITEXT.read_text(encoding="utf-8").splitlines()][::4]
    right = sum(asked(row["utterance"]).name == row["intent"] for row in rows)
    assert right / len(rows) > 0.9
