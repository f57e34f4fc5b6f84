"""Values as JSON and back: nothing is lost, nothing is guessed."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.deserialise import BadValue, from_json
from shop.money import Money
from shop.serialise import Json, to_json
from shop.values import Availability, Product, Promotion, Rating, Review, SupportHours, Variant

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
moments = st.datetimes(min_value=datetime.fromisoformat("1970-01-01"), timezones=st.just(UTC))


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    kind: Literal["open", "closed"] = "open"
    price: Money | None = None
    marks: tuple[str, ...] = ()
    facts: Mapping[str, str | float | tuple[str, ...]] = field(default_factory=dict)


def test_fields_without_a_value_are_left_out() -> None:
    assert to_json(Note("hello")) == {"text": "hello", "kind": "open", "marks": [], "facts": {}}


def test_money_and_moments_are_written_as_the_api_says() -> None:
    at = datetime(2026, 5, 1, 11, 30, tzinfo=timezone(timedelta(hours=2)))

    assert to_json(Money(2999, "USD")) == {"amount": 2999, "currency": "USD"}
    assert to_json(at) == "2026-05-01T09:30:00Z"
    assert to_json([date(2026, 5, 1), time(9, 30)]) == ["2026-05-01", "09:30:00"]


def test_a_set_is_written_in_order() -> None:
    assert to_json(frozenset(("pear", "apple"))) == ["apple", "pear"]


@pytest.mark.parametrize(
    "value",
    [
        object(),
        Note,
        b"bytes",
        float("nan"),
        float("inf"),
        {1: "a key that is no text"},
        datetime.fromisoformat("2026-05-01T09:00:00"),
    ],
)
def test_whatever_json_lacks_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_json(value)


@given(st.from_type(Note) | st.from_type(Money) | st.from_type(Rating) | st.from_type(Availability))
def test_whatever_is_written_is_json(value: object) -> None:
    with suppress(TypeError):  # a number that is not finite
        json.dumps(to_json(value), allow_nan=False)


@given(
    st.builds(
        Review, texts, texts, st.integers(1, 5), texts, moments, st.none() | texts.filter(bool), st.booleans()
    )
)
def test_a_review_comes_back_as_it_was(review: Review) -> None:
    assert from_json(Review, json.loads(json.dumps(to_json(review)))) == review


FACTS = st.dictionaries(texts, texts | st.integers(0, 500) | st.lists(texts).map(tuple), max_size=3)
VARIANTS = st.builds(
    Variant,
    texts,
    texts,
    st.builds(Money, st.integers(1, 10**9), st.just("EUR")),
    st.builds(Availability, st.sampled_from(("in_stock", "backorder")), st.none() | st.integers(0, 99)),
    options=st.dictionaries(texts, texts, max_size=2),
    barcodes=st.lists(texts, max_size=2).map(tuple),
)


@given(
    st.builds(
        Product,
        texts,
        texts,
        texts,
        texts,
        st.lists(texts, max_size=2).map(tuple),
        st.lists(VARIANTS, max_size=2).map(tuple),
        rating=st.none() | st.builds(Rating, st.floats(1, 5), st.integers(0, 999)),
        brand=st.none() | texts,
        provides=FACTS,
        requires=FACTS,
    )
)
def test_a_product_comes_back_as_it_was(product: Product) -> None:
    assert from_json(Product, json.loads(json.dumps(to_json(product)))) == product


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "text: is missing"),
        ({"text": None}, "text: is missing"),
        ({"text": 3}, "text: must be a text"),
        ({"text": "a", "txet": "b"}, "has an unknown field 'txet'"),
        ({"text": "a", "kind": "ajar"}, "kind: must be one of open, closed"),
        ({"text": "a", "price": 3}, "price: must be an object"),
        ({"text": "a", "price": {"amount": 3.5, "currency": "USD"}}, "price.amount: must be a whole number"),
        ({"text": "a", "price": {"amount": True, "currency": "USD"}}, "price.amount: must be a whole number"),
        ({"text": "a", "price": {"amount": 2**63, "currency": "USD"}}, "price.amount: is too large"),
        ({"text": "a", "marks": "x"}, "marks: must be a list"),
        ({"text": "a", "marks": ["x", 1]}, "marks[1]: must be a text"),
        (
            {"text": "a", "facts": {"b": True}},
            "facts.b: must be a text or must be a number or must be a list",
        ),
        ({"text": "\ud800"}, "text: holds bytes that are not UTF-8 text"),
        ({"text": "a\x00b"}, "text: holds bytes that are not UTF-8 text"),
        ([], "must be an object"),
    ],
)
def test_a_wrong_field_is_named_with_what_it_must_be(data: Json, said: str) -> None:
    with pytest.raises(BadValue) as refused:
        from_json(Note, data)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("field_name", "value", "said"),
    [
        ("starts_at", "tomorrow", "must be a moment like"),
        ("starts_at", "2026-05-01T09:00:00", "needs a time zone"),
        ("starts_at", "0001-01-01T00:00:00+14:00", "is beyond the calendar"),
    ],
)
def test_a_moment_must_say_which_one_it_is(field_name: str, value: str, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        from_json(Promotion, {"id": "a", "title": "b", "kind": "fixed", field_name: value})


def test_days_and_hours_come_back() -> None:
    hours = SupportHours("Europe/Vienna", (), (date(2026, 12, 25),))

    assert from_json(SupportHours, to_json(hours)) == hours
    with pytest.raises(BadValue, match=r"closed\[0\]: must be a date"):
        from_json(SupportHours, {"timezone": "UTC", "week": [], "closed": ["christmas"]})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_any_json_is_a_product_or_a_bad_value(data: Json) -> None:
    with suppress(BadValue):
        assert isinstance(from_json(Product, data), Product)
