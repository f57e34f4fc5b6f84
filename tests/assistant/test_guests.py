"""Guests: the right proof shows one order for a while; everything else looks the same, and is counted."""

import re
from datetime import timedelta

import pytest

from assistant.guests import CHECK_S, Guests, Refused, Try
from shop.values import Order
from tests.assistant.after_sale import ADA, ADA_HOME, ORDERS, Client, with_orders
from tests.assistant.pond_and_paint import Shop
from tests.assistant.pond_goods import NOW


@pytest.fixture
def guest(own_shop: Shop) -> Client:
    return Client(with_orders(own_shop), customer=None)


def fresh(guest: Client, address: str = "203.0.113.5") -> Client:
    return Client(guest.shop, customer=None, address=address, clock=guest.clock)


def code_of(guest: Client) -> str:
    found = re.search(r"\b\d{6}\b", guest.mails()[0][1])
    assert found is not None
    return found[0]


@pytest.mark.parametrize("proof", [ADA.email.upper(), ADA_HOME.postcode, "ls14ab", "LS1 4AB, thanks"])
def test_number_and_proof_show_the_orders_state_and_no_more(guest: Client, proof: str) -> None:
    asked = guest.say("where is my order PP-7003?")
    assert "e-mail address or its postcode" in asked.content
    shown = guest.say(f"it is {proof}")
    assert shown.reply["order"]["status"] == "shipped"
    assert "$" not in shown.content
    assert "Engine Street" not in str(shown.reply)
    assert guest.say("where is my order PP-7003?").reply["order"]["id"] == "PP-7003"


def test_it_is_shown_for_half_an_hour_in_this_conversation_only(guest: Client) -> None:
    guest.say(f"status of order PP-7003, {ADA.email}")
    assert "order" not in fresh(guest).say("where is my order PP-7003?").reply
    guest.clock.now = NOW + timedelta(minutes=30)
    assert "order" not in guest.say("where is my order PP-7003?").reply


def test_one_shown_order_opens_no_other(guest: Client) -> None:
    guest.say(f"status of order PP-7003, {ADA.email}")
    assert "order" not in guest.say("where is my order PP-7002?").reply


def test_known_and_unknown_orders_get_the_same_words(guest: Client) -> None:
    told = {
        fresh(guest, f"203.0.113.{place}").say(f"where is order {number}? mail me at x@y.example").content
        for place, number in enumerate(("PP-7001", "PP-8001", "PP-9999"))
    }
    assert told == {
        "The order number and the e-mail address or postcode do not match. Please check both and try again."
    }


def test_right_and_wrong_take_the_same_time(guest: Client) -> None:
    ticks = iter([0.0, 0.02, 10.0, 10.1, 20.0, 20.01])
    slept: list[float] = []
    guests = Guests(guest.shop.database, guest.clock, slept.append, lambda: next(ticks))
    for number, words in (("PP-7001", ADA.email), ("PP-7001", "x@y.example"), ("PP-9999", ADA.email)):
        guests.check(Try(number, words, "203.0.113.9"), None)
    assert slept == pytest.approx([CHECK_S - 0.02, CHECK_S - 0.1, CHECK_S - 0.01])


def tries(guest: Client, number: str, words: str, address: str) -> Order | Refused:
    guests = Guests(guest.shop.database, guest.clock, lambda _s: None)
    return guests.check(Try(number, words, address), None)


def test_tries_at_one_order_pause_it_for_everybody(guest: Client) -> None:
    waits = []
    for place in range(6):
        refused = tries(guest, "PP-7001", "x@y.example", f"203.0.113.{place}")
        assert isinstance(refused, Refused)
        waits.append(refused.wait.total_seconds())
        guest.clock.now += refused.wait
    assert waits == [0, 0, 15, 30, 60, 120]
    guest.clock.now -= timedelta(seconds=1)
    assert tries(guest, "pp 7001", ADA.email, "203.0.113.77") == Refused(timedelta(seconds=1))
    guest.clock.now += timedelta(seconds=1)
    assert tries(guest, "PP-7001", ADA.email, "203.0.113.77") == ORDERS[0]


def test_orders_that_do_not_exist_pause_just_the_same(guest: Client) -> None:
    for number in ("PP-9999", "PP-8001"):
        waits = [tries(guest, number, "x@y.example", f"198.51.100.{each}{len(number)}") for each in range(4)]
        assert [each.wait.total_seconds() for each in waits if isinstance(each, Refused)] == [0, 0, 15, 15]


def test_tries_from_one_address_pause_it_for_every_order(guest: Client) -> None:
    for place in range(3):
        tries(guest, f"PP-990{place}", "x@y.example", "203.0.113.5")
    assert isinstance(tries(guest, "PP-7001", ADA.email, "203.0.113.5"), Refused)
    assert tries(guest, "PP-7001", ADA.email, "203.0.113.6") == ORDERS[0]
    guest.clock.now += timedelta(hours=24)
    assert tries(guest, "PP-7001", ADA.email, "203.0.113.5") == ORDERS[0]


def test_a_new_conversation_does_not_begin_the_count_anew(guest: Client) -> None:
    for _ in range(3):
        fresh(guest).say("where is order PP-7001? x@y.example")
    assert "Please wait 1 minute" in fresh(guest).say("where is order PP-7001? x@y.example").content


def test_a_guests_change_needs_the_code_from_the_mail(guest: Client) -> None:
    guest.say(f"status of order PP-7001, {ADA.email}")
    described = guest.say("cancel order PP-7001")
    assert described.reply["confirmation"]["needs_code"]
    assert guest.mails()[0][0] == ADA.email
    assert code_of(guest) not in str(described.reply)
    assert "need the code" in guest.say("yes").content
    assert guest.order("PP-7001").status == "paid"
    guest.say(f"the code is {code_of(guest)}")
    assert guest.order("PP-7001").status == "cancelled"


def test_wrong_codes_end_it(guest: Client) -> None:
    guest.say(f"status of order PP-7001, {ADA.email}")
    guest.say("cancel order PP-7001")
    code = code_of(guest)
    wrong = "000000" if code != "000000" else "111111"
    told = [guest.say(wrong).content for _ in range(5)]
    assert "wrong too often" in told[-1]
    guest.say(code)
    assert guest.order("PP-7001").status == "paid"


def test_codes_do_not_flood_a_mailbox(guest: Client) -> None:
    guest.say(f"status of order PP-7001, {ADA.email}")
    told = [guest.say("cancel order PP-7001").content for _ in range(6)]
    assert "Too many codes" in told[-1]
    assert len(guest.mails()) == 4
