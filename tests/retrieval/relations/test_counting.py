"""Pair counts against the slow way, and what few orders are worth."""

from collections import Counter
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.relations import counting
from retrieval.relations.counting import LARGEST_BASKET, PRIOR, BasketCounts, count

baskets = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6), max_size=40)


@given(baskets)
def test_every_pair_is_counted_as_by_hand(given_baskets: list[list[str]]) -> None:
    counts = BasketCounts(given_baskets)
    by_hand = Counter(pair for basket in given_baskets for pair in combinations(sorted(set(basket)), 2))
    assert {pair: counts.together(*pair) for pair in combinations("abcdefg", 2)} == {
        pair: by_hand[pair] for pair in combinations("abcdefg", 2)
    }
    partners = {other for other in "bcdefg" if by_hand["a", other] >= counting.SEEN_AT_LEAST}
    assert set(counts.partners("a")) == partners


def test_counting_in_parts_gives_what_counting_at_once_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = pl.DataFrame(
        {"basket": [n // 4 for n in range(400)], "name": [f"p{n * 7 % 23}" for n in range(400)]}
    )
    whole = count(lines)
    monkeypatch.setattr(counting, "_PAIRS_AT_ONCE", 50)
    parts = count(lines)
    assert (parts.counts == whole.counts).all()
    assert (parts.rows == whole.rows).all()
    assert (parts.columns == whole.columns).all()


def test_no_basket_is_no_count() -> None:
    counts = BasketCounts([])
    assert counts.together("a", "b") == 0
    assert counts.partners("a") == []
    assert counts.score("a", "b") == 0
    assert counts.confidence("a", "b") == 0


def test_a_traders_order_counts_for_nothing() -> None:
    large = [f"p{number}" for number in range(LARGEST_BASKET + 1)]
    assert BasketCounts([large] * 3).partners("p1") == []


def test_what_was_expected_counts_until_orders_outweigh_it() -> None:
    unseen = BasketCounts([["x"]])
    assert unseen.score("a", "b", expected=4.0) == pytest.approx(1 - 1 / 4.0)
    seen = BasketCounts([["a", "b"]] * 40 + [["x"]] * 400)
    alone, promised = seen.lift("a", "b"), seen.lift("a", "b", expected=4.0)
    assert alone == pytest.approx((40 + PRIOR) / (40 * 40 / 440 + PRIOR))
    assert promised - alone == pytest.approx(3 * PRIOR / (40 * 40 / 440 + PRIOR))
    apart = BasketCounts([["a"]] * 40 + [["b"]] * 40)
    assert apart.score("a", "b", expected=4.0) == 0


def test_the_confidence_is_a_share_of_the_orders_with_the_first() -> None:
    counts = BasketCounts([["camera", "card"]] * 30 + [["card"]] * 70 + [["pan"]] * 100)
    assert counts.confidence("camera", "card") > 0.9
    assert 0.2 < counts.confidence("card", "camera") < 0.4
