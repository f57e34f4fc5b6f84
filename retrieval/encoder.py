"""Runs a sentence-transformers model on the CPU, with OpenVINO (`retrieval.openvino_model`).

Texts go in batches of one length after another: 6 to 8 times the products a second of PyTorch in fp32, with
cosines of .9999 to its vectors (docs/decisions/0020).

Error: `ModelBroken`.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from retrieval.openvino_model import (
    Ids,
    ModelBroken,
    OpenVinoModel,
    padded,
    quiet_transformers,
    write_converted,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

BATCH = 16


class Encoder:
    """A model that is ready to run. Safe from any thread."""

    def __init__(self, model: OpenVinoModel) -> None:
        self._model = model
        self.dimension = model.width

    @classmethod
    def load(cls, folder: Path, kept: Path | None) -> "Encoder":
        """The model in `folder`; its conversion is kept in, or read from, `kept`."""
        return cls(OpenVinoModel.load(kept, partial(_convert, folder)))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension), each row of length 1. Raises `ModelBroken` where a run fails."""
        tokenizer = self._model.tokenizer
        if len(texts) == 1:
            # A batch is cut in parallel, which one text need not wait for.
            return self._model.run([padded([tokenizer.encode(texts[0]).ids])])[0]
        tokens = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(tokens), self.dimension), np.float32)
        batches = list(_batches(tokens))
        found = self._model.run([padded([tokens[row] for row in rows]) for rows in batches])
        for rows, each in zip(batches, found, strict=True):
            vectors[rows] = each
        return vectors


def _convert(folder: Path, into: Path) -> None:
    # Importing torch takes seconds: whoever has the conversion never pays for it.
    import torch

    model = _load(folder)

    class Sentences(torch.nn.Module):
        """Token numbers and their mask -> vectors of length 1."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            found = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return torch.nn.functional.normalize(found["sentence_embedding"], dim=-1)

    said = model.tokenizer(["a few words", "more words than those"], padding=True, return_tensors="pt")
    example = {name: said[name] for name in ("input_ids", "attention_mask")}
    write_converted(Sentences(), example, model.tokenizer, int(model.max_seq_length or 512), into)


def _load(folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    quiet_transformers()
    try:
        return SentenceTransformer(str(folder), device="cpu").eval()
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelBroken(f"{folder} cannot be loaded: {error}") from error


def _batches(tokens: Sequence[Sequence[int]]) -> Iterator[Ids]:
    """Rows of similar length, so that little is padded; the longest first."""
    order = np.argsort([-len(each) for each in tokens], kind="stable")
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]
