"""A second reader names the function too; the likelier name by both is what the call is about."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters import SHIPPED, weights_digest
from assistant.intent import Intent
from assistant.llm import Calibration, ModelUnavailable, Piece, Written
from assistant.understanding import understand
from assistant.understanding.opinion import (
    FOLDER,
    RUN,
    VECTOR_STARTS,
    WEIGHTS,
    Opinion,
    OpinionUnusable,
    features,
    joint_chances,
    load_opinion,
)
from retrieval.embedding import EmbedderLoading, MiniLmEmbedder
from tests.scripted import ScriptedModel
from tests.shown import NOTHING
from tests.vocabularies import CAMPING, OCCASIONS

NAMES = ("find_bundle", "find_product", "order_status")


class Vectors:
    """An embedder whose vectors say nothing."""

    name, digest, dimension = "none", "none", 4

    def __init__(self, *, loaded: bool = True) -> None:
        self._loaded = loaded

    def encode(self, texts: object) -> np.ndarray:
        if not self._loaded:
            raise EmbedderLoading("not yet")
        return np.zeros((1, 4), np.float32)


def opinion(trust: float = 1.0, *, favours: str = "find_bundle", loaded: bool = True) -> Opinion:
    """One that always finds the same name likeliest."""
    bias = np.array([3.0 if name == favours else 0.0 for name in NAMES], np.float32)
    weights = np.zeros((VECTOR_STARTS + 4, len(NAMES)), np.float32)
    return Opinion(NAMES, weights, bias, trust, trust, Calibration(1.0, 0.0), Vectors(loaded=loaded))


def call(name: str, sure: float, **arguments: object) -> Written:
    text = json.dumps({"name": name, "arguments": arguments})
    start = text.index(name)
    pieces = [(text[:start], 1.0), (name, sure), (text[start + len(name) :], 1.0)]
    return Written(text, [Piece(piece, math.log(p)) for piece, p in pieces])


def read(model: ScriptedModel, beside: Opinion | None, text: str = "a tent and a stove") -> Intent:
    return understand(
        model,
        text,
        shown=NOTHING,
        vocabulary=CAMPING,
        occasions=OCCASIONS,
        currency="USD",
        opinion=beside,
    )


def test_where_both_find_another_name_likelier_the_model_is_asked_for_it() -> None:
    model = ScriptedModel(
        [call("find_product", 0.55, query="tent"), call("find_bundle", 1.0, slots=["tent", "stove"])]
    )
    found = read(model, opinion())
    assert found.name == "find_bundle"
    assert [slot.name for slot in found.slots] == ["tent", "stove"]
    again = model.asked[1].schema
    assert again is not None
    assert again["properties"]["name"] == {"enum": ["find_bundle"]}  # type: ignore[index,call-overload]


def test_a_model_that_is_sure_is_not_overruled() -> None:
    model = ScriptedModel([call("find_product", 0.999, query="tent")])
    assert read(model, opinion()).name == "find_product"
    assert len(model.asked) == 1


def test_where_the_second_call_fails_the_first_one_stands_and_is_doubted() -> None:
    model = ScriptedModel([call("find_product", 0.55, query="tent"), ModelUnavailable("gone")])
    found = read(model, opinion())
    assert found.name == "find_product"
    assert found.confidence < 0.5


def test_while_there_are_no_vectors_the_model_reads_alone() -> None:
    model = ScriptedModel([call("find_product", 0.55, query="tent")])
    assert read(model, opinion(loaded=False)).confidence == pytest.approx(0.55)


def test_it_says_nothing_of_another_language() -> None:
    assert opinion().chances("我想买一个帐篷", "") is None


def test_a_model_that_tells_no_probabilities_reads_alone() -> None:
    model = ScriptedModel(['{"name": "find_product", "arguments": {"query": "tent"}}'])
    assert read(model, opinion()).name == "find_product"


@given(
    st.sampled_from([*NAMES, "greet"]),
    st.floats(0, 1),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.floats(0, 3),
)
def test_joint_chances_are_chances(name: str, sure: float, values: list[float], trust: float) -> None:
    joint = joint_chances(name, sure, dict(zip(NAMES, values, strict=True)), trust)
    assert sum(joint.values()) == pytest.approx(1)
    assert all(0 <= value <= 1 for value in joint.values())


def test_without_trust_the_models_own_name_stands_where_it_is_likelier_than_all_others() -> None:
    joint = joint_chances("greet", 0.6, dict.fromkeys(NAMES, 1 / 3), 0.0)
    assert max(joint, key=lambda each: joint[each]) == "greet"
    assert joint["greet"] == pytest.approx(0.6)


def test_words_their_parts_and_the_kinds_of_lines_are_features() -> None:
    found = features("Add two mugs", "shown: 1 Mug $4.00")
    assert all(0 <= row < VECTOR_STARTS for row in found)
    assert found != features("Add two mugs", "")
    assert features("ADD TWO MUGS", "") == features("add two mugs", "")


def test_what_ships_stands_beside_the_adapter_that_ships() -> None:
    loaded = load_opinion(MiniLmEmbedder(), weights_digest(SHIPPED))
    chances = loaded.chances("where is my parcel", "")
    assert chances is not None
    assert max(chances, key=lambda name: chances[name]) == "track_order"


def test_a_changed_file_another_adapter_and_another_embedder_are_refused(tmp_path: Path) -> None:
    shipped = weights_digest(SHIPPED)
    for name in (WEIGHTS, RUN):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    with pytest.raises(OpinionUnusable, match="another adapter"):
        load_opinion(MiniLmEmbedder(), "other", tmp_path)
    with pytest.raises(OpinionUnusable, match="reads vectors of"):
        load_opinion(Vectors(), shipped, tmp_path)
    run = json.loads((tmp_path / RUN).read_text(encoding="utf-8"))
    (tmp_path / RUN).write_text(json.dumps({**run, "joint": {}}), encoding="utf-8")
    with pytest.raises(OpinionUnusable, match="not as this version writes it"):
        load_opinion(MiniLmEmbedder(), shipped, tmp_path)
    (tmp_path / WEIGHTS).write_bytes(b"changed")
    with pytest.raises(OpinionUnusable, match="fit it anew"):
        load_opinion(MiniLmEmbedder(), shipped, tmp_path)
    with pytest.raises(OpinionUnusable, match="python -m finetune opinion"):
        load_opinion(MiniLmEmbedder(), shipped, tmp_path / "nowhere")


def test_more_trust_is_more_weight() -> None:
    chances = {"find_bundle": 0.9, "find_product": 0.05, "order_status": 0.05}
    shy, bold = (joint_chances("find_product", 0.8, chances, trust) for trust in (0.2, 1.0))
    assert shy["find_bundle"] < bold["find_bundle"]
    assert replace(opinion(0.2)).joined("find_product", 0.8, chances, later=False).name == "find_product"


def test_in_a_conversation_that_has_shown_something_it_counts_as_much_as_was_fitted_there() -> None:
    beside = replace(opinion(2.0), trust_later=0.0)
    chances = {"find_bundle": 0.9, "find_product": 0.05, "order_status": 0.05}
    assert beside.joined("find_product", 0.6, chances, later=False).name == "find_bundle"
    assert beside.joined("find_product", 0.6, chances, later=True).name == "find_product"
