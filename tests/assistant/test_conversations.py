"""The conversation store: one owner, one turn at a time, nothing lost."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.conversations import (
    TURN_LEASE,
    ConversationBusy,
    Conversations,
    ConversationTaken,
    UnknownConversation,
    UnknownMessage,
)
from assistant.handoffs import Handoffs
from assistant.intent import Constraints
from assistant.values import IntentView, Reply, Sources, TextSources, Timings
from storage import Database

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def reply_to(conversation_id: str, text: str = "Here you are.") -> Reply:
    return Reply(
        id="msg_reply",
        conversation_id=conversation_id,
        content=text,
        intent=IntentView("greet", 1.0, "en", Constraints()),
        sources=Sources("rules", TextSources(template=1)),
        degraded=True,
        timings_ms=Timings(),
    )


def test_somebody_elses_conversation_is_unknown(database: Database) -> None:
    with database.begin() as work:
        talk = Conversations(work, NOW).create("sess_a")
    with database.read() as work, pytest.raises(UnknownConversation):
        Conversations(work, NOW).get("sess_b", talk.id)


def test_a_message_is_stored_before_its_turn_runs(database: Database) -> None:
    with database.begin() as work:
        talk = Conversations(work, NOW).create("sess_a")
        Conversations(work, NOW).begin_turn(talk.id, "hello")
    with database.read() as work:
        (message,) = Conversations(work, NOW).messages(talk.id)
    assert (message.role, message.content, message.reply) == ("user", "hello", None)


def test_a_second_turn_waits_for_the_first(database: Database) -> None:
    with database.begin() as work:
        talk = Conversations(work, NOW).create("sess_a")
        Conversations(work, NOW).begin_turn(talk.id, "hello")
    with pytest.raises(ConversationBusy), database.begin() as work:
        Conversations(work, NOW).begin_turn(talk.id, "hello?")
    with database.read() as work:
        assert len(Conversations(work, NOW).messages(talk.id)) == 1


def test_a_finished_turn_frees_the_conversation_and_shows_its_reply(database: Database) -> None:
    with database.begin() as work:
        talks = Conversations(work, NOW)
        talk = talks.create("sess_a")
        message = talks.begin_turn(talk.id, "hello")
        talks.finish_turn(message.id, reply_to(talk.id))
        talks.begin_turn(talk.id, "and now?")
    with database.read() as work:
        asked, answered, _ = Conversations(work, NOW).messages(talk.id)
    assert asked.reply == answered.reply
    assert isinstance(answered.reply, dict)
    assert answered.reply["content"] == "Here you are."


def test_a_dead_turn_does_not_hold_its_conversation_for_ever(database: Database) -> None:
    with database.begin() as work:
        talk = Conversations(work, NOW).create("sess_a")
        Conversations(work, NOW).begin_turn(talk.id, "hello")
    later = NOW + TURN_LEASE + timedelta(seconds=1)
    with database.begin() as work:
        assert Conversations(work, later).begin_turn(talk.id, "still there?").content == "still there?"


def test_a_retry_takes_up_the_message_that_was_cut_off(database: Database) -> None:
    with database.begin() as work:
        talk = Conversations(work, NOW).create("sess_a")
        first = Conversations(work, NOW).begin_turn(talk.id, "hello", "key-1")
    with database.begin() as work:
        Conversations(work, NOW).release_all()
    with database.begin() as work:
        again = Conversations(work, NOW).begin_turn(talk.id, "hello", "key-1")
    assert again.id == first.id
    with database.read() as work:
        assert len(Conversations(work, NOW).messages(talk.id)) == 1


def test_while_a_human_has_it_no_turn_begins(database: Database) -> None:
    with database.begin() as work:
        talk = Conversations(work, NOW).create("sess_a")
        Handoffs(work, NOW).request(talk.id, "contact_human_agent", "wants a person")
        Handoffs(work, NOW).set_status(talk.id, "open", "agent_1")
    with pytest.raises(ConversationTaken), database.begin() as work:
        Conversations(work, NOW).begin_turn(talk.id, "are you real?")
    with database.begin() as work:
        Handoffs(work, NOW).set_status(talk.id, "pending", "agent_1")
        assert Conversations(work, NOW).begin_turn(talk.id, "are you real?").role == "user"


def test_followers_get_messages_and_status_changes_in_order(database: Database) -> None:
    with database.begin() as work:
        talks = Conversations(work, NOW)
        talk = talks.create("sess_a")
        message = talks.begin_turn(talk.id, "hello")
        talks.finish_turn(message.id, reply_to(talk.id))
        Handoffs(work, NOW).set_status(talk.id, "open", "agent_1")
    with database.read() as work:
        events = Conversations(work, NOW).events_after(talk.id, 0)
        rest = Conversations(work, NOW).events_after(talk.id, events[1].id)
    assert [event.kind for event in events] == ["message", "message", "status"]
    assert rest == events[2:]


def test_erasing_a_conversation_leaves_nothing_of_it(database: Database) -> None:
    with database.begin() as work:
        talks = Conversations(work, NOW)
        talk = talks.create("sess_a")
        message = talks.begin_turn(talk.id, "hello")
        talks.finish_turn(message.id, reply_to(talk.id))
        talks.rate("sess_a", "msg_reply", 1, "thanks")
        Handoffs(work, NOW).request(talk.id, "complaint", "unhappy")
        talks.erase("sess_a", talk.id)
    with database.read() as work:
        assert Conversations(work, NOW).messages(talk.id) == ()
        assert Conversations(work, NOW).events_after(talk.id, 0) == ()
        assert Handoffs(work, NOW).queue() == ()


def test_only_the_owner_rates_an_answer_and_the_last_thumb_stands(database: Database) -> None:
    with database.begin() as work:
        talks = Conversations(work, NOW)
        talk = talks.create("sess_a")
        message = talks.begin_turn(talk.id, "hello")
        talks.finish_turn(message.id, reply_to(talk.id))
        talks.rate("sess_a", "msg_reply", 1, None)
        talks.rate("sess_a", "msg_reply", -1, "on second thoughts")
        with pytest.raises(UnknownMessage):
            talks.rate("sess_b", "msg_reply", 1, None)
        with pytest.raises(UnknownMessage):
            talks.rate("sess_a", message.id, 1, None)


def test_the_queue_keeps_the_place_of_who_asked_first(database: Database) -> None:
    with database.begin() as work:
        talks = Conversations(work, NOW)
        first, second = talks.create("sess_a"), talks.create("sess_b")
        Handoffs(work, NOW).request(first.id, "complaint", "unhappy")
        later = Handoffs(work, NOW + timedelta(minutes=1))
        assert later.request(second.id, "complaint", "unhappy too").position == 2
        assert later.request(first.id, "complaint", "still unhappy").position == 1


def test_conversations_are_listed_newest_first_page_by_page(database: Database) -> None:
    with database.begin() as work:
        made = [Conversations(work, NOW + timedelta(seconds=n)).create("sess_a").id for n in range(5)]
    with database.read() as work:
        talks = Conversations(work, NOW)
        page = talks.list_of("sess_a", limit=3)
        rest = talks.list_of("sess_a", limit=3, before=page[-1].id)
    assert [talk.id for talk in (*page, *rest)] == made[::-1]
