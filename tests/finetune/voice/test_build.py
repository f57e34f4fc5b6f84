"""The voice data: right texts, each held by its evidence, on one side of the split only."""

import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from assistant.grounding import check, known
from assistant.telling import TONES, telling_messages
from finetune.voice import build, carts, shopping
from finetune.voice.build import draw
from finetune.voice.checks import problems
from finetune.voice.samples import (
    WORDINGS_HELD_OUT,
    CannotDraw,
    Kind,
    Sample,
    ShopFacts,
    held_out,
    tokens,
)
from finetune.voice.slots import Values
from finetune.voice.wordings import paragraph, wordings
from tests.evidences import BAG, GAS, HARBOUR, KESTREL, STOVE

SHOP = ShopFacts("demo", "train", (KESTREL, HARBOUR, STOVE, GAS, BAG))
KINDS = {**shopping.KINDS, **carts.KINDS}
TEXTS = ("products", "bundles", "edited", "comparison", "answer", "nothing", "infeasible", "cart")


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """Some of each kind that this small shop has."""
    return [sample for name in KINDS for sample in drawn(name, 12)]


def drawn(name: str, most: int) -> Iterator[Sample]:
    chance = Random(name)
    for _ in range(most):
        try:
            yield KINDS[name].draw(chance, SHOP)
        except CannotDraw:
            continue


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_is_drawn_and_most_of_it_is_kept(name: str) -> None:
    found = list(drawn(name, 20))
    kept = [sample for sample in found if problems(sample) is None]
    assert len(kept) >= len(found) / 2 > 0


def test_a_sample_asks_as_serving_asks(samples: list[Sample]) -> None:
    for sample in samples:
        assert sample.evidence is not None
        assert list(sample.messages) in [telling_messages(sample.evidence, tone) for tone in TONES]


def test_a_false_answer_is_refused() -> None:
    sample = next(each for each in drawn("products", 20) if problems(each) is None)
    assert sample.evidence is not None
    assert "price" in str(problems(replace(sample, answer="The Kestrel 2 Trekking Tent costs $1.00.")))
    assert problems(replace(sample, answer="A half sentence")) == "no whole sentences"
    assert problems(replace(sample, answer=f"{sample.answer} " * 9)) == "long answer"


def test_what_is_written_holds() -> None:
    found = draw("train", [SHOP], Random(1), set(), {"products": Kind(KINDS["products"].draw, 15)})
    assert found.samples
    for sample in found.samples:
        row = json.loads(sample.line())
        assert row["messages"][-1]["role"] == "user"
        assert tokens(row["answer"]) <= 60
        assert sample.evidence is not None
        assert not check(sample.answer.split(". ")[0] + ".", known(sample.evidence))


@pytest.mark.parametrize("name", TEXTS)
def test_every_part_has_sentences_in_every_tone_on_the_training_side(name: str) -> None:
    for part, written in wordings(name).items():
        for tone in TONES:
            mine = [w for w in written if tone in w.tones and not held_out(w.text, WORDINGS_HELD_OUT)]
            assert mine, f"{name} [{part}] {tone}"


@pytest.mark.parametrize("name", TEXTS)
def test_no_sentence_is_written_twice(name: str) -> None:
    for written in wordings(name).values():
        texts = [each.text for each in written]
        assert len(texts) == len(set(texts))


def test_training_draws_no_sentence_that_is_held_out() -> None:
    values: Values = {"first": "Kestrel", "price": "$239.00", "count": "3", "wish": "a tent"}
    for seed in range(60):
        told = paragraph("products", "warm", SHOP, values, Random(seed))
        told.must("open")
        assert not held_out(told.used[0].text, WORDINGS_HELD_OUT)


def test_about_one_sentence_in_twelve_is_held_out() -> None:
    every = [each.text for name in TEXTS for written in wordings(name).values() for each in written]
    out = sum(held_out(text, WORDINGS_HELD_OUT) for text in every)
    assert len(every) / 18 < out < len(every) / 8


def test_nothing_is_told_twice() -> None:
    for sample in drawn("products", 30):
        sentences = sample.answer.split(". ")
        assert len(sentences) == len(set(sentences))
        assert sample.answer.count("of 5 by") <= 1


def test_the_shares_name_the_shops() -> None:
    assert set(build.SHARES) == {"things", "demo", "retail_demo_store", "zava_diy"}
    assert "icecat" not in str(build.SHARES)
