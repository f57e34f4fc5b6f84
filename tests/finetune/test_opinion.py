"""The second opinion is fitted to examples, and weighed by what it adds to the model's."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.understanding.call import Call
from assistant.understanding.opinion import load_opinion
from finetune.dataset.build import Example
from finetune.opinion import Both, fit_joint, fit_names, likeliest, write

TEXTS = {
    "track_order": (
        "where is my parcel",
        "has my order shipped",
        "track my parcel please",
        "where's my order",
    ),
    "greet": ("hello", "hi there", "good morning", "hey"),
    "find_product": ("a blue mug", "show me red mugs", "i need a kettle", "a kettle under 30"),
}


class Letters:
    """An embedder of its own: how often each of eight letters stands in a text."""

    name, digest, dimension = "letters", "letters", 8

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        counts = np.array([[text.count(letter) for letter in "aeioukmp"] for text in texts], np.float32)
        return np.asarray(
            counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-6), np.float32
        )


def learnt() -> list[Example]:
    return [
        Example(text, "", Call.model_validate({"name": name}), "test", "-", f"{name}-{place}")
        for name, texts in TEXTS.items()
        for place, text in enumerate(texts)
    ]


def both(right: str, name: str, probability: float, other: float, *, later: bool = False) -> Both:
    chances = {"find_product": other, "track_order": 1 - other}
    return Both(right, name, probability, chances, later)


def test_what_was_learnt_names_a_new_message_after_it_was_written_and_read(tmp_path: Path) -> None:
    fitted = fit_names(learnt(), Letters())
    joint = {"trust": 0.5, "trust_later": 0.1, "slope": 1.0, "offset": 0.0}
    run = {"adapter": "a", "embedder": "letters", "embedder_name": "letters", "names": fitted.names}
    write(tmp_path, fitted, {**run, "joint": joint})
    read = load_opinion(Letters(), "a", tmp_path)
    assert (read.trust, read.trust_later) == (0.5, 0.1)
    for text, name in (("where is the parcel of mine", "track_order"), ("a red kettle", "find_product")):
        chances = read.chances(text, "")
        assert chances is not None
        assert max(chances, key=lambda each: chances[each]) == name


def test_a_reader_that_is_right_where_the_model_is_not_is_trusted() -> None:
    helps = [both("find_product", "track_order", 0.6, 0.95) for _ in range(10)]
    hurts = [both("track_order", "track_order", 0.6, 0.95) for _ in range(10)]
    assert likeliest(helps) > likeliest(hurts) == 0.0


def test_it_is_weighed_apart_where_a_conversation_has_begun() -> None:
    begun = [both("find_product", "track_order", 0.6, 0.95) for _ in range(10)]
    later = [both("track_order", "track_order", 0.6, 0.95, later=True) for _ in range(10)]
    joint = fit_joint([*begun, *later])
    assert joint["trust"] > joint["trust_later"] == 0.0
    assert joint["right_by_model_alone"] == pytest.approx(0.5)
    assert joint["right_by_both"] == 1.0
