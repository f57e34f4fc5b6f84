"""After the sale, in whole turns: a customer's own orders, and changes that wait for a yes."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from assistant.acting import act
from assistant.conversation_tables import audit
from assistant.handoffs import Handoffs, QueueEntry
from assistant.intent import SERVICE_INTENTS, Intent, IntentName
from assistant.outbox import Outbox
from assistant.tools.context import Found, ToolContext, Turn
from assistant.values import Shown
from storage import Conflict
from tests.assistant.after_sale import ADA, EVE, ORDERS, Client, with_orders
from tests.assistant.pond_and_paint import Answered, Shop
from tests.assistant.pond_goods import NOW
from tests.scripted import ScriptedModel


@pytest.fixture
def ada(own_shop: Shop) -> Client:
    return Client(with_orders(own_shop))


def untouched(client: Client) -> bool:
    orders = all(client.order(each.id) == each for each in ORDERS)
    return orders and client.account("ada") == ADA and client.account("eve") == EVE


def test_where_an_order_is_comes_from_its_record(ada: Client) -> None:
    said = ada.say("where is my order PP-7003?")
    assert said.reply["order"]["status"] == "shipped"
    assert "SW100200300" in said.content
    assert said.tool == "track_order"
    for written in ("track order 7003", "status of my purchase #pp-7003"):
        assert ada.say(written).reply["order"]["id"] == "PP-7003"


@pytest.mark.parametrize("number", ["PP-8001", "PP-9999", "8001"])
def test_somebody_elses_order_is_as_unknown_as_none(ada: Client, number: str) -> None:
    said = ada.say(f"where is my order {number}?")
    assert "order" not in said.reply
    assert said.content.replace(number, "N") == (
        "I cannot find an order N of yours. "
        "Please check the number; it stands in the e-mail that confirmed your order."
    )


def test_without_a_number_the_one_that_can_be_cancelled_is_meant(ada: Client) -> None:
    said = ada.say("cancel my order please")
    assert said.reply["confirmation"]["action"] == "cancel_order"
    assert "confirmation" in said.names
    assert said.reply["confirmation"]["summary"] == (
        "Cancel order PP-7001 (Wander field easel); $89.00 goes back the way it was paid"
    )
    assert untouched(ada)


def test_a_yes_as_the_very_next_message_does_what_was_described_once(ada: Client) -> None:
    ada.say("cancel order PP-7001")
    done = ada.say("Yes!")
    assert done.content == "Order PP-7001 is cancelled. $89.00 goes back the way it was paid."
    assert ada.order("PP-7001").status == "cancelled"
    [logged] = ada.log("PP-7001")
    assert (logged["who"], logged["what"]) == ("customer ada", "cancel_order")
    assert logged["detail"]["before"][0]["status"] == "paid"
    assert logged["detail"]["after"][0]["status"] == "cancelled"
    again = ada.say("yes")
    assert len(ada.log("PP-7001")) == 1
    assert again.tool != "confirm"


@pytest.mark.parametrize("between", ["show me an easel", "what is the weather", "yes but in red", "maybe"])
def test_whatever_else_is_said_in_between_does_nothing(ada: Client, between: str) -> None:
    ada.say("cancel order PP-7001")
    ada.say(between)
    ada.say("yes")
    assert untouched(ada)


def test_a_no_leaves_everything_as_it_is(ada: Client) -> None:
    ada.say("cancel order PP-7001")
    assert ada.say("no thanks").content == "Fine, I leave it as it is."
    ada.say("yes")
    assert untouched(ada)


@pytest.mark.parametrize(
    "words", ["no wait, leave it", "oh no, stop", "Forget it, sorry!", "leave it as it is"]
)
def test_a_no_may_take_a_few_words(ada: Client, words: str) -> None:
    ada.say("cancel order PP-7001")
    assert ada.say(words).tool == "confirm"
    assert "not" in ada.say("yes").content
    assert untouched(ada)


def test_a_confirmation_expires(ada: Client) -> None:
    ada.say("cancel order PP-7001")
    ada.clock.now = NOW + timedelta(minutes=10)
    assert "can no longer be confirmed" in ada.say("yes").content
    assert untouched(ada)


def test_what_was_described_is_not_done_to_records_that_have_changed_since(ada: Client) -> None:
    ada.say("cancel order PP-7001")
    other = Client(ada.shop)
    other.say("change the shipping address of order PP-7001 to 12 Long Lane, Leeds, LS2 9JT")
    assert other.say("yes").reply["order"]["address"] == "12 Long Lane, Leeds, LS2 9JT, GB"
    assert "Something has changed" in ada.say("yes").content
    assert ada.order("PP-7001").status == "paid"


def test_a_later_question_takes_the_place_of_an_earlier_one(ada: Client) -> None:
    first = ada.say("cancel order PP-7001").reply["confirmation"]["id"]
    ada.say("please change the shipping address of order PP-7001 to 12 Long Lane, Leeds, LS2 9JT")
    ada.say("yes")
    assert ada.order("PP-7001").status == "paid"
    assert ada.order("PP-7001").address != ORDERS[0].address
    assert first


def test_an_order_that_has_left_is_not_cancelled(ada: Client) -> None:
    said = ada.say("cancel order PP-7003")
    assert "confirmation" not in said.reply
    assert "can no longer be cancelled" in said.content


def test_some_items_of_a_delivered_order_are_returned(ada: Client) -> None:
    asked = ada.say("I want a refund for order PP-7002")
    assert asked.reply["question"]["choices"] == ["Wander field easel", "Nook table easel"]
    described = ada.say("the nook one")
    assert described.reply["confirmation"]["action"] == "return_items"
    ada.say("ok")
    returned = ada.order("PP-7002")
    assert returned.status == "return_requested"
    assert returned.returning is not None
    assert returned.returning.variant_ids == ("easel-table-beech",)


def test_the_account_is_changed_after_a_yes_only(ada: Client) -> None:
    ada.say("change my account email to ada@new.example")
    assert ada.account() == ADA
    ada.say("yes")
    assert ada.account().email == "ada@new.example"
    [logged] = ada.log("ada")
    assert logged["detail"]["before"]["email"] == ADA.email


def test_a_change_of_an_order_is_told_to_whoever_listens(ada: Client) -> None:
    ada.say("cancel order PP-7001")
    ada.say("yes")
    with ada.shop.database.read() as work:
        [told] = Outbox(work, NOW).newest("webhook")
    assert (told.topic, told.body) == (
        "order.changed",
        {"order_id": "PP-7001", "change": "cancel_order", "status": "cancelled"},
    )


def test_an_invoice_adds_up_from_the_record(ada: Client) -> None:
    said = ada.say("I need the invoice for order PP-7002")
    assert said.content.endswith("The total is $134.00.")
    assert "1 × Nook table easel, $45.00" in said.content


def test_nothing_that_was_written_down_can_be_changed_or_removed(ada: Client) -> None:
    ada.say("cancel order PP-7001")
    ada.say("yes")
    for statement in (audit.delete(), audit.update().values(who="nobody")):
        with pytest.raises(Conflict), ada.shop.database.begin() as work:
            work.connection.execute(statement)
    with ada.shop.database.read() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(audit)) == 1


@pytest.mark.parametrize("customer", ["ada", None])
@pytest.mark.parametrize("name", SERVICE_INTENTS)
def test_every_service_intent_ends_somewhere(ada: Client, name: IntentName, customer: str | None) -> None:
    """At the customer's records, a policy passage, a person, or the question that is missing for it."""
    turn = Turn(ada.id, "msg_test", ada.owner, "please", customer, address=ada.address)
    done = act(ToolContext(ada.services, turn, Shown()), Intent(name))
    assert isinstance(done, Found)
    assert done.evidence.situation not in ("other", "out_of_scope")


