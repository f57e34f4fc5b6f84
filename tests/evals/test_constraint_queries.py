"""Queries from records: what they ask is what the records of the right products say."""

import pytest

from evals.constraint_queries import make_queries, read_patterns
from evals.constraints import meets_all, recall
from tests.retrieval.goods import product

GOODS = [
    product(
        f"{kind}-{brand}-{colour}-{price}",
        f"{brand} {colour} {kind}",
        category=kind,
        brand=brand,
        price=price,
        attributes={"colour": colour},
    )
    for kind in ("Lamp", "Rope")
    for brand in ("Acme", "Borealis")
    for colour in ("red", "blue")
    for price in (1000, 3000, 9000)
]


def test_there_are_forty_wordings_and_half_are_held_out() -> None:
    patterns = read_patterns()
    assert len({each.text for each in patterns}) == 40
    assert sum(each.held_out for each in patterns) == 20


def test_a_seed_gives_the_same_queries() -> None:
    assert make_queries(GOODS, 60, seed=3) == make_queries(GOODS, 60, seed=3)
    assert make_queries(GOODS, 60, seed=3) != make_queries(GOODS, 60, seed=4)


def test_what_meets_a_query_is_what_the_records_say() -> None:
    for query in make_queries(GOODS, 200, seed=1):
        kind = "Lamp" if "lamp" in query.text else "Rope"
        assert query.meeting
        assert all(each.startswith(kind) for each in query.meeting)
        if query.kinds == {"brand"} and "Acme" in query.text:
            assert query.meeting == {each.id for each in GOODS if each.id.startswith(f"{kind}-Acme")}
        if query.text == f"{kind.lower()} under $13":
            assert query.meeting == {
                each.id for each in GOODS if kind in each.id and each.id.endswith("1000")
            }


def test_records_that_say_nothing_make_no_queries() -> None:
    with pytest.raises(ValueError, match="too few kinds"):
        make_queries([product("a", "A thing")], 10, seed=1)


def test_a_short_list_fails_where_more_would_meet() -> None:
    query = next(each for each in make_queries(GOODS, 200, seed=1) if len(each.meeting) == 6)
    right = sorted(query.meeting)
    assert meets_all(right, query) == recall(right, query) == 1.0
    assert meets_all(right[:3], query) == recall(right[:3], query) == 0.5
    assert meets_all(["wrong", *right], query) == pytest.approx(5 / 6)
