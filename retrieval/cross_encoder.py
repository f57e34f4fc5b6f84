"""A cross-encoder reads a query and a product's text together and says how well they fit: optional, by name.

It is any sequence-classification model of one number, from a folder or the hub, run with OpenVINO. It only
looks at the best `LOOKED_AT` of what the scorer found, since it takes a run of the model for each. Its say is
bounded: a product's score is the geometric mean of the scorer's and of its own, so neither can raise alone
what the other thinks little of.

Error: `CrossEncoderUnavailable` where the model's files are missing or broken, or a run fails.
"""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from retrieval.embedding import EmbedderUnavailable, model_folder
from retrieval.openvino_model import (
    Ids,
    ModelBroken,
    OpenVinoModel,
    padded,
    quiet_transformers,
    write_converted,
)

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder as TorchCrossEncoder
    from tokenizers import Encoding

Scores = npt.NDArray[np.float64]

#: Of the best, what it reads; in batches of one length after another.
LOOKED_AT = 20
BATCH = 10

#: Tokens of a query and a text together.
LONGEST = 128


class CrossEncoderUnavailable(Exception):
    """The cross-encoder cannot be loaded or run; the message says why."""


class Reader(Protocol):
    """Reads a query and texts together."""

    def fits(self, query: str, texts: Sequence[str]) -> Scores:
        """How well each text fits the query, 0 to 1. Safe from any thread."""
        ...


class CrossEncoder:
    """A model by name or path, loaded at its first use."""

    def __init__(self, name: str, *, kept: Path | None = None) -> None:
        """`kept`: a folder in which the converted model stays between starts."""
        self._name = name
        self._kept = kept
        self._model: OpenVinoModel | None = None
        self._loading = Lock()

    def fits(self, query: str, texts: Sequence[str]) -> Scores:
        """Raises `CrossEncoderUnavailable`."""
        model = self._loaded()
        pairs = model.tokenizer.encode_batch([(query, text) for text in texts])
        order = np.argsort([-len(pair.ids) for pair in pairs], kind="stable")
        rows = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        try:
            found = model.run([_inputs([pairs[row] for row in part]) for part in rows])
        except ModelBroken as error:
            raise CrossEncoderUnavailable(f"the cross-encoder {self._name} failed: {error}") from error
        fits = np.empty(len(texts), np.float64)
        for part, each in zip(rows, found, strict=True):
            fits[part] = 1 / (1 + np.exp(-each[:, 0].astype(np.float64)))
        return fits

    def _loaded(self) -> OpenVinoModel:
        with self._loading:
            if self._model is None:
                try:
                    folder = model_folder(self._name)
                    kept = None if self._kept is None else self._kept / f"cross-{_digest(folder)}"
                    self._model = OpenVinoModel.load(kept, partial(_convert, folder))
                except (ModelBroken, EmbedderUnavailable) as error:
                    raise CrossEncoderUnavailable(f"no cross-encoder {self._name!r}: {error}") from error
            return self._model


def _digest(folder: Path) -> str:
    weights = b"".join(file.read_bytes() for file in sorted(folder.glob("*.safetensors")))
    return sha256(weights).hexdigest()[:32]


def _inputs(pairs: "Sequence[Encoding]") -> list[Ids]:
    """Token numbers, their mask, and which of the two texts each is of."""
    ids, mask = padded([pair.ids for pair in pairs])
    return [ids, mask, padded([pair.type_ids for pair in pairs])[0]]


def _convert(folder: Path, into: Path) -> None:
    # Importing torch takes seconds: whoever has the conversion never pays for it.
    import torch

    read = _load(folder)

    class Pairs(torch.nn.Module):
        """Token numbers, mask and types -> one number, before any sigmoid."""

        def __init__(self) -> None:
            super().__init__()
            self.model: Any = read.model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
            found = self.model(input_ids=ids, attention_mask=mask, token_type_ids=types)
            logits: torch.Tensor = found.logits
            return logits

    pairs = [("a few", "words"), ("more words", "than those")]
    tokenizer: Any = read.tokenizer
    said = tokenizer(pairs, padding=True, return_tensors="pt")
    example = {name: said[name] for name in ("input_ids", "attention_mask", "token_type_ids")}
    write_converted(Pairs(), example, tokenizer, LONGEST, into)


def _load(folder: Path) -> "TorchCrossEncoder":
    from sentence_transformers import CrossEncoder as TorchCrossEncoder

    quiet_transformers()
    try:
        model: TorchCrossEncoder = TorchCrossEncoder(str(folder), device="cpu")
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelBroken(f"{folder} cannot be loaded: {error}") from error
    if model.num_labels != 1:
        raise ModelBroken(f"{folder} gives {model.num_labels} numbers for a pair, not one")
    return model