@pytest.mark.parametrize("words", ["the last one", "The latest, please", "the first one", "most recent"])
def test_of_the_orders_to_choose_from_words_point_at_one(ada: Client, words: str) -> None:
    asked = ada.say("I need an invoice")
    assert asked.reply["question"]["choices"][0] == "PP-7001"
    assert ada.say(words).reply["order"]["id"] == "PP-7001"


def test_the_second_of_them_is_the_second(ada: Client) -> None:
    second = ada.say("I need an invoice").reply["question"]["choices"][1]
    assert ada.say("the second one").reply["order"]["id"] == second


def test_where_no_order_can_be_cancelled_that_is_said_and_nothing_is_asked(ada: Client) -> None:
    ada.say("cancel order PP-7001")
    ada.say("yes")
    said = ada.say("I want to cancel my order")
    assert said.content == (
        "No order of yours can be cancelled any more. Your latest one, PP-7001, is cancelled. "
        "If you mean another one, please give me its number."
    )
    assert "can no longer be cancelled" in ada.say("PP-7003").content


def test_whoever_has_no_order_is_told_so(own_shop: Shop) -> None:
    stranger = Client(with_orders(own_shop), "new")
    assert stranger.say("where is my order?").content == "You have no orders in this shop yet."


def test_when_it_will_arrive_is_asked_of_the_order_that_was_talked_about(ada: Client) -> None:
    ada.say("where is my order PP-7003?")
    said = ada.say("when will it arrive?")
    assert said.reply["order"]["id"] == "PP-7003"


def waiting(client: Client) -> QueueEntry:
    """The one that waits for a person."""
    with client.shop.database.read() as work:
        [entry] = Handoffs(work, NOW).queue()
    return entry


