"""How groups are marked, read and baselined, on sessions whose right answer is obvious."""

import json
from pathlib import Path

import numpy as np
import pytest

from evals.bundles.baselines import best_threshold, components, every_pair, top_pair, whole
from evals.bundles.features import between, pair_features
from evals.bundles.grouping import bundled, linked
from evals.bundles.measure import split
from evals.bundles.metrics import mark, rows
from evals.bundles.sessions import BadSessions, Session, parse, read
from evals.many import repeated

ROW = {
    "domain": "garden",
    "session": 4,
    "split": "train",
    "items": [{"asin": key, "title": f"{key} &amp; co"} for key in "abcde"],
    "bundles": [
        {"intent": "x", "asins": ["a", "b"]},
        {"intent": "y", "asins": ["b", "a"]},
        {"intent": "z", "asins": ["c"]},
        {"intent": "w", "asins": ["c", "d", "e"]},
    ],
}


def group(*places: int) -> frozenset[int]:
    return frozenset(places)


@pytest.fixture
def session() -> Session:
    return parse(ROW)


def test_singletons_and_doubles_are_dropped_and_titles_unescaped(session: Session) -> None:
    assert session.bundles == (group(0, 1), group(2, 3, 4))
    assert session.titles[0] == "a & co"


def test_a_line_that_is_no_session_is_named(tmp_path: Path) -> None:
    file = tmp_path / "s.jsonl"
    file.write_text(json.dumps(ROW) + "\n" + '{"domain": "x"}\n')
    with pytest.raises(BadSessions, match="line 2"):
        read([file])


def test_the_truth_itself_has_full_marks(session: Session) -> None:
    marks = mark(session.bundles, session.bundles)
    assert (marks.matched_f1, marks.precision, marks.recall, marks.exact) == (1, 1, 1, 1)
    assert marks.jaccards == marks.covered == (1, 1)


def test_no_prediction_is_nothing(session: Session) -> None:
    marks = mark([group(1)], session.bundles)
    assert (marks.matched_f1, marks.precision, marks.exact, marks.predictions) == (0, 0, 0, 0)
    assert marks.jaccards == (0, 0)


def test_one_prediction_matches_one_bundle_at_most(session: Session) -> None:
    marks = mark(whole(session), session.bundles)
    assert marks.matched_f1 == pytest.approx(2 * 0.6 / 3)
    assert marks.jaccards == pytest.approx((0.4, 0.6))
    assert marks.precision == 0


def test_a_pair_of_a_bundle_is_precise_and_covers_part(session: Session) -> None:
    marks = mark([group(2, 3), group(0, 4)], session.bundles)
    assert marks.precision == 0.5
    assert marks.covered == pytest.approx((2 / 3,))
    assert marks.recall == 0.5


def test_best_jaccard_is_a_mean_over_bundles_with_intervals_over_sessions(session: Session) -> None:
    marks = [mark([group(0, 1)], session.bundles), mark(session.bundles[:1], session.bundles[:1])]
    found = {row.metric: row for row in rows("x", "garden", marks, seed=1)}
    assert found["best_jaccard"].value == pytest.approx(2 / 3)
    assert found["best_jaccard"].n == 2
    assert found["matched_f1"].value == pytest.approx((2 / 3 + 1) / 2)
    assert found["matched_f1"].domain == "garden"


ALIKE = np.array([[1, 0.9, 0.1, 0], [0.9, 1, 0.2, 0], [0.1, 0.2, 1, 0.5], [0, 0, 0.5, 1]])


def test_groups_are_what_hangs_together() -> None:
    assert set(components(ALIKE, 0.4)) == set(linked(ALIKE, 0.4)) == {group(0, 1), group(2, 3)}
    assert components(ALIKE, 0.15) == [group(0, 1, 2, 3)]
    assert linked(ALIKE, 0.95) == []
    assert linked(np.ones((1, 1)), 0.5) == []
    assert top_pair(ALIKE) == [group(0, 1)]


def test_every_pair_is_every_pair(session: Session) -> None:
    assert len(every_pair(session)) == 10


def test_the_threshold_is_the_one_that_marks_best(session: Session) -> None:
    alike = np.full((5, 5), 0.1)
    alike[:2, :2] = alike[2:, 2:] = 0.6
    threshold = best_threshold(components, [alike], [session])
    assert 0.1 < threshold <= 0.6


def test_features_are_symmetric_and_finite_also_in_the_smallest_session() -> None:
    for size in (2, 5):
        square = np.random.default_rng(size).random((size, size))
        square = (square + square.T) / 2
        features = pair_features({"meaning": square, "brand": np.eye(size)}).matrix
        assert features[0, 1] == pytest.approx(features[1, 0])
        assert np.isfinite(between(features)).all()


def test_pairs_of_a_bundle_are_labelled(session: Session) -> None:
    assert bundled(session).sum() == 1 + 3


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    train.write_text("".join(json.dumps({**ROW, "split": part}) + "\n" for part in ("train", "valid")))
    test.write_text("".join(json.dumps({**ROW, "split": part}) + "\n" for part in ("train", "test")))
    return train, test


def test_a_file_to_test_is_test_whole_and_valid_tunes(files: tuple[Path, Path]) -> None:
    parts = split(files[:1], files[1:])
    assert [len(each) for each in (parts.train, parts.tune, parts.test)] == [1, 1, 2]


def test_without_a_file_to_test_valid_is_the_test(files: tuple[Path, Path]) -> None:
    parts = split(files[:1], ())
    assert [len(each) for each in (parts.train, parts.tune, parts.test)] == [1, 0, 1]


def test_a_file_does_not_train_and_test(files: tuple[Path, Path]) -> None:
    with pytest.raises(ValueError, match="trains or tests"):
        split(files, files[1:])


def test_an_option_takes_several_files() -> None:
    said = ["--train", "a", "b", "--out", "o", "--test", "c", "d"]
    assert list(repeated(said, {"--train", "--test"})) == [
        *("--train", "a", "--train", "b"),
        *("--out", "o"),
        *("--test", "c", "--test", "d"),
    ]
