"""Fitting on data whose right weights are plain."""

import numpy as np

from finetune.scorer_data import Example
from finetune.scorer_fit import EVEN, FOLDS, cross_fitted, fit, folds, key
from retrieval.features import NAMES

RNG = np.random.default_rng(3)
COSINE, CODES, TITLE = (NAMES.index(name) for name in ("cosine", "codes", "title"))


def example(query: str, decides: int, *, turned: bool = False) -> Example:
    """Candidates of which those with more of one feature are worth more, or less."""
    values = RNG.uniform(0.2, 1, size=(30, len(NAMES))).astype(np.float32)
    order = values[:, decides] > np.quantile(values[:, decides], 0.8)
    return Example(query, values, np.where(order ^ turned, 7.0, 0.0))


def test_what_decides_gains_weight_and_the_rest_does_not() -> None:
    weights = fit([example(f"q{at}", CODES) for at in range(30)], EVEN, 0.01)
    assert weights[CODES] > 3 * max(weights[TITLE], 0.1)


def test_what_speaks_against_a_product_weighs_nothing_and_never_less() -> None:
    weights = fit([example(f"q{at}", TITLE, turned=True) for at in range(30)], EVEN, 0.01)
    assert weights[TITLE] == 0
    assert (weights >= 0).all()


def test_a_firm_prior_is_kept() -> None:
    data = [example(f"q{at}", CODES) for at in range(10)]
    np.testing.assert_allclose(fit(data, EVEN, 1e6), EVEN, atol=0.01)


def test_features_can_be_left_out() -> None:
    data = [example(f"q{at}", CODES) for at in range(10)]
    assert fit(data, EVEN, 0.01, without=("codes", "cosine"))[[CODES, COSINE]].tolist() == [0, 0]


def test_a_query_is_in_the_same_fold_whatever_else_there_is() -> None:
    few, many = folds(["lamp", "rope"]), folds(["rope", "lamp", *map(str, range(50))])
    assert few.items() <= many.items()
    assert set(many.values()) == set(range(FOLDS))


def test_the_weights_of_a_fold_never_saw_its_queries() -> None:
    queries = [f"q{at}" for at in range(25)]
    data = {query: example(query, CODES) for query in queries}
    fitted = cross_fitted(list(data.values()), EVEN, 0.05)
    for fold, weights in enumerate(fitted):
        others = [each for query, each in data.items() if folds([query])[key(query)] != fold]
        np.testing.assert_array_equal(weights, fit(others, EVEN, 0.05))
