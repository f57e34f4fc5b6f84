from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.pages.buttons import Press, UnknownButton, read_press

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_a_button_is_its_name_and_what_it_carries() -> None:
    press = read_press({"act": "edit", "fields": {"op": "swap", "revision": "3"}})
    assert (press.name, press["op"], press.number("revision"), press.get("slot")) == ("edit", "swap", 3, None)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"act": 1},
        {"act": "say", "fields": []},
        {"act": "say", "fields": {"words": 1}},
        {"act": "say", "fields": {"words": "x" * 4001}},
        {"act": "say", "fields": {"words": "a \ud800 b"}},
        {"act": "say", "fields": {str(each): "" for each in range(13)}},
    ],
)
def test_anything_else_is_refused(data: Any) -> None:
    with pytest.raises(UnknownButton):
        read_press(data)


def test_a_button_that_lacks_something_is_refused() -> None:
    press = Press("edit", {"revision": "many"})
    with pytest.raises(UnknownButton):
        press["op"]
    with pytest.raises(UnknownButton):
        press.number("revision")


@given(JSON)
def test_whatever_a_browser_sends_is_a_button_or_refused(data: Any) -> None:
    try:
        press = read_press(data)
    except UnknownButton:
        return
    assert all(isinstance(value, str) for value in press.fields.values())
