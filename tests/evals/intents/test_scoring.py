"""Figures on answers whose figures are known."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score  # type: ignore[import-untyped]  # no types

from evals.intents.cases import Case
from evals.intents.reporting import chart, of_set, write_worst
from evals.intents.scoring import (
    Columns,
    Scored,
    auroc,
    calibration_error,
    differences,
    macro_f1,
    rows,
    scored,
)
from evals.intents.systems import Answer, ranked
from evals.results import Row

INTENTS = ("greet", "cart", "review", "out_of_scope")


def result(expected: str, given_: str, confidence: float = 0.5, **more: Any) -> Scored:
    case = Case(f"{expected}-{given_}", "text", {"intent": expected, **more.pop("expect", {})}, "set")
    intent = {"intent": given_, "confidence": confidence, **more}
    return scored(case, Answer(intent, ranked(given_, confidence), 10.0))


def figures(results: list[Scored]) -> dict[str, Row]:
    return {row.metric: row for row in rows("model_off", results, seed=7)}


def everywhere(results: list[Scored], statistic: Any) -> float:
    return float(statistic(Columns(results))(np.arange(len(results))))


PAIRS = st.lists(st.tuples(st.sampled_from(INTENTS), st.sampled_from(INTENTS), st.floats(0, 1)), min_size=1)


@given(PAIRS)
def test_macro_f1_is_sklearns_over_what_is_expected(pairs: list[tuple[str, str, float]]) -> None:
    expected, named, _ = zip(*pairs, strict=True)
    ours = everywhere([result(*pair) for pair in pairs], macro_f1)
    labels = sorted(set(expected))
    assert ours == pytest.approx(f1_score(expected, named, labels=labels, average="macro", zero_division=0))


@given(PAIRS)
def test_auroc_is_sklearns(pairs: list[tuple[str, str, float]]) -> None:
    results = [result(*pair) for pair in pairs]
    outside = [each.case.expect["intent"] == "out_of_scope" for each in results]
    if len(set(outside)) == 2:
        known = roc_auc_score(outside, [each.answer.out_of_scope for each in results])
        assert everywhere(results, auroc) == pytest.approx(known)
    else:
        assert everywhere(results, auroc) == 0.5


def test_a_sure_answer_that_is_always_right_is_calibrated() -> None:
    assert everywhere([result("greet", "greet", 1.0)] * 4, calibration_error) == 0.0
    assert everywhere([result("greet", "cart", 1.0)] * 4, calibration_error) == 1.0


def test_half_right_at_half_sure_is_calibrated() -> None:
    results = [result("greet", "greet", 0.5), result("greet", "cart", 0.5)]
    assert everywhere(results, calibration_error) == 0.0


def test_a_measure_counts_the_cases_that_expect_something_of_it() -> None:
    some = [
        result("find_bundle", "find_bundle", expect={"slots": [{"query": "wig"}]}, slots=[{"query": "wigs"}]),
        result("find_bundle", "find_bundle", expect={"slots": [{"query": "wig"}]}),
        result("greet", "greet"),
    ]
    found = figures(some)
    assert (found["slots_exact"].value, found["slots_exact"].n) == (0.5, 2)
    assert (found["intent_accuracy"].value, found["intent_accuracy"].n) == (1.0, 3)
    assert "entities_exact" not in found
    assert "oos_auroc" not in found
    assert "no_answer" not in found


def test_which_measures_count_does_not_depend_on_the_answer_that_is_nearest() -> None:
    case = Case("c", "t", {"intent": "cart", "slots": [{"query": "a"}]}, "set", also=({"intent": "cart"},))
    each = scored(case, Answer({"intent": "cart", "confidence": 1.0}, 0.0, 1.0))
    assert each.verdicts["slots"] is True


def test_other_is_on_neither_side_of_the_out_of_scope_question() -> None:
    results = [result("out_of_scope", "out_of_scope", 0.9), result("other", "out_of_scope", 1.0)]
    assert "oos_auroc" not in figures(results)
    assert figures([*results, result("greet", "greet")])["oos_auroc"].value == 1.0


def test_a_paired_difference_is_of_the_cases_that_both_answered() -> None:
    ours = [result("greet", "greet"), result("cart", "cart"), result("review", "review")]
    theirs = [ours[1], replace(ours[0], verdicts={**ours[0].verdicts, "intent": False})]
    row = next(differences("tuned - model_off", ours, theirs, seed=7))
    assert (row.system, row.metric, row.value, row.n) == ("tuned - model_off", "intent_accuracy", 0.5, 2)


def test_the_worst_are_told_as_they_are(tmp_path: Path) -> None:
    good, bad = result("greet", "greet"), result("cart", "greet", 0.9)
    worse = result("cart", "review", expect={"references": [{"text": "it"}]})
    write_worst(tmp_path / "worst.md", "set.jsonl", "tuned", [good, bad, worse])
    text = (tmp_path / "worst.md").read_text()
    assert "2 of 3 answers of `tuned` have an error" in text
    assert text.index("cart-review") < text.index("cart-greet")
    assert "greet-greet" not in text
    assert f"- intent: `{json.dumps('cart')}`, not `{json.dumps('greet')}`" in text


def test_words_that_may_not_be_quoted_are_not(tmp_path: Path) -> None:
    bad = result("cart", "greet", 0.9)
    closed = replace(bad, case=replace(bad.case, text="someone's own words", quotable=False))
    write_worst(tmp_path / "worst.md", "set.jsonl", "tuned", [closed])
    text = (tmp_path / "worst.md").read_text()
    assert "someone's own words" not in text
    assert "cart-greet" in text


def test_a_chart_is_drawn_of_one_system_and_of_two(tmp_path: Path) -> None:
    for systems in (["model_off"], ["model_off", "linear"]):
        listed = [of_set(Row(system, "intent_accuracy", 0.5, 0.4, 0.6, 9), "set") for system in systems]
        chart(tmp_path / "chart.png", listed)
        assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
