"""One turn, from a stored message to a stored reply: what is sent, in which order, and what is kept."""

import json
from typing import Any, cast

import pytest
import sqlalchemy as sa

from assistant.conversations import Conversations, UnknownConversation
from assistant.handoffs import Handoffs
from shop.catalogue import Catalogue
from shop.money import Money
from shop.tables import rankings
from storage import StorageUnavailable
from tests.assistant.pond_and_paint import Shop
from tests.assistant.pond_goods import NOW, POLICIES

SHOWING = ("products", "bundles", "citations", "cart", "handoff")


def rankings_of(shop: Shop, owner: str) -> int:
    """How many rankings the shop has written for an owner."""
    with shop.database.read() as work:
        counted = sa.select(sa.func.count()).where(rankings.c.owner == owner)
        return work.connection.scalar(counted) or 0


@pytest.mark.parametrize(
    ("said", "tool", "shown"),
    [
        ("easels", "search_products", "products"),
        ("I want to start painting outdoors, budget $200", "compose_bundle", "bundles"),
        ("how long does delivery take?", "search_policies", "citations"),
        ("what is in my cart?", "show_cart", "cart"),
        ("I want to talk to a human", "transfer_to_human_agents", "handoff"),
    ],
)
def test_what_a_tool_made_is_shown_right_after_it_and_before_any_word(
    shop: Shop, said: str, tool: str, shown: str
) -> None:
    answered = shop.talk().say(said)
    assert answered.names[:4] == ["message.created", "intent", "tool", shown]
    assert set(answered.names[4:-1]) == {"text.delta"}
    assert answered.names[-1] == "message.completed"
    assert answered.tool == tool
    assert answered.reply[shown]


def test_words_alone_need_no_tool(shop: Shop) -> None:
    answered = shop.talk().say("hello")
    assert answered.names == ["message.created", "intent", "text.delta", "text.delta", "message.completed"]
    assert answered.content.startswith("Hello!")
    assert "tool_calls" not in answered.reply


def test_the_pieces_sent_are_the_reply_and_the_reply_is_what_is_stored(shop: Shop) -> None:
    talk = shop.talk()
    turn = talk.begin("easels")
    events = list(talk.answer(turn))
    reply: Any = events[-1].data
    sent: list[Any] = [event.data for event in events if event.name == "text.delta"]
    assert "".join(each["text"] for each in sent) == reply["content"]
    assert events[0].data == {"id": reply["id"], "in_reply_to": turn.message_id}
    asked, answered = talk.stored()
    assert (asked.id, asked.content, asked.reply) == (turn.message_id, "easels", reply)
    assert (answered.id, answered.role, answered.content) == (reply["id"], "assistant", reply["content"])
    assert answered.reply == reply
    assert json.loads(json.dumps(reply)) == reply


def test_times_are_in_the_order_of_the_turn(shop: Shop) -> None:
    timings = shop.talk().say("easels").reply["timings_ms"]
    assert (
        timings["understand"]
        <= timings["first_item"]
        <= timings["act"]
        <= timings["first_sentence"]
        <= timings["total"]
    )
    assert timings["model"] == 0


def test_without_a_model_rules_and_templates_answer_and_say_so(shop: Shop) -> None:
    reply = shop.talk().say("easels").reply
    assert reply["degraded"] is True
    assert reply["sources"] == {"intent": "rules", "text": {"model": 0, "repaired": 0, "template": 2}}


def test_every_list_shown_writes_one_ranking(shop: Shop) -> None:
    talk = shop.talk()
    shown = talk.say("easels")
    assert rankings_of(shop, talk.owner) == 1
    assert shown.reply["ranking_id"].startswith("rank_")
    talk.say("hello")
    assert rankings_of(shop, talk.owner) == 1


def test_the_cart_changes_with_the_turn_and_not_before(shop: Shop) -> None:
    talk = shop.talk()
    talk.say("heater")
    for event in talk.answer(talk.begin("add it to my cart")):
        held = {line.product.product_id: line.quantity for line in talk.cart().lines}
        assert held == ({"heater": 1} if event.name == "message.completed" else {})


