from typing import Any

import pytest
from pydantic import ValidationError

from shop.serialise import to_json
from tests.web.pages.scripted import CARDS
from web.pages.talk import Turn, answered, heard, turns_of, with_turn

REPLY: dict[str, Any] = {
    "id": "msg_2",
    "conversation_id": "conv_1",
    "role": "assistant",
    "content": "Here is a tent.",
    "intent": {"name": "find_product", "confidence": 1.0, "language": "en"},
    "products": [to_json(CARDS[0])],
    "sources": {"intent": "rules", "text": {"model": 0, "repaired": 0, "template": 1}},
    "degraded": True,
}


def message(key: str, role: str, content: str, reply: Any = None) -> dict[str, Any]:
    return {"id": key, "role": role, "content": content, "reply": reply}


def after(*events: tuple[str, dict[str, Any]]) -> Turn:
    turn = Turn("t", asked="a tent", phase="reading")
    for name, data in events:
        turn = heard(turn, name, data)
    return turn


def test_sentences_and_cards_come_one_after_the_other() -> None:
    turn = after(
        ("message.created", {"id": "msg_2"}),
        ("intent", {"intent": {}}),
        ("products", {"products": REPLY["products"]}),
        ("text.delta", {"text": "Here is"}),
        ("text.delta", {"text": " a tent."}),
    )
    assert (turn.message_id, turn.phase, turn.said) == ("msg_2", "working", "Here is a tent.")
    assert [card.title for card in turn.products] == [CARDS[0].title]


def test_the_whole_reply_ends_the_turn() -> None:
    turn = after(("text.delta", {"text": "Here"}), ("message.completed", REPLY))
    assert (turn.phase, turn.said) == ("done", "Here is a tent.")


def test_an_event_that_nobody_knows_yet_changes_nothing() -> None:
    assert after(("order", {"order": {}})) == after()


def test_a_field_that_the_api_adds_later_is_no_problem() -> None:
    card = {**REPLY["products"][0], "score": 0.9}
    assert after(("products", {"products": [card]})).products[0].title == CARDS[0].title


def test_a_broken_contract_is_an_error() -> None:
    with pytest.raises(ValidationError):
        after(("products", {"products": [{"title": "nothing else"}]}))


def test_an_answer_is_quick_where_no_sentence_is_the_model_s() -> None:
    assert answered(Turn("t"), REPLY).quick
    by_model = {**REPLY, "sources": {"intent": "rules", "text": {"model": 1, "repaired": 0, "template": 0}}}
    assert not answered(Turn("t"), by_model).quick


def test_a_stored_conversation_is_turns_again() -> None:
    turns = turns_of(
        [
            message("msg_1", "user", "a tent", REPLY),
            message("msg_2", "assistant", "Here is a tent.", REPLY),
            message("msg_3", "user", "hello?"),
            message("msg_4", "agent", "Hello, this is Kim."),
        ]
    )
    assert [(turn.asked, turn.said, turn.role) for turn in turns] == [
        ("a tent", "Here is a tent.", "assistant"),
        ("hello?", "", "assistant"),
        ("", "Hello, this is Kim.", "agent"),
    ]


def test_an_answer_never_takes_the_place_of_another_one() -> None:
    turns = turns_of(
        [
            message("msg_2", "assistant", "Here is a tent.", REPLY),
            message("msg_5", "assistant", "One more.", {**REPLY, "id": "msg_5", "content": "One more."}),
        ]
    )
    assert [turn.said for turn in turns] == ["Here is a tent.", "One more."]


def test_only_the_turn_of_that_key_is_replaced() -> None:
    turns = (Turn("a"), Turn("b"))
    assert with_turn(turns, Turn("b", said="new")) == (Turn("a"), Turn("b", said="new"))
