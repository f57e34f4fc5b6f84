"""A person is fetched in the very first message; where nobody is at the desk, a callback is taken."""

from datetime import time

import pytest

from assistant.handoffs import Handoffs
from shop.hours import Hours
from shop.values import Opening, SupportHours
from tests.assistant.after_sale import Client, with_orders
from tests.assistant.pond_and_paint import Shop
from tests.assistant.pond_goods import NOW

#: Thursday noon of the tests lies outside.
MORNINGS = SupportHours("Europe/London", (Opening(4, time(9), time(12)),))


@pytest.fixture
def client(own_shop: Shop) -> Client:
    return Client(with_orders(own_shop), customer=None)


def close(client: Client) -> None:
    with client.shop.database.begin() as work:
        Hours(work).put(MORNINGS)


def test_a_person_is_fetched_by_the_very_first_message(client: Client) -> None:
    said = client.say("I want to talk to a human")
    assert said.reply["handoff"]["position"] == 1
    with client.shop.database.read() as work:
        [entry] = Handoffs(work, NOW).queue()
    assert (entry.conversation_id, entry.callback) == (client.id, None)


def test_the_queue_says_what_was_tried_before(client: Client) -> None:
    client.say("where is my order PP-7001?")
    client.say("let me speak to a person please")
    with client.shop.database.read() as work:
        [entry] = Handoffs(work, NOW).queue()
    assert entry.tried == ("verify_order",)


def test_outside_the_hours_it_says_when_the_desk_opens_and_takes_a_callback(client: Client) -> None:
    close(client)
    said = client.say("I want to talk to a human")
    assert "it opens on Friday at 09:00" in said.content
    assert said.reply["handoff"]["position"] == 1
    assert client.say("please call +44 113 496 0123").content == (
        "A person gets back to you at +44 113 496 0123."
    )
    with client.shop.database.read() as work:
        [entry] = Handoffs(work, NOW).queue()
    assert entry.callback == "+44 113 496 0123"


def test_whatever_else_is_said_is_no_callback(client: Client) -> None:
    close(client)
    client.say("I want to talk to a human")
    client.say("show me an easel")
    client.say("+44 113 496 0123")
    with client.shop.database.read() as work:
        [entry] = Handoffs(work, NOW).queue()
    assert entry.callback is None
