"""Case files of every form, and what is told about a line that cannot be used."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.understanding.call import FUNCTIONS
from evals.intents.cases import BadCase, Case, read_cases
from evals.intents.dialogues import mapped, rules
from evals.intents.histories import earlier_constraints, shown

CASES = Path(__file__).parents[3] / "evals" / "cases"
DATA = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public data is not at {DATA}")


def written(folder: Path, *rows: Any) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def read(folder: Path, *rows: Any) -> list[Case]:
    return read_cases(written(folder, *rows))


def after(reply: dict[str, Any]) -> dict[str, Any]:
    history = [{"role": "assistant", "content": "", "reply": reply}]
    return {"text": "that one", "history": history, "expect": {"intent": "cart"}}


@pytest.mark.parametrize(("name", "count"), [("intents_shopping", 600), ("intents_service", 300)])
def test_our_own_cases_are_whole(name: str, count: int) -> None:
    cases = read_cases(CASES / f"{name}.jsonl")
    assert len({case.id for case in cases}) == count
    assert len({case.digest for case in cases}) == count
    assert {case.expect["intent"] for case in cases} <= set(FUNCTIONS)


def test_the_histories_of_our_own_cases_show_what_they_point_at() -> None:
    for case in read_cases(CASES / "intents_shopping.jsonl"):
        before = shown(case)
        cards = [*before.products, *(item.product for view in before.bundles for item in view.items)]
        there = {card.product_id for card in cards} | {view.id for view in before.bundles}
        for reference in case.expect.get("references", ()):
            pointed = reference.get("product_id") or reference.get("bundle_id")
            assert pointed is None or pointed in there, case.id


def test_every_service_intent_has_cases() -> None:
    counts = Counter(case.expect["intent"] for case in read_cases(CASES / "intents_service.jsonl"))
    assert len(counts) == 27
    assert min(counts.values()) >= 11


def test_a_bitext_row_is_a_case(tmp_path: Path) -> None:
    row = {
        "utterance": "where is 77?",
        "intent": "track_order",
        "entity_type": "order_id",
        "entity_value": "77",
    }
    case = read(tmp_path, row)[0]
    assert case.expect == {"intent": "track_order", "entities": {"order_id": "77"}}


def test_a_bitext_row_without_an_entity_expects_none(tmp_path: Path) -> None:
    row = {"utterance": "any news?", "intent": "track_order", "entity_type": "", "entity_value": ""}
    assert read(tmp_path, row)[0].expect["entities"] == {}


def test_an_utterance_alone_is_out_of_scope(tmp_path: Path) -> None:
    assert read(tmp_path, {"utterance": "is it raining"})[0].expect == {"intent": "out_of_scope"}


def test_a_request_expects_its_golds_bounds_and_count(tmp_path: Path) -> None:
    one = {"query": "soap above 8 pesos", "reward": {"price": [{"greater than": [8, None]}]}}
    several = {"query": "soap and rope", "reward": [{}, {}], "voucher": {"budget": 70}}
    single, bundle = read(tmp_path, one, several)
    assert single.expect == {
        "intent": "find_product",
        "constraints": {"min_price": {"amount": 800, "currency": "PHP"}},
    }
    assert bundle.expect["constraints"] == {"budget": {"amount": 7000, "currency": "PHP"}}
    assert bundle.expect["slots"] == [{}, {}]
    assert single.partial
    assert bundle.partial


def test_a_dialogue_is_its_clients_turns_with_what_was_asked(tmp_path: Path) -> None:
    turns = [
        ("Client", "I want a kite", "recommendation", ["disclose"]),
        ("Wizard", "What size?", "recommendation", ["elicit"]),
        ("Client", "a small one", "recommendation", ["answer"]),
        ("Client", "hm", "meta", ["other"]),
        ("Client", "bye!", "meta", ["greeting"]),
    ]
    row = {
        "id": "d",
        "utterances": [
            {
                "utterance_id": number,
                "participant": who,
                "utterance": text,
                "goal": goal,
                "intents": [[label, 3.0] for label in labels],
            }
            for number, (who, text, goal, labels) in enumerate(turns)
        ],
    }
    first, second, third = read(tmp_path, row)
    assert (first.text, first.history) == ("I want a kite", ())
    before = shown(second)
    assert before.question is not None
    assert (before.question.text, before.query) == ("What size?", "I want a kite")
    assert third.alternatives == ({"intent": "greet"},)


def test_the_dialogue_mapping_names_intents_and_labels_that_exist() -> None:
    labels = {"greeting", "disclose", "clarify", "elicit", "explain", "recommend", "o_question"}
    labels |= {"nf", "pf", "answer", "interaction", "other"}
    for rule in rules():
        assert set(rule.intents) <= set(FUNCTIONS)
        assert rule.any | rule.none <= labels
        assert not rule.any & rule.none
    assert mapped("meta", frozenset({"other"})) == ()


@needs_data
@pytest.mark.parametrize("name", ["dialogues", "product", "shop", "voucher"])
def test_the_public_sets_are_read(name: str) -> None:
    cases = read_cases(DATA / "shopping" / f"{name}.jsonl")
    assert len(cases) > 100
    assert len({case.id for case in cases}) == len(cases)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "line 1: no JSON"),
        ("[1]", "must be an object"),
        ({"text": "hi"}, "no known form"),
        ({"text": " ", "expect": {"intent": "greet"}}, "text must be a message"),
        ({"text": "hi", "expect": {"intent": "dance"}}, "'dance' is no intent"),
        ({"text": "hi", "expect": {"intent": "greet", "mood": 1}}, "unknown field 'mood'"),
        ({"text": "hi", "expect": {"intent": "greet", "slots": {}}}, "expect.slots must be a list"),
        ({"text": "hi", "history": "x", "expect": {"intent": "greet"}}, "history must be a list"),
        ({"text": "hi", "catalogue": "no.jsonl", "expect": {"intent": "greet"}}, "there is no catalogue"),
        ({"utterance": 5}, "utterance must be a message"),
        ("", "holds no case"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, row: Any, says: str) -> None:
    with pytest.raises(BadCase, match=says):
        read(tmp_path, row)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCase, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")


def test_a_reply_of_others_needs_only_what_it_shows(tmp_path: Path) -> None:
    reply = {"products": [{"product_id": "k1", "title": "Kite", "price": {"amount": 900, "currency": "EUR"}}]}
    history = [{"role": "user", "content": "kites"}, {"role": "assistant", "content": "", "reply": reply}]
    case = read(tmp_path, {"text": "the first", "history": history, "expect": {"intent": "cart"}})[0]
    before = shown(case)
    assert [card.title for card in before.products] == ["Kite"]
    assert before.query == "kites"
    assert earlier_constraints(case) == [{}]


def test_a_bundle_of_others_needs_only_its_parts(tmp_path: Path) -> None:
    product = {"product_id": "k1", "title": "Kite", "price": {"amount": 900, "currency": "EUR"}}
    reply = {"bundles": [{"id": "b", "items": [{"slot": "kite", "product": product}]}]}
    case = read(tmp_path, after(reply))[0]
    view = shown(case).bundles[0]
    assert (view.id, view.items[0].slot, view.items[0].quantity) == ("b", "kite", 1)


def test_a_reply_that_cannot_be_read_names_the_case(tmp_path: Path) -> None:
    reply = {"products": [{"title": "Kite"}]}
    case = read(tmp_path, {"id": "c7", **after(reply)})[0]
    with pytest.raises(BadCase, match="case c7"):
        shown(case)
