"""The rules that every request's JSON must meet, whatever its fields."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.errors import ApiError
from web.validation import check_text, parse

DEPTH = 8

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    lambda text: bool(text.strip())
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def refusal(call: Any, *arguments: Any) -> ApiError:
    with pytest.raises(ApiError) as refused:
        call(*arguments)
    assert refused.value.status_code == 422
    return refused.value


@given(values)
def test_what_is_json_comes_through_as_it_is(value: Any) -> None:
    parsed = parse(json.dumps(value).encode(), most_depth=100)

    check_text(parsed)
    assert parsed == value


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_a_refusal(body: bytes) -> None:
    with suppress(ApiError):
        json.dumps(parse(body, DEPTH))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'a': 1}", b"NaN", b"[Infinity]", b"\xff\xfe", b'{"a": 1}x', b"1" * 5_000],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    assert refusal(parse, body, DEPTH).code == "invalid_json"


@pytest.mark.parametrize("body", [b"[" * 9 + b"]" * 9, b'{"a":' * 9 + b"1" + b"}" * 9, b"[" * 100_000])
def test_what_is_nested_too_deep_is_refused(body: bytes) -> None:
    assert refusal(parse, body, DEPTH).code == "invalid_json"


def test_the_deepest_that_is_allowed_is_read() -> None:
    assert parse(b"[[[[[[[1]]]]]]]", DEPTH) == [[[[[[[1]]]]]]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\0b", "invalid_text"),
        ("\ud83d", "invalid_text"),
        ("  ", "blank_text"),
        ("\u3000\n", "blank_text"),
        ("", "blank_text"),
    ],
)
@pytest.mark.parametrize(
    ("wrap", "param"),
    [
        (lambda text: {"content": text}, "content"),
        (lambda text: {"slots": [{"name": "tent"}, {"name": text}]}, "slots[1].name"),
        (lambda text: {"attributes": {text: "blue"}}, "attributes"),
    ],
)
def test_text_that_nobody_can_have_meant_is_refused_wherever_it_stands(
    wrap: Any, param: str, text: str, code: str
) -> None:
    refused = refusal(check_text, wrap(text))

    assert refused.code == code
    assert refused.param == param
