"""The few values that are kept for the passes of a query."""

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from retrieval.recent import Recent


def test_what_is_held_is_not_made_again() -> None:
    recent, make = Recent(2), iter(("first", "second")).__next__
    assert [recent.held("a", make), recent.held("a", make), recent.held("b", make)] == [
        "first",
        "first",
        "second",
    ]


@given(st.lists(st.integers(0, 6)), st.integers(1, 4))
def test_the_latest_keys_are_held_and_no_more(asked: list[int], size: int) -> None:
    recent = Recent(size)
    for each in asked:
        assert recent.held(each, partial(str, each)) == str(each)
    latest = list(dict.fromkeys(reversed(asked)))
    assert [each for each in range(7) if each in recent] == sorted(latest[:size])
