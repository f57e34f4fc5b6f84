"""A tiny cross-encoder of random weights: run as its library runs it, and what it may change."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.cross_encoder import CrossEncoder, CrossEncoderUnavailable, Scores
from retrieval.search import SearchService
from retrieval.values import Query
from storage import Database
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import HashingEmbedder, product

TEXTS = [
    "Desk lamp. Acme. Lamps",
    "rope",
    "",
    "Notebook with lamp " * 60,
    *(f"lamp {n}" for n in range(20)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two layers of 16 numbers over a vocabulary of a few words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers import BertTokenizerFast as Tokenizer  # type: ignore[attr-defined]  # made when asked for

    made = tmp_path_factory.mktemp("cross") / "tiny"
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "desk",
        "lamp",
        "rope",
        "notebook",
        "with",
        "a",
        ".",
    ]
    made.mkdir()
    (made / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(7)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig.from_dict({"vocab_size": len(words), "num_labels": 1, **sizes})
    BertForSequenceClassification(config).save_pretrained(made)
    Tokenizer(str(made / "vocab.txt")).save_pretrained(made)
    return made


def test_it_says_what_its_library_says(folder: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder as Library

    library = Library(str(folder), device="cpu", max_length=128)
    theirs = library.predict([("desk lamp", text) for text in TEXTS])
    ours = CrossEncoder(str(folder), kept=tmp_path)
    np.testing.assert_allclose(ours.fits("desk lamp", TEXTS), theirs, atol=2e-3)
    again = CrossEncoder(str(folder), kept=tmp_path)
    np.testing.assert_allclose(again.fits("desk lamp", TEXTS), theirs, atol=2e-3)


def test_files_that_are_no_cross_encoder_are_said(tmp_path: Path) -> None:
    with pytest.raises(CrossEncoderUnavailable, match="no cross-encoder"):
        CrossEncoder(str(tmp_path)).fits("lamp", ["lamp"])


class Reads:
    """Thinks that one title fits, and no other does; or fails."""

    def __init__(self, fitting: str | None) -> None:
        self._fitting = fitting

    def fits(self, query: str, texts: Sequence[str]) -> Scores:
        if self._fitting is None:
            raise CrossEncoderUnavailable("gone")
        return np.array([0.9 if self._fitting in text else 0.1 for text in texts])


def search(database: Database, tmp_path: Path, reader: Reads | None) -> list[tuple[str, float]]:
    service = SearchService(database, tmp_path / "index", HashingEmbedder(), reader=reader)
    service.build()
    hits = service.search(Query("desk lamp")).hits
    service.close()
    return [(hit.product_id, hit.score) for hit in hits]


@pytest.fixture
def lamps(stock: Stock) -> None:
    stock(
        product("plain", "Desk Lamp"),
        product("green", "Green Desk Lamp for a table"),
        *(product(f"p{n}", f"Pan {n}") for n in range(30)),
    )


@pytest.mark.usefixtures("lamps")
def test_what_it_thinks_fits_comes_first(database: Database, tmp_path: Path) -> None:
    without = search(database, tmp_path, None)
    read = search(database, tmp_path, Reads("Green"))
    assert (without[0][0], read[0][0]) == ("plain", "green")
    scores = [score for _, score in read]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.usefixtures("lamps")
def test_one_that_fails_changes_nothing(database: Database, tmp_path: Path) -> None:
    assert search(database, tmp_path, Reads(None)) == search(database, tmp_path, None)
