"""A list that is broad and repeats itself, and lists that are left as they are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.diversity import COST, MANY, diverse


def apart(count: int) -> np.ndarray:
    return np.eye(count, dtype=np.float32)


def test_what_repeats_the_best_stands_behind_what_does_not() -> None:
    vectors = apart(MANY)
    vectors[1] = vectors[0]
    scores = np.linspace(1, 0.99, MANY)
    changed = diverse(scores, vectors)
    assert np.argsort(-changed)[-1] == 1
    assert changed[1] >= scores[1] * (1 - COST) - 1e-6


def test_products_that_are_not_alike_keep_their_scores() -> None:
    scores = np.linspace(1, 0.9, MANY)
    np.testing.assert_array_equal(diverse(scores, apart(MANY)), scores)


def test_words_that_name_one_thing_are_not_broad() -> None:
    scores = np.array([1.0, *[0.3] * MANY])
    vectors = np.repeat(apart(1), MANY + 1, axis=0)
    np.testing.assert_array_equal(diverse(scores, vectors), scores)


@given(st.lists(st.floats(0, 1), min_size=0, max_size=60), st.integers(0, 2**31))
def test_the_best_stays_the_best_and_scores_only_fall(scores: list[float], seed: int) -> None:
    ordered = np.array(sorted(scores, reverse=True))
    vectors = np.random.default_rng(seed).normal(size=(len(ordered), 3)) + 2
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    changed = diverse(ordered, vectors.astype(np.float32))
    assert (changed <= ordered).all()
    assert (changed >= ordered * (1 - COST) - 1e-6).all()
    if len(ordered):
        assert changed[0] == ordered[0]