def test_a_yes_to_the_offer_of_a_person_fetches_one_with_the_question(ada: Client) -> None:
    ada.say("do you have a newsletter?")
    said = ada.say("yes please")
    assert said.reply["handoff"]["position"] == 1
    assert "do you have a newsletter?" in waiting(ada).summary


def test_a_no_to_the_offer_of_a_person_fetches_none(ada: Client) -> None:
    ada.say("do you have a newsletter?")
    assert "handoff" not in ada.say("no thanks").reply


def said_as(client: Client, intent: str, text: str) -> Answered:
    """The message, where the model reads it so and says no more."""
    client.model = ScriptedModel([json.dumps({"name": intent, "arguments": {}})])
    client.model_understands = True
    return client.say(text)


def test_what_has_arrived_and_is_to_go_back_is_returned_whatever_it_was_read_as(ada: Client) -> None:
    said = said_as(ada, "cancel_order", "the things from PP-7002 don't suit me, I send them back")
    assert said.tool == "return_items"
    assert said.reply["question"]["choices"] == ["Wander field easel", "Nook table easel"]


@pytest.mark.parametrize("read_as", ["find_bundle", "find_product", "other"])
def test_goods_of_an_order_that_go_back_are_no_wish_for_goods(ada: Client, read_as: str) -> None:
    said = said_as(ada, read_as, "the things from PP-7002 don't suit me, I want to send them back")
    assert said.tool == "return_items"


def test_goods_of_somebody_elses_order_go_nowhere(ada: Client) -> None:
    said_as(ada, "find_product", "I want to send the things from PP-8001 back")
    assert untouched(ada)


@pytest.mark.parametrize("question", ["did that work?", "is it cancelled now?", "so, is that done?"])
def test_whether_it_was_done_is_answered_from_the_record(ada: Client, question: str) -> None:
    ada.say("cancel order PP-7001")
    ada.say("yes")
    said = ada.say(question)
    assert said.reply["order"] == said.reply["order"] | {"id": "PP-7001", "status": "cancelled"}
    assert "cancelled" in said.content


def test_whether_it_was_done_is_asked_of_nothing_where_nothing_was(ada: Client) -> None:
    ada.say("cancel order PP-7001")
    assert "order" not in ada.say("did that work?").reply
    assert untouched(ada)


def test_an_email_address_is_the_accounts_and_not_where_an_order_goes(ada: Client) -> None:
    said = said_as(ada, "change_shipping_address", "please change my email to ada@new.example")
    assert said.reply["confirmation"]["action"] == "update_account"


def test_what_a_rule_forbids_is_passed_on_after_a_yes(ada: Client) -> None:
    assert "just say so" in ada.say("cancel order PP-7003").content
    said = ada.say("yes please")
    assert said.reply["handoff"]["position"] == 1
    assert "cancel order PP-7003" in waiting(ada).summary


def test_a_further_question_to_the_policies_needs_no_matter_of_its_own(ada: Client) -> None:
    said_as(ada, "check_refund_policy", "can I return what I bought within 30 days for the refund?")
    further = said_as(ada, "other", "and delivery by courier, how long does that take?")
    assert further.reply["citations"][0]["source"] == "delivery"


def test_what_was_not_understood_is_quoted_a_rule_only_where_a_page_is_near(ada: Client) -> None:
    near = said_as(ada, "other", "and delivery by courier, how long is that?")
    assert near.reply["citations"][0]["source"] == "delivery"
    assert "citations" not in said_as(ada, "other", "and what of the long weekend?").reply


@pytest.mark.parametrize("read_as", ["track_order", "delivery_period"])
def test_when_the_order_that_was_just_told_comes_is_answered_by_how_long_it_takes(
    ada: Client, read_as: str
) -> None:
    said_as(ada, "track_order", "where is my order PP-7003?")
    said = said_as(ada, read_as, "when will it arrive?")
    assert said.tool == "search_policies"
    assert said.reply["citations"][0]["source"] == "delivery"


def test_a_matter_without_a_number_is_of_the_order_that_was_just_told(ada: Client) -> None:
    said_as(ada, "track_order", "where is my order PP-7001?")
    assert said_as(ada, "track_order", "is there anything new?").reply["order"]["id"] == "PP-7001"


def test_thanks_are_no_matter_whatever_they_would_be_read_as(ada: Client) -> None:
    said_as(ada, "track_order", "where is my order PP-7003?")
    assert said_as(ada, "track_order", "ok thanks").reply["intent"]["name"] == "greet"


def test_one_of_the_things_that_were_asked_about_is_named_by_its_place(ada: Client) -> None:
    said_as(ada, "get_refund", "I want to send the things from PP-7002 back")
    said = said_as(ada, "check_refund_policy", "the second one")
    assert said.reply["confirmation"]["action"] == "return_items"
    assert "Nook table easel" in said.reply["confirmation"]["summary"]
    assert "Wander field easel" not in said.reply["confirmation"]["summary"]
