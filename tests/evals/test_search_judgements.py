"""Judgements as they are read, and measures on rankings whose worth is known."""

import json
from pathlib import Path

import numpy as np
import pytest

from evals.search import compare
from evals.search_judgements import (
    NDCG,
    BadJudgements,
    per_query,
    read_judgements,
    with_anything_relevant,
    with_several_grades,
)

GRADES = {"lamp": {"a": 3, "b": 1, "c": 0}, "rope": {"a": 0, "d": 0}, "bag": {"e": 2, "f": 2}}


def test_judgements_are_read_by_query(tmp_path: Path) -> None:
    rows = [{"query": q, "product_id": p, "grade": g} for q, all_ in GRADES.items() for p, g in all_.items()]
    file = tmp_path / "judgements.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    assert read_judgements(file) == GRADES


@pytest.mark.parametrize("line", ['{"query": "x"}', "no json", '{"query":"x","product_id":"1","grade":9}'])
def test_a_line_that_is_no_judgement_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "judgements.jsonl"
    file.write_text(f'{{"query":"x","product_id":"1","grade":1}}\n{line}\n')
    with pytest.raises(BadJudgements, match=":2:"):
        read_judgements(file)


def test_queries_that_cannot_tell_systems_apart_are_left_out() -> None:
    assert with_anything_relevant(GRADES) == ["lamp", "bag"]
    assert with_several_grades(GRADES) == ["lamp"]


def test_ndcg_has_the_gain_two_to_the_grade_less_one() -> None:
    run = {"lamp": ["b", "x", "a"], "bag": ["e", "f"]}
    first, second = per_query(NDCG, GRADES, run, ["lamp", "bag"])
    ideal = 7 + 1 / np.log2(3)
    assert first == pytest.approx((1 + 7 / np.log2(4)) / ideal)
    assert second == pytest.approx(1.0)


def test_a_query_that_finds_nothing_scores_nothing() -> None:
    assert per_query(NDCG, GRADES, {"lamp": []}, ["lamp"]) == [0.0]


class Listed:
    """Always the same list."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids

    def rank(self, query: str, among: object = None) -> list[str]:
        return [each for each in self.ids if among is None or each in among]  # type: ignore[operator]  # a test's


def test_differences_are_paired_with_the_reference() -> None:
    systems = {"rrf": Listed("c", "b", "a", "e"), "better": Listed("a", "b", "c", "e", "f")}
    rows = {(row.system, row.metric): row for row in compare(systems, GRADES, seed=7)}
    better, reference = rows["better", "ndcg@10_full"], rows["rrf", "ndcg@10_full"]
    assert better.value > reference.value
    assert rows["better", "delta_rrf_full"].value == pytest.approx(better.value - reference.value)
    assert rows["better", "delta_rrf_full"].n == 2
    assert ("rrf", "delta_rrf_full") not in rows
    assert rows["rrf", "unjudged@10"].value == pytest.approx((1 / 4 + 3 / 4) / 2)
