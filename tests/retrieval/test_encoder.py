"""The converted model against the library that it comes from, and a conversion that is kept."""

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from retrieval.embedding import MiniLmEmbedder, wheel_folder
from retrieval.encoder import Encoder
from retrieval.openvino_model import MODEL, ModelBroken

TEXTS = [
    "a tent",
    "Stove with a piezo igniter, 3,500 W, for EN417 canisters. " * 3,
    "",
    "Ünïcode — 露营 帐篷",
    "word " * 400,
    *(f"lamp {number} " * number for number in range(1, 40)),
]


def test_vectors_are_those_of_sentence_transformers(minilm: MiniLmEmbedder) -> None:
    theirs = SentenceTransformer(str(wheel_folder()), device="cpu").encode(TEXTS, normalize_embeddings=True)
    cosines = (minilm.encode(TEXTS) * theirs).sum(axis=1)
    # bf16, where the processor has it, costs the fourth digit.
    assert cosines.min() > 0.999


def test_a_kept_conversion_that_is_broken_is_made_anew(minilm: MiniLmEmbedder, encoders: Path) -> None:
    kept = encoders / minilm.digest
    expected = minilm.encode(TEXTS[:3])
    (kept / MODEL).write_text("<net")
    np.testing.assert_allclose(Encoder.load(wheel_folder(), kept).encode(TEXTS[:3]), expected, atol=1e-5)
    assert (kept / MODEL).stat().st_size > 1000


def test_files_that_are_no_model_are_said(tmp_path: Path) -> None:
    with pytest.raises(ModelBroken, match="cannot be loaded"):
        Encoder.load(tmp_path, None)
