"""Reciprocal-rank fusion, by its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import K, reciprocal_rank_fusion

rankings = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), min_size=1, max_size=5)


def test_what_is_first_everywhere_scores_one() -> None:
    assert reciprocal_rank_fusion([["a", "b"], ["a", "c"]])["a"] == pytest.approx(1.0)


def test_two_second_places_beat_one_first_place() -> None:
    fused = reciprocal_rank_fusion([["a", "both"], ["b", "both"]])
    assert next(iter(fused)) == "both"


def test_a_heavier_ranking_decides() -> None:
    assert list(reciprocal_rank_fusion([["a", "b"], ["b", "a"]], weights=[1, 2])) == ["b", "a"]


def test_the_score_is_the_papers() -> None:
    fused = reciprocal_rank_fusion([["a", "b"], ["b"]])
    assert fused["b"] / fused["a"] == pytest.approx((1 / (K + 2) + 1 / (K + 1)) / (1 / (K + 1)))


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, -1.0]])
def test_weights_that_mean_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="one positive weight"):
        reciprocal_rank_fusion([["a"], ["b"]], weights)


@given(rankings)
def test_every_item_is_there_once_with_a_score_in_0_to_1_best_first(given: list[list[int]]) -> None:
    fused = reciprocal_rank_fusion(given)
    assert set(fused) == {item for ranking in given for item in ranking}
    assert all(0 < score <= 1 for score in fused.values())
    assert list(fused.values()) == sorted(fused.values(), reverse=True)


@given(rankings)
def test_the_order_of_the_rankings_makes_no_difference_to_scores(given: list[list[int]]) -> None:
    assert reciprocal_rank_fusion(given[::-1]) == pytest.approx(reciprocal_rank_fusion(given))


@given(rankings)
def test_an_item_that_moves_up_does_not_lose(given: list[list[int]]) -> None:
    ranking = given[0]
    if len(ranking) < 2:
        return
    moved = [ranking[1], ranking[0], *ranking[2:]]
    before = reciprocal_rank_fusion(given)[ranking[1]]
    assert reciprocal_rank_fusion([moved, *given[1:]])[ranking[1]] >= before


@given(rankings)
def test_an_empty_ranking_changes_no_order(given: list[list[int]]) -> None:
    assert list(reciprocal_rank_fusion([*given, []])) == list(reciprocal_rank_fusion(given))
