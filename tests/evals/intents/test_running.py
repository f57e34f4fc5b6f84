"""A run that is broken off goes on where it was, and asks a model nothing twice."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.llm import Calibration, ModelNonsense, ModelUnavailable, Piece, Written
from evals.intents import training
from evals.intents.cases import BadCase, Case
from evals.intents.command import Catalogues, Run, measure
from evals.intents.linear import fitted
from evals.intents.running import Predictions, answers, remembering, sampled
from evals.intents.systems import Interrupted, Model, NoModel, Rules
from evals.intents.vocabularies import of_expectations, of_products, shop_currency
from shop.serialise import Json
from tests.scripted import ScriptedModel

DATA = Path(__file__).parents[4] / "shared" / "data"


def case(text: str, **expect: Json) -> Case:
    return Case(text, text, {"intent": "find_product", **expect}, "set")


def asking(*said: str | Exception) -> Model:
    return Model(ScriptedModel(list(said)), lambda _: None, {"set": "EUR"})


SAID = "oboe reeds by Corvello for 20 at most, strength 2.5, not black"
CALL = json.dumps(
    {
        "name": "find_product",
        "arguments": {
            "category": "oboe reed",
            "brand": "Corvello",
            "max_price": 20,
            "attributes": {"strength": "2.5"},
            "exclude": {"colour": "black"},
        },
    }
)


def test_without_a_catalogue_a_call_keeps_what_it_names() -> None:
    answer = asking(CALL).answer(case(SAID))
    given = answer.intent["constraints"]
    assert (given["category"], given["brand"]) == ("oboe reed", "Corvello")
    assert given["max_price"] == {"amount": 2000, "currency": "EUR"}
    assert given["attributes"] == {"strength": "2.5"}
    assert given["exclude"] == [{"field": "colour", "value": "black"}]


def test_a_catalogue_that_lacks_the_words_makes_them_words_to_search_for() -> None:
    small = of_expectations([case("x", constraints={"category": "kite"})], "EUR")
    answer = Model(ScriptedModel([CALL]), lambda _: small, {"set": "EUR"}).answer(case("oboe reeds"))
    assert answer.intent["constraints"].get("category") is None
    assert "oboe reed" in answer.intent["query"]


def test_nonsense_is_an_answer_that_is_wrong() -> None:
    for said in (ModelNonsense("no end"), "{}", "dear customer"):
        answer = asking(said).answer(case("x"))
        assert (answer.intent["intent"], answer.intent["confidence"]) == ("other", 0.0)
        assert answer.failed


def test_a_model_that_does_not_answer_ends_the_run() -> None:
    with pytest.raises(Interrupted, match="another run goes on"):
        asking(ModelUnavailable("gone")).answer(case("x"))


def test_what_a_model_wrote_is_asked_for_once(tmp_path: Path) -> None:
    path = tmp_path / "out" / "predictions.jsonl"
    cases = [case(SAID), case("b")]
    model = asking(CALL, ModelNonsense("no end"))
    first = answers("tuned", remembering("tuned", model, Predictions(path), "m1"), cases)
    again = answers("tuned", remembering("tuned", asking(), Predictions(path), "m1"), cases)
    assert [each.intent for each in again] == [each.intent for each in first]
    assert [bool(each.failed) for each in again] == [False, True]
    assert [each.took_ms for each in again] == [pytest.approx(each.took_ms, abs=0.1) for each in first]


def test_how_sure_a_model_was_is_kept_and_calibrated_anew(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    wrote = Written(CALL, [Piece('{"name": "find_', -0.5), Piece('product"', -0.5), Piece(CALL[23:], -9.0)])
    one = [case(SAID)]
    first = answers("tuned", remembering("tuned", asking(wrote), Predictions(path), "m1"), one)[0]
    again = answers("tuned", remembering("tuned", asking(), Predictions(path), "m1"), one)[0]
    assert first.intent["confidence"] == pytest.approx(math.exp(-1))
    assert again.intent["confidence"] == pytest.approx(math.exp(-1), abs=1e-4)
    surer = replace(asking(), calibration=Calibration(slope=1.0, offset=2.0))
    later = answers("tuned", remembering("tuned", surer, Predictions(path), "m1"), one)[0]
    assert later.intent["confidence"] > again.intent["confidence"]


def test_another_model_and_another_history_are_asked_anew(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    one = case("a")
    later = Case("a", "a", one.expect, "set", history=({"role": "user", "content": "hello"},))
    asked = ScriptedModel([CALL] * 3)
    model = Model(asked, lambda _: None, {"set": "EUR"})
    for digest, each in (("m1", one), ("m2", one), ("m1", later), ("m1", one), ("m2", one)):
        answers("tuned", remembering("tuned", model, Predictions(path), digest), [each])
    assert len(asked.asked) == 3


def test_several_at_once_keep_their_order_and_tell_no_time(tmp_path: Path) -> None:
    cases = [case(text) for text in "abcdefgh"]
    model = remembering("tuned", asking(*[CALL] * 8), Predictions(tmp_path / "p.jsonl"), "m1")
    found = answers("tuned", model, cases, parallel=4)
    assert len(found) == 8
    assert all(math.isnan(each.took_ms) for each in found)
    kept = Predictions(tmp_path / "p.jsonl")
    assert all(kept.known("m1", each) for each in cases)


def test_a_half_written_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    answers("tuned", remembering("tuned", asking(CALL), Predictions(path), "m1"), [case("a")])
    path.write_text(path.read_text() + '{"model": "m1", "case": "')
    assert Predictions(path).known("m1", case("a")) is not None


def test_a_sample_is_drawn_from_each_file_and_stays_the_same() -> None:
    cases = [Case(f"{group}{number}", "t", {}, group) for group in "ab" for number in range(9)]
    few = sampled(cases, 3, seed=7)
    assert [each.group for each in few] == ["a"] * 3 + ["b"] * 3
    assert few == sampled(cases, 3, seed=7)
    assert sampled(cases, 20, seed=7) == cases


def test_the_rules_read_with_a_shop_that_sells_what_the_cases_name() -> None:
    cases = [case("a blue kite", constraints={"category": "kite", "attributes": {"colour": "blue"}})]
    catalogues = Catalogues(cases, None)
    answer = Rules(catalogues.selling)(cases[0])
    assert answer.intent["constraints"]["category"] == "kite"
    assert catalogues.given(cases[0]) is None


def test_the_linear_row_names_an_intent_and_nothing_else() -> None:
    few = [(f"where is parcel {number}", "track_order") for number in range(9)]
    few += [(f"what is the moon made of {number}", "out_of_scope") for number in range(9)]
    linear = fitted(few, seed=7)
    inside, outside = linear(case("where is my parcel")), linear(case("what is the sun made of"))
    assert (inside.intent["intent"], outside.intent["intent"]) == ("track_order", "out_of_scope")
    assert inside.out_of_scope < outside.out_of_scope
    assert inside.intent["constraints"] == {}


def test_the_shops_currency_is_what_most_amounts_are_in() -> None:
    def priced(currency: str) -> Case:
        return case("x", constraints={"max_price": {"amount": 1, "currency": currency}})

    assert shop_currency([priced("EUR"), priced("USD"), priced("EUR")]) == "EUR"
    assert shop_currency([case("x")]) == "USD"


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the public catalogues are not at {DATA}")
def test_a_products_file_is_a_vocabulary() -> None:
    vocabulary = of_products(DATA / "catalogues" / "zava_diy.jsonl")
    assert "Hand Tools > Hammers" in vocabulary.categories
    assert vocabulary.currency == "USD"


def test_a_run_writes_figures_chart_and_worst(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = [
        {"id": "1", "text": "an orange glockenspiel under 30 dollars", "expect": {"intent": "find_product"}},
        {"id": "2", "text": "how many moons has saturn got", "expect": {"intent": "out_of_scope"}},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    figures = measure(Run([path], tmp_path / "out", seed=7, systems=("model_off",)))
    written = json.loads((tmp_path / "out" / "results.json").read_text())
    assert written["command"] == "intents"
    assert {row["set"] for row in written["rows"]} == {"set"}
    assert len(written["rows"]) == len(figures)
    assert (tmp_path / "out" / "intents.png").is_file()
    assert (tmp_path / "out" / "worst.md").is_file()


def test_a_model_that_is_not_here_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAIRWELL_LLM__EMBEDDED", "false")
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"text": "an orange glockenspiel", "expect": {"intent": "find_product"}}))
    figures = measure(Run([path], tmp_path / "out", seed=7, systems=("model_off", "tuned")))
    assert {row.system for row in figures} == {"model_off"}
    assert "tuned is left out" in capsys.readouterr().out
    with pytest.raises(NoModel, match="no system to measure"):
        measure(Run([path], tmp_path / "out", seed=7, systems=("tuned",)))


def test_without_the_training_data_nothing_is_left_out_and_nothing_is_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("finetune.dataset.build.DATA", tmp_path)
    training._examples.cache_clear()
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"text": "an orange glockenspiel", "expect": {"intent": "find_product"}}))
    figures = measure(Run([path], tmp_path / "out", seed=7, systems=("model_off", "linear")))
    training._examples.cache_clear()
    assert {row.system for row in figures} == {"model_off"}
    said = capsys.readouterr().out
    assert "what trained is not left out" in said
    assert "linear is left out" in said


def test_an_unknown_system_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"text": "an orange glockenspiel", "expect": {"intent": "find_product"}}))
    with pytest.raises(ValueError, match="'oracle' is no system"):
        measure(Run([path], tmp_path / "out", seed=7, systems=("oracle",)))


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the training data is built from {DATA}")
def test_a_set_of_training_examples_alone_measures_nothing(tmp_path: Path) -> None:
    from evals.intents.training import examples

    known = next(text for text, _ in examples() if "xx" not in text)
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"text": known.upper(), "expect": {"intent": "greet"}}))
    with pytest.raises(BadCase, match="every case is a training example"):
        measure(Run([path], tmp_path / "out", seed=7, systems=("model_off",)))
