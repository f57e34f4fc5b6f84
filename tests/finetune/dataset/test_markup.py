"""Marks in a message, and the call that they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.dataset.markup import BadMarkup, read, tidy


def test_marked_words_are_the_value_and_others_mean_nothing() -> None:
    marked = read("find_product", "a [q:quiet] [c:keyboard] under $[max:1,200], not [x.colour:red]")
    assert marked.text == "a quiet keyboard under $1,200, not red"
    assert marked.call.compact() == (
        '{"name": "find_product", "arguments": {"query": "quiet", "category": "keyboard",'
        ' "max_price": 1200, "exclude": {"colour": "red"}}}'
    )


def test_words_may_mean_another_value_or_none_stand_for_it() -> None:
    marked = read("find_product", "[n=2:two] [c=mug:mugs] for 40 euros[max=40:][cur=EUR:]")
    assert marked.text == "two mugs for 40 euros"
    given = marked.call.arguments
    assert (given.quantity, given.category, given.max_price, given.currency) == (2, "mug", 40, "EUR")


def test_edits_are_in_order_and_take_what_follows_them() -> None:
    marked = read(
        "edit_bundle", "[+lock:keep] the [.slot:tent], [+swap:swap] the rest for [.cheaper:cheaper]"
    )
    assert [edit.op for edit in marked.call.arguments.edits] == ["lock", "swap"]
    assert marked.call.arguments.edits[0].slot == "tent"
    assert marked.call.arguments.edits[1].cheaper is True


def test_several_exclusions_of_one_attribute_are_joined() -> None:
    marked = read("find_product", "a [c:mug], not [x.colour:red] or [x.colour:pink]")
    assert marked.call.arguments.exclude == {"colour": "red, pink"}


def test_numbers_of_orders_keep_their_letters() -> None:
    assert read("track_order", "where is [e.order_id:A-12]").call.arguments.entities == {"order_id": "A-12"}


@pytest.mark.parametrize(
    "marked",
    [
        "[nonsense:words]",
        "a [c:mug",
        "[max:cheap] mug",
        "the [.slot:tent] goes",
        "{left} over",
        "[cart=steal:]",
    ],
)
def test_a_mark_that_says_nothing_is_refused(marked: str) -> None:
    with pytest.raises(BadMarkup):
        read("find_product", marked)


def test_the_article_fits_the_next_word() -> None:
    assert tidy("a  axe and a usb cable , a red oven") == "an axe and a usb cable, a red oven"
    assert tidy("16 a and order 66-A is late") == "16 a and order 66-A is late"


@given(st.text(alphabet="abc ,.'0123456789$", max_size=60))
def test_a_message_without_marks_means_its_name_alone(text: str) -> None:
    assert read("greet", text).call.compact() == '{"name": "greet", "arguments": {}}'
