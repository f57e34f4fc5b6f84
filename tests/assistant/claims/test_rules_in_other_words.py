"""A shop's rules in other words than the page's: forms, synonyms, denials, conditions, thresholds."""

import pytest

from assistant import evidence
from assistant.grounding import violations
from assistant.values import Citation, Evidence

PAGES = {
    "How long it takes": "An order paid by 3 p.m. Pacific Time leaves our store on the same working day, a "
    "later one on the next. Standard shipping then takes 4 to 6 working days, express shipping 2.",
    "What it costs": "Standard shipping costs $6.50 for each order. It is free for orders of $40 or more.",
    "What cannot come back": "We cannot take back opened tea, used brushes and gift cards.",
    "Dangerous goods": "Glue and spirits travel by road only. They cannot go by express, and not to islands.",
    "Gift cards": "They never expire and cost no fee. What is left stays on the card.",
    "Sets": "If you bought a set and return one part, we refund what you paid less the discount.",
    "Exchanges": "For another size choose Exchange instead of Refund.",
    "Tax": "All prices are without sales tax. The tax of your state is added at the end.",
    "What we keep": "We never see or keep your card number. Messages are kept for 60 days.",
    "How you can pay": "We accept Visa and PayPal. We do not accept checks, cash or bank transfers.",
    "Backorder": "We send the rest at once, without charging shipping twice.",
    "Gifts": "The refund is store credit, and the giver hears nothing of it.",
}
TOLD = (
    (
        "How long it takes",
        "Pay by 3 p.m. Pacific Time and it leaves our store the same working day.",
        "4 p.m.",
    ),
    ("How long it takes", "Express parcels need 2 working days.", "4"),
    ("What it costs", "If your order comes to $55, standard shipping is free.", "$35"),
    ("What it costs", "You pay $6.50 for standard shipping.", "$5.60"),
    ("What we keep", "Messages remain for 60 days.", "90"),
)
RIGHT_AND_WRONG = (
    ("What cannot come back", "Opened tea is not taken back.", "Opened tea is taken back."),
    ("What cannot come back", "Gift cards are excluded from returns.", "Gift cards can be returned."),
    ("Dangerous goods", "Glue cannot be sent by express.", "Glue can be sent by express."),
    ("Dangerous goods", "Spirits never go to islands.", "Spirits go to islands."),
    ("Gift cards", "A gift card does not expire.", "A gift card expires."),
    ("Gift cards", "Whatever you do not spend stays on the card.", "What is left does not stay on the card."),
    (
        "Sets",
        "Send back one part and we refund what you paid less the discount.",
        "Return one part of a set.",
    ),
    (
        "Exchanges",
        "For another size, choose Exchange instead of Refund.",
        "Choose Refund instead of Exchange.",
    ),
    ("Tax", "The sales tax of your state is added at the end.", "The sales tax is not added."),
    ("What we keep", "Your card number is never kept.", "Your card number is kept."),
    ("How you can pay", "Cash is not possible.", "You can pay by bank transfer."),
    ("Backorder", "We do not charge shipping twice.", "We do not charge shipping once."),
    ("Gifts", "The giver is not told.", "The giver is told."),
)


def page(heading: str) -> Evidence:
    return evidence.policy([Citation("rules", heading, PAGES[heading])])


@pytest.mark.parametrize(("heading", "right", "wrong"), RIGHT_AND_WRONG)
def test_other_words_for_a_rule_deny_what_it_denies(heading: str, right: str, wrong: str) -> None:
    assert violations(right, page(heading)) == ()
    assert violations(wrong, page(heading))


@pytest.mark.parametrize(("heading", "sentence", "other"), TOLD)
def test_other_words_for_a_rule_keep_its_numbers(heading: str, sentence: str, other: str) -> None:
    assert violations(sentence, page(heading)) == ()
    number = next(each for each in sentence.rstrip(".").split() if any(sign.isdigit() for sign in each))
    assert violations(sentence.replace(number, other.removesuffix(" p.m."), 1), page(heading))


def test_the_rule_before_lends_no_word_of_its_own() -> None:
    assert violations("Express shipping costs $6.50 for each order.", page("What it costs"))


def test_within_is_not_after() -> None:
    returns = evidence.policy([Citation("rules", "Returns", "We check a return within 3 working days.")])
    assert violations("We check a return within 3 working days.", returns) == ()
    assert violations("We check a return after 3 working days.", returns)


def test_a_page_in_quotation_holds_itself() -> None:
    for heading, text in PAGES.items():
        assert violations(text, page(heading)) == ()
