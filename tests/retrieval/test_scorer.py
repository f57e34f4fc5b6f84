"""What ships, scores that more of anything never lowers, and files that are refused."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.features import NAMES
from retrieval.scorer import FOLDER, POWERS, RUN, WEIGHTS, Scorer, ScorerBroken, load_scorer

SHARES = st.lists(st.floats(0, 1, width=32), min_size=len(NAMES), max_size=len(NAMES))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "scorer"))


def rows(*shares: list[float]) -> np.ndarray:
    return np.array(shares, np.float32)


def test_the_scorer_that_ships_is_read() -> None:
    scorer = load_scorer()
    assert scorer.digest == json.loads((FOLDER / RUN).read_text())["digest"]
    assert all(scorer.weights[NAMES.index(name)] > 0 for name in POWERS)


@given(SHARES)
def test_a_score_is_in_0_to_1(shares: list[float]) -> None:
    [score] = load_scorer().scores(rows(shares))
    assert 0 < score <= 1


@given(SHARES, st.integers(0, len(NAMES) - 1), st.floats(0, 1, width=32))
def test_more_of_anything_never_makes_a_product_worse(shares: list[float], at: int, more: float) -> None:
    better = [max(share, more) if place == at else share for place, share in enumerate(shares)]
    low, high = load_scorer().scores(rows(shares, better))
    assert high >= low


@given(SHARES)
def test_what_each_feature_leaves_multiplies_to_the_score(shares: list[float]) -> None:
    scorer = load_scorer()
    parts = scorer.parts(rows(shares)[0])
    assert np.prod(list(parts.values())) == pytest.approx(scorer.scores(rows(shares))[0])
    assert list(parts.values()) == sorted(parts.values())


def test_a_changed_file_is_refused(copy: Path) -> None:
    text = (copy / WEIGHTS).read_text()
    (copy / WEIGHTS).write_text(text.replace("1", "2", 1))
    with pytest.raises(ScorerBroken, match=r"not the one that its run\.json names.*finetune scorer"):
        load_scorer(copy)


@pytest.mark.parametrize("name", [WEIGHTS, RUN])
def test_a_missing_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ScorerBroken, match="cannot be read"):
        load_scorer(copy)


@pytest.mark.parametrize("garbage", [b"", b"\x00\xff", b"[]", b'{"weights": 3}'])
def test_garbage_is_refused(copy: Path, garbage: bytes) -> None:
    (copy / WEIGHTS).write_bytes(garbage)
    with pytest.raises(ScorerBroken, match=r"cannot be read|not the one"):
        load_scorer(copy)


def rewrite(folder: Path, **changed: object) -> None:
    """Another scorer with a digest that fits it."""
    from hashlib import sha256

    written = json.dumps(json.loads((folder / WEIGHTS).read_text()) | changed)
    (folder / WEIGHTS).write_text(written)
    (folder / RUN).write_text(json.dumps({"digest": sha256(written.encode()).hexdigest()}))


def test_a_scorer_of_other_features_is_refused(copy: Path) -> None:
    rewrite(copy, features=["something", "else"])
    with pytest.raises(ScorerBroken, match="made for other features"):
        load_scorer(copy)


@pytest.mark.parametrize(
    "weights", [{}, {"cosine": -1.0}, {"cosine": float("nan")}, {"cosine": "much"}, {"charm": 1.0}]
)
def test_weights_that_are_none_are_refused(copy: Path, weights: dict[str, object]) -> None:
    rewrite(copy, weights=weights)
    with pytest.raises(ScorerBroken):
        load_scorer(copy)


def test_features_that_are_not_named_weigh_nothing() -> None:
    plain = Scorer.of({"fused": 1, "cosine": 1, "all_fields": 1})
    one, other = np.ones(len(NAMES)), np.ones(len(NAMES))
    other[NAMES.index("codes")] = 0
    assert plain.scores(rows(one.tolist()))[0] == plain.scores(rows(other.tolist()))[0] == 1.0
