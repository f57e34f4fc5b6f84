"""Completing bundles: what counts as found, and that nothing of the test is learned from."""

import numpy as np
import pytest

from evals.completion import Domain, Query, answer, rows, systems, without_hubs

SCORES = np.eye(12) + np.linspace(0, 0.5, 12)[None, :]


def test_what_stands_first_is_found_with_full_gain() -> None:
    assert answer(Query("s", (0,), 11), SCORES) == (1.0, 1.0)
    assert answer(Query("s", (0,), 10), SCORES) == pytest.approx((1.0, 1 / np.log2(3)))


def test_what_stands_eleventh_is_not_found() -> None:
    assert answer(Query("s", (0,), 1), SCORES) == (0.0, 0.0)


def test_ties_count_against_the_answer() -> None:
    assert answer(Query("s", (0,), 5), np.ones((12, 12))) == (0.0, 0.0)


def test_sessions_count_alike_however_many_queries_they_have() -> None:
    queries = [Query("large", (0,), 1)] * 9 + [Query("small", (0,), 11)]
    found = {row.metric: row.value for row in rows("x", "d", queries, SCORES, seed=1)}
    assert found["recall@10"] == 0.5


def test_the_fitted_mix_takes_what_helps_on_train() -> None:
    useless, right = np.zeros((12, 12)), np.roll(np.eye(12), 1, axis=1)
    train = tuple(Query("s", (place,), place + 1) for place in range(11))
    pieces = {"tfidf": useless, "embedding": right}
    domain = Domain(tuple("abcdefghijkl"), pieces, train, ((train, pieces),))
    assert answer(train[3], systems(domain)["fitted"]) == (1.0, 1.0)
    untaught = Domain(domain.names, pieces, train)
    assert "fitted" not in systems(untaught)


def test_what_is_near_to_everything_does_not_stand_before_what_is_near_to_this_alone() -> None:
    scores = np.full((12, 12), 0.1)
    scores[0, 1:] = scores[1:, 0] = 0.5
    scores[3, 4] = scores[4, 3] = 0.45
    assert scores[3].argsort()[-1] == 0
    assert without_hubs(scores)[3].argsort()[-1] == 4
