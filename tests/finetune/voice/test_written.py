"""Hand-written texts as they are read and filled."""

from random import Random

import pytest

from finetune.voice import written


def test_a_choice_is_drawn_once_and_kept() -> None:
    text, chosen = written.drawn("within {days=14|30} days", Random(1))
    assert chosen["days"] in ("14", "30")
    assert text == f"within {chosen['days']} days"


def test_a_slot_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        written.filled("Order {id}", {})


def test_every_question_of_a_page_is_followed_by_its_answers() -> None:
    for block in written.blocks("policy"):
        keys = [line.key for line in block.lines]
        assert keys[0] == "p"
        assert keys[1:] == ["q", "a"] * ((len(keys) - 1) // 2), block.name


def test_every_state_of_an_order_has_ten_wordings_or_more() -> None:
    texts = written.by_key("orders")
    for status in ("pending", "paid", "shipped", "delivered", "cancelled", "return_requested"):
        assert len(texts[status]) >= 10


def test_every_handover_says_what_the_customer_wants() -> None:
    for block in written.blocks("summary"):
        assert block.of("want"), block.name
        assert block.of("c"), block.name
