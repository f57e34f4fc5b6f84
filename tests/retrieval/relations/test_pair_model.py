"""The pair model that ships, and one whose answers are obvious."""

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import MiniLmEmbedder
from retrieval.relations.pair_model import MOST_LIFT, Matrix, PairModel, PairModelUnusable, load_pair_model
from retrieval.relations.promises import Promises
from retrieval.vectors import DocumentVectors


def _saved(matrix: Matrix) -> bytes:
    file = BytesIO()
    np.save(file, matrix)
    return file.getvalue()


def folder(path: Path, *, content: bytes | None = None, digest: str | None = None) -> Path:
    weights = _saved(np.eye(2, dtype=np.float32)) if content is None else content
    (path / "model.npy").write_bytes(weights)
    run = {
        "sha256": digest or sha256(weights).hexdigest(),
        "embedder": "e",
        "embedder_name": "some model",
        "bias": 0.5,
        "calibration": {"intercept": 0.0, "slope": 1.0},
    }
    (path / "run.json").write_text(json.dumps(run))
    return path


def test_a_model_is_loaded_as_it_was_written(tmp_path: Path) -> None:
    model = load_pair_model("e", folder(tmp_path))
    assert (model.matrix == np.eye(2)).all()
    assert model.lift(0.0) == pytest.approx(np.exp(0.5))
    assert model.lift(99.0) == MOST_LIFT


def test_a_model_for_another_embedder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PairModelUnusable, match="takes vectors of some model"):
        load_pair_model("another", folder(tmp_path))


def test_weights_that_the_record_does_not_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PairModelUnusable, match="not the file"):
        load_pair_model("e", folder(tmp_path, digest="0" * 64))


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PairModelUnusable, match="damaged"):
        load_pair_model("e", folder(tmp_path, content=b"nonsense"))


def test_a_missing_model_says_how_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(PairModelUnusable, match="python -m finetune pairs"):
        load_pair_model("e", tmp_path)


def promises() -> Promises:
    """Products `a` and `b` point one way, `c` the other; the model wants them alike."""
    matrix = np.array([[1, 0], [0.8, 0.6], [-1, 0]], dtype=np.float32)
    model = PairModel(np.eye(2, dtype=np.float32), 0.0, 0.0, 1.0, "e")
    return Promises(model, DocumentVectors(("a", "b", "c"), ("1", "2", "3"), matrix))


def test_a_promise_is_the_same_from_both_sides() -> None:
    said = promises()
    assert said.lift("a", "b") == said.lift("b", "a") == pytest.approx(np.exp(0.8))
    assert said.lift("a", "c") == pytest.approx(np.exp(-1.0))


def test_what_is_not_indexed_promises_no_more_than_chance() -> None:
    assert promises().lift("a", "new") == 1.0
    assert promises().best("new", 5) == []


def test_the_best_are_those_that_promise_more_than_chance() -> None:
    assert promises().best("a", 5) == ["b"]


def test_what_ships_promises_more_for_what_is_used_together() -> None:
    embedder = MiniLmEmbedder()
    model = load_pair_model(embedder.digest)
    titles = ("Jam jar with lid", "Jam making set", "Garden thermometer")
    said = Promises(model, DocumentVectors(titles, titles, embedder.encode(titles)))
    assert said.lift("Jam jar with lid", "Jam making set") > 1.5
    assert said.lift("Jam jar with lid", "Garden thermometer") < said.lift(
        "Jam jar with lid", "Jam making set"
    )
