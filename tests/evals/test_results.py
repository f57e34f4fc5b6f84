"""What measurements write: intervals on data whose answer is known, and one form of results for all."""

import json
from pathlib import Path

import numpy as np
import pytest

from evals.results import Row, interval, machine, write
from evals.speed_turn import conversations


def mean(values: np.ndarray) -> float:
    return float(values.mean())


def test_what_never_varies_has_no_interval() -> None:
    assert interval("pairwell", "total", [3.0] * 20, mean, seed=7) == Row(
        "pairwell", "total", 3.0, 3.0, 3.0, 20
    )


def test_the_interval_of_a_mean_is_about_two_standard_errors() -> None:
    draws = np.random.default_rng(1).normal(100, 10, size=400)
    row = interval("pairwell", "total", list(draws), mean, seed=7)
    assert row.low < row.value < row.high
    assert row.high - row.low == pytest.approx(2 * 1.96 * draws.std() / 20, rel=0.1)
    assert row.n == 400


def test_the_same_seed_gives_the_same_interval() -> None:
    observations = list(np.random.default_rng(1).normal(size=40))
    assert interval("a", "m", observations, mean, 3) == interval("a", "m", observations, mean, 3)
    assert interval("a", "m", observations, mean, 3) != interval("a", "m", observations, mean, 4)


def test_nothing_observed_is_no_figure() -> None:
    with pytest.raises(ValueError, match="no observations"):
        interval("a", "m", [], mean, 3)


def test_results_name_their_commit_machine_and_data(tmp_path: Path) -> None:
    data = tmp_path / "cases.txt"
    data.write_text("hello\n")
    write(tmp_path / "out", "speed turn", 7, [data], [Row("a", "m", 1.0, 0.5, 1.5, 3)])
    written = json.loads((tmp_path / "out" / "results.json").read_text())
    assert set(written) == {"command", "commit", "seed", "date", "machine", "data_sha256", "rows"}
    assert written["rows"] == [{"system": "a", "metric": "m", "value": 1.0, "low": 0.5, "high": 1.5, "n": 3}]
    assert written["data_sha256"] == {
        "cases.txt": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
    }
    assert written["machine"] == machine()


def test_the_scripted_conversations_are_conversations() -> None:
    said = conversations()
    assert len(said) > 3
    assert all(text.strip() == text and 0 < len(text) <= 4_000 for talk in said for text in talk)
    assert max(len(talk) for talk in said) > 1
