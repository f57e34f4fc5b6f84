"""The queue of conversations that want a person, and the log of who did what."""

from datetime import timedelta

import sqlalchemy as sa

from assistant.conversation_tables import audit
from assistant.conversations import Conversations
from assistant.handoffs import Handoffs, QueueEntry
from tests.assistant.pond_and_paint import Shop, Talk
from tests.assistant.pond_goods import NOW


def ask(shop: Shop, talk: Talk, minutes: int = 0) -> int | None:
    with shop.database.begin() as work:
        return (
            Handoffs(work, NOW + timedelta(minutes=minutes)).request(talk.id, "complaint", "unhappy").position
        )


def queue(shop: Shop) -> tuple[QueueEntry, ...]:
    with shop.database.read() as work:
        return Handoffs(work, NOW).queue()


def log(shop: Shop, talk: Talk) -> list[tuple[str, str]]:
    with shop.database.read() as work:
        rows = work.connection.execute(
            sa.select(audit.c.who, audit.c.what).where(audit.c.subject == talk.id).order_by(audit.c.id)
        )
        return [(who, what) for who, what in rows]


def test_who_asked_first_is_first_and_asking_again_keeps_the_place(own_shop: Shop) -> None:
    first, second = own_shop.talk(), own_shop.talk()
    assert ask(own_shop, first) == 1
    assert ask(own_shop, second, minutes=1) == 2
    assert ask(own_shop, first, minutes=2) == 1
    assert [entry.conversation_id for entry in queue(own_shop)] == [first.id, second.id]


def test_whoever_is_served_stays_in_the_queue_with_an_agent_until_resolved(own_shop: Shop) -> None:
    talk = own_shop.talk()
    ask(own_shop, talk)
    with own_shop.database.begin() as work:
        Handoffs(work, NOW).set_status(talk.id, "open", "agent_1")
    [entry] = queue(own_shop)
    assert (entry.status, entry.agent) == ("open", "agent_1")
    with own_shop.database.begin() as work:
        Handoffs(work, NOW).set_status(talk.id, "resolved", "agent_1")
    assert queue(own_shop) == ()


def test_handed_back_to_the_assistant_it_no_longer_waits_and_may_ask_anew(own_shop: Shop) -> None:
    talk = own_shop.talk()
    ask(own_shop, talk)
    with own_shop.database.begin() as work:
        Handoffs(work, NOW).set_status(talk.id, "pending", "agent_1")
        assert Conversations(work, NOW).get(None, talk.id).status == "pending"
    assert queue(own_shop) == ()
    assert ask(own_shop, talk, minutes=5) == 1


def test_every_step_is_in_the_log(own_shop: Shop) -> None:
    talk = own_shop.talk()
    ask(own_shop, talk)
    with own_shop.database.begin() as work:
        Handoffs(work, NOW).set_status(talk.id, "open", "agent_1")
    assert log(own_shop, talk) == [
        ("assistant", "handoff.requested"),
        ("agent_1", "conversation.status"),
    ]
