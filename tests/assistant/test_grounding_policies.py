"""What is said of a shop's rules, held against its pages: numbers, terms, and what is denied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import evidence
from assistant.grounding import violations
from assistant.values import Citation, Evidence

PAGES = {
    "How long you have": "You may send back anything you do not like within 30 days of the day it arrived. "
    "For orders placed between November 1 and December 24 you have until January 31.",
    "What cannot come back": "We cannot take back opened tea, used brushes and gift cards. "
    "All of these can come back if they arrived faulty.",
    "What it costs": "Standard shipping costs $5.95 for each order. It is free for orders of $49 or more, "
    "counted after discounts. Express shipping costs $14.95 whatever the order is worth.",
    "How long it takes": "Standard shipping then takes 3 to 5 working days, express shipping 1 to 2.",
    "What is not covered": "Normal wear, accidents and repairs by others.",
    "Gift cards": "Gift cards come by e-mail. They never expire and cost no fee.",
    "How you can pay": "We accept Visa and PayPal. We do not accept checks or bank transfers.",
    "Codes": "One code can be used per order. You do not need a code for the set price.",
}

TRUE = (
    ("How long you have", "You can send it back within 30 days of the day it arrived."),
    ("How long you have", "Orders placed between November 1 and December 24 have until January 31."),
    ("What cannot come back", "We cannot take back gift cards."),
    ("What cannot come back", "Opened tea cannot come back."),
    ("What it costs", "Standard shipping is $5.95 for each order."),
    ("What it costs", "Shipping is free for orders of $49 or more."),
    ("What is not covered", "Accidents are not covered."),
    ("Gift cards", "Gift cards never expire."),
    ("How you can pay", "You can pay by Visa, which we accept."),
    ("How you can pay", "Please note that we do not accept checks."),
    ("Codes", "You can use one code per order."),
)

FALSE = (
    ("How long you have", "You can send it back within 60 days of the day it arrived.", "date"),
    (
        "How long you have",
        "Orders placed between November 1 and December 24 have until February 28.",
        "policy",
    ),
    ("What cannot come back", "We can take back gift cards.", "policy"),
    ("What it costs", "Standard shipping is $3.95 for each order.", "price"),
    ("What it costs", "Standard shipping is $14.95 for each order.", "price"),
    ("What it costs", "Shipping is always free.", "policy"),
    ("What is not covered", "Accidents are covered.", "policy"),
    ("Gift cards", "Gift cards expire.", "policy"),
    ("Gift cards", "Gift cards cost a small fee.", "policy"),
    ("How you can pay", "We accept Visa and bank transfers.", "policy"),
    ("How you can pay", "We accept checks.", "policy"),
    ("Codes", "You need a code for the set price.", "policy"),
    ("What it costs", "Shipping is free for every order.", "policy"),
    ("What cannot come back", "Opened tea can come back.", "policy"),
    ("Codes", "No code can be used per order.", "policy"),
)


def page(heading: str) -> Evidence:
    return evidence.policy([Citation("rules", heading, PAGES[heading])])


@pytest.mark.parametrize(("heading", "sentence"), TRUE)
def test_a_rule_may_be_told_in_the_pages_words(heading: str, sentence: str) -> None:
    assert violations(sentence, page(heading)) == ()


@pytest.mark.parametrize(("heading", "sentence", "kind"), FALSE)
def test_a_rule_that_the_page_does_not_state_is_caught(heading: str, sentence: str, kind: str) -> None:
    assert kind in {each.kind for each in violations(sentence, page(heading))}


@pytest.mark.parametrize(
    "sentence",
    ["Express shipping takes 3 to 5 working days.", "Standard shipping takes 1 to 2 working days."],
)
def test_a_number_belongs_to_the_words_of_its_part_of_the_sentence(sentence: str) -> None:
    assert violations(sentence, page("How long it takes"))


def test_a_page_in_quotation_holds_itself() -> None:
    for heading, text in PAGES.items():
        assert violations(text, page(heading)) == ()


def test_the_words_of_two_rules_make_no_third() -> None:
    assert violations("Standard shipping is free.", page("What it costs")) == ()
    assert violations("Express shipping is free for orders of $49.", page("What it costs"))


@given(
    st.sampled_from([each for each in TRUE if any(sign.isdigit() for sign in each[1])]),
    st.integers(61, 9_999),
)
def test_another_number_in_a_rule_is_always_caught(said: tuple[str, str], other: int) -> None:
    heading, sentence = said
    number = next(each for each in sentence.replace("$", " ").replace(".", " ").split() if each.isdigit())
    assert violations(sentence.replace(number, str(other), 1), page(heading))


@given(st.sampled_from(sorted(PAGES)), st.text(max_size=120))
def test_any_text_can_be_held_against_a_page(heading: str, sentence: str) -> None:
    violations(sentence, page(heading))
