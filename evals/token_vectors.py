"""MiniLM's vectors of single tokens, and how well the tokens of two texts match (MaxSim, Khattab and Zaharia:
"ColBERT", SIGIR 2020). Not part of the shop's search: it is here to be measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.embedding import wheel_folder
from retrieval.openvino_model import OpenVinoModel, padded, quiet_transformers, write_converted

BATCH = 16
LONGEST = 96


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A model that gives a vector of length 1 for each token. Texts that were seen are kept."""

    model: OpenVinoModel
    seen: dict[str, npt.NDArray[np.float16]]

    @classmethod
    def load(cls, keep: Path) -> "TokenVectors":
        return cls(OpenVinoModel.load(keep / "encoders" / "tokens", _convert), {})

    def maxsim(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """For each text the mean over the query's tokens of their best cosine to one of its."""
        self._encode([query, *texts])
        asked = self.seen[query].astype(np.float32)
        return np.array(
            [float((asked @ self.seen[text].astype(np.float32).T).max(axis=1).mean()) for text in texts]
        )

    def _encode(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self.seen]
        tokens = [encoding.ids for encoding in self.model.tokenizer.encode_batch(new)]
        order = np.argsort([-len(each) for each in tokens], kind="stable")
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        found = self.model.run([padded([tokens[row] for row in rows]) for rows in batches]) if new else []
        for rows, each in zip(batches, found, strict=True):
            for at, row in enumerate(rows.tolist()):
                # Without the marks at both ends.
                self.seen[new[row]] = each[at, 1 : len(tokens[row]) - 1].astype(np.float16)


def _convert(into: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    quiet_transformers()
    model = SentenceTransformer(str(wheel_folder()), device="cpu")

    class Tokens(torch.nn.Module):
        """Token numbers and their mask -> a vector of length 1 for each token."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            found = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return torch.nn.functional.normalize(found["token_embeddings"], dim=-1)

    said = model.tokenizer(["a few words", "more words than those"], padding=True, return_tensors="pt")
    example = {name: said[name] for name in ("input_ids", "attention_mask")}
    write_converted(Tokens(), example, model.tokenizer, LONGEST, into)
