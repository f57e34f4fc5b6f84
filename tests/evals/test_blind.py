"""Verdicts are joined with the key, and nothing is scored that was not read."""

import json
from pathlib import Path

import pytest

from evals.blind import KEY, SHEET, VERDICTS, Unreadable, score


def read(folder: Path, *better: str) -> Path:
    """A folder with four pairs, of which the model wrote A, A, B, B, and these verdicts."""
    (folder / SHEET).write_text("")
    (folder / KEY).write_text(json.dumps({"model": {"1": "A", "2": "A", "3": "B", "4": "B"}}))
    lines = [json.dumps({"id": number, "better": each}) for number, each in enumerate(better, 1)]
    (folder / VERDICTS).write_text("\n".join(lines))
    return folder


def test_a_verdict_counts_for_whoever_wrote_the_better_text(tmp_path: Path) -> None:
    score(read(tmp_path, "A", "B", "B", "tie"), seed=7)
    rows = json.loads((tmp_path / "results.json").read_text())["rows"]
    found = {row["system"]: row["value"] for row in rows}
    assert found == {"tuned": 0.5, "template": 0.25, "tie": 0.25, "tuned - template": 0.25}


def test_a_pair_without_a_verdict_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no verdict on 4"):
        score(read(tmp_path, "A", "B", "B"), seed=7)


def test_a_verdict_that_the_rubric_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="A, B, tie"):
        score(read(tmp_path, "A", "B", "B", "both"), seed=7)