def test_a_store_that_fails_leaves_neither_reply_nor_cart(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = shop.talk()
    talk.say("heater")
    stored, ranked = len(talk.stored()), rankings_of(shop, talk.owner)

    def full(self: Conversations, *given: object) -> None:
        raise StorageUnavailable("the disk is full")

    monkeypatch.setattr(Conversations, "finish_turn", full)
    with pytest.raises(StorageUnavailable):
        talk.say("add it to my cart")
    assert talk.cart().lines == ()
    assert rankings_of(shop, talk.owner) == ranked
    asked = talk.stored()[stored:]
    assert [(message.content, message.reply) for message in asked] == [("add it to my cart", None)]


def test_a_conversation_erased_during_its_turn_leaves_nothing(shop: Shop) -> None:
    talk = shop.talk()
    talk.say("heater")
    events = talk.answer(talk.begin("add it to my cart"))
    next(events)
    with shop.database.begin() as work:
        Conversations(work, NOW).erase(talk.owner, talk.id)
    assert [event.name for event in events][-1] == "message.completed"
    assert talk.stored() == ()
    assert talk.cart().lines == ()


def test_a_conversation_of_somebody_else_is_not_answered_into(shop: Shop) -> None:
    mine, theirs = shop.talk(), shop.talk()
    mine.say("heater")
    turn = mine.begin("add it to my cart")
    stranger = type(turn)(turn.conversation_id, turn.message_id, theirs.owner, turn.text)
    list(theirs.answer(stranger))
    assert theirs.cart().lines == ()
    assert mine.cart().lines == ()
    assert mine.stored()[-1].reply is None
    with shop.database.read() as work, pytest.raises(UnknownConversation):
        Conversations(work, NOW).get(theirs.owner, mine.id)


def test_a_cart_belongs_to_its_shopper(shop: Shop) -> None:
    mine, theirs = shop.talk(), shop.talk()
    mine.say("heater")
    mine.say("add it to my cart")
    assert theirs.say("what is in my cart?").reply["cart"]["lines"] == []
    assert len(mine.say("what is in my cart?").reply["cart"]["lines"]) == 1


def test_a_hand_off_waits_in_the_queue_with_what_was_shown(shop: Shop) -> None:
    talk = shop.talk()
    talk.say("easels")
    answered = talk.say("I want to talk to a human")
    with shop.database.read() as work:
        queue = Handoffs(work, NOW).queue()
    entry = next(each for each in queue if each.conversation_id == talk.id)
    assert answered.reply["handoff"] == {
        "status": "pending",
        "reason": "contact_human_agent",
        "position": entry.position,
    }
    assert "I want to talk to a human" in entry.summary
    assert "Nook table easel" in entry.summary
    assert "a person will read it" in answered.content
    assert talk.say("easels").titles()


def test_a_policy_is_quoted_to_the_letter(shop: Shop) -> None:
    answered = shop.talk().say("can I return what I bought within 30 days for the refund?")
    [citation, *_] = answered.reply["citations"]
    page = next(page for page in POLICIES if page.id == citation["source"])
    assert page.id == "returns"
    assert citation["quote"] in page.text
    assert citation["quote"] in answered.content


def test_where_no_policy_says_it_that_is_said(shop: Shop) -> None:
    answered = shop.talk().say("how do I recover my password?")
    assert "citations" not in answered.reply
    assert answered.reply["tool_calls"][0]["ok"] is False
    assert "do not say anything about passwords" in answered.content


def test_an_order_needs_its_customer(shop: Shop) -> None:
    answered = shop.talk().say("where is my order 12345?")
    assert "order 12345" in answered.content
    assert "sign in" in answered.content
    assert "order" not in answered.reply


def test_prices_and_stock_are_those_of_the_moment(own_shop: Shop) -> None:
    talk = own_shop.talk()
    talk.say("heater")
    with own_shop.database.begin() as work:
        Catalogue(work).set_price("heater", Money(3_100, "USD"))
    assert "$31.00" in talk.say("how much is it?").content
    assert talk.say("add it to my cart").reply["cart"]["total"] == {"amount": 3_100, "currency": "USD"}


def test_a_product_that_is_gone_is_not_added(own_shop: Shop) -> None:
    talk = own_shop.talk()
    talk.say("heater")
    with own_shop.database.begin() as work:
        Catalogue(work).remove(["heater"])
    answered = talk.say("add it to my cart")
    assert answered.tool == "add_to_cart"
    assert answered.reply["tool_calls"][0]["ok"] is False
    assert talk.cart().lines == ()


def test_what_is_gone_between_answer_and_store_is_taken_back_and_said(own_shop: Shop) -> None:
    talk = own_shop.talk()
    talk.say("heater")
    events = talk.answer(talk.begin("add it to my cart"))
    while next(events).name != "cart":
        pass
    own_shop.remove("heater")
    reply = cast("dict[str, Any]", list(events)[-1].data)
    assert reply["content"].endswith("so I did not do it; please ask me again.")
    assert "cart" not in reply
    assert [call["ok"] for call in reply["tool_calls"]] == [False]
    assert talk.cart().lines == ()
    assert talk.stored()[-1].role == "assistant"
