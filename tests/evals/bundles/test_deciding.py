"""Which groups of a session are looked at, and which are named."""

import numpy as np
import pytest

from evals.bundles.deciding import Counts, decide
from evals.bundles.sessions import Session, parse
from evals.bundles.subsets import ALL_OF, candidates, jaccards, rows_of, set_features
from tests.evals.bundles.test_generation import ROW, group

TWO_CLUSTERS = np.array(
    [
        [1.0, 0.9, 0.9, 0.1, 0.1],
        [0.9, 1.0, 0.8, 0.1, 0.1],
        [0.9, 0.8, 1.0, 0.1, 0.1],
        [0.1, 0.1, 0.1, 1.0, 0.9],
        [0.1, 0.1, 0.1, 0.9, 1.0],
    ]
)
FEW = np.array([0.1, 0.8, 0.1])


def test_all_groups_of_a_small_session_are_looked_at_each_once() -> None:
    members = candidates(TWO_CLUSTERS)
    assert members.shape == (2**5 - 5 - 1, 5)
    assert len(np.unique(members, axis=0)) == len(members)


def test_a_large_session_is_looked_at_in_reasonable_time_and_its_clusters_are_among_the_groups() -> None:
    size = 3 * ALL_OF
    likelihood = np.full((size, size), 0.1)
    likelihood[:12, :12] = 0.9
    members = candidates(likelihood)
    assert len(members) < 64 * size
    assert rows_of([frozenset(range(12))], size)[0].tolist() in members.tolist()


def test_jaccards_are_shared_over_all() -> None:
    one = rows_of([group(0, 1), group(2, 3, 4)], 5)
    assert jaccards(one, one).tolist() == [[1, 0], [0, 1]]
    assert jaccards(one, rows_of([group(1, 2)], 5))[:, 0].tolist() == pytest.approx([1 / 3, 1 / 4])


def test_what_a_group_says_of_itself_are_finite_numbers_even_where_it_is_the_whole_session() -> None:
    members = candidates(TWO_CLUSTERS[:2, :2])
    assert np.isfinite(set_features(members, [TWO_CLUSTERS[:2, :2]] * 3)).all()
    assert np.isfinite(set_features(candidates(TWO_CLUSTERS), [TWO_CLUSTERS] * 3)).all()


def test_likely_groups_are_named_and_no_third_one() -> None:
    members = candidates(TWO_CLUSTERS)
    likelihood = np.full(len(members), 1e-4)
    for true in (group(0, 1, 2), group(3, 4)):
        likelihood[members.tolist().index(rows_of([true], 5)[0].tolist())] = 0.9
    named = decide(members, likelihood, FEW, np.random.default_rng(1))
    assert set(named) == {group(0, 1, 2), group(3, 4)}


def test_where_nothing_is_clear_something_is_named_all_the_same() -> None:
    members = candidates(TWO_CLUSTERS)
    assert decide(members, np.full(len(members), 0.01), FEW, np.random.default_rng(1))


def test_a_session_of_a_size_that_nobody_has_seen_has_counts_too() -> None:
    session: Session = parse(ROW)
    counts = Counts.of([session])
    assert counts.likely(40).sum() == pytest.approx(1)
    assert counts.likely(5).argmax() == 1
