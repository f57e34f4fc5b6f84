"""Runs a sentence-transformers model on the CPU: OpenVINO, after a conversion that is kept.

OpenVINO computes in bf16 where the processor has it, in batches of one length after another, one batch on
each core: 6 to 8 times the products a second of PyTorch in fp32 here, with cosines of .9999 to its vectors
(docs/decisions/0020). Converting loads PyTorch and takes seconds; with a folder to keep the result in, only
the first start pays for it, and later ones never import PyTorch.

Error: `EncoderBroken` for files that are no model; a kept conversion that cannot be read is made anew.
"""

import logging
import os
import shutil
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from openvino import CompiledModel  # type: ignore[import-untyped]  # the package ships no types
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

logger = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

BATCH = 16
MODEL, TOKENIZER = "model.xml", "tokenizer.json"


class EncoderBroken(Exception):
    """The model's files cannot be loaded, or not run."""


class Encoder:
    """A model that is ready to run. Safe from any thread."""

    def __init__(self, compiled: "CompiledModel", tokenizer: "Tokenizer", streams: int) -> None:
        self._compiled = compiled
        self._tokenizer = tokenizer
        self._streams = streams
        self._of_thread = local()
        self.dimension = int(compiled.output(0).get_partial_shape()[1].get_length())

    @classmethod
    def load(cls, folder: Path, kept: Path | None) -> "Encoder":
        """The model in `folder`; its conversion is kept in, or read from, `kept`."""
        if kept is not None and (kept / MODEL).is_file():
            try:
                return cls._read(kept)
            except (RuntimeError, OSError, ValueError) as error:
                logger.warning("the kept encoder in %s is broken and is made anew: %s", kept, error)
                shutil.rmtree(kept)
        if kept is None:
            with TemporaryDirectory() as short_lived:
                return cls._converted(folder, Path(short_lived) / "model")
        kept.parent.mkdir(parents=True, exist_ok=True)
        return cls._converted(folder, kept)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension), each row of length 1. Raises `EncoderBroken` where a run fails."""
        # A batch is cut in parallel, which one text need not wait for.
        alone = len(texts) == 1
        cut = [self._tokenizer.encode(texts[0])] if alone else self._tokenizer.encode_batch(list(texts))
        tokens = [encoding.ids for encoding in cut]
        vectors = np.empty((len(tokens), self.dimension), np.float32)
        batches = list(_batches(tokens))
        requests = self._requests(min(len(batches), self._streams))
        try:
            if alone:
                # Run where it is asked: nothing is handed to another thread and back.
                vectors[0] = requests[0].infer(_padded(tokens))[0][0]
                return vectors
            for turn, rows in enumerate(batches):
                if turn >= len(requests):
                    self._collect(requests, batches, turn - len(requests), vectors)
                requests[turn % len(requests)].start_async(_padded([tokens[row] for row in rows]))
            for turn in range(max(len(batches) - len(requests), 0), len(batches)):
                self._collect(requests, batches, turn, vectors)
        except RuntimeError as error:
            raise EncoderBroken(str(error)) from error
        return vectors

    @staticmethod
    def _collect(requests: Sequence[Any], batches: Sequence[Ids], turn: int, into: Vectors) -> None:
        request = requests[turn % len(requests)]
        request.wait()
        into[batches[turn]] = request.get_output_tensor(0).data

    def _requests(self, count: int) -> list[Any]:
        """A thread has its own: two that share one would read each other's vectors."""
        held: list[Any] = getattr(self._of_thread, "requests", [])
        while len(held) < count:
            held.append(self._compiled.create_infer_request())
        self._of_thread.requests = held
        return held[:count]

    @classmethod
    def _read(cls, folder: Path) -> "Encoder":
        import openvino
        from tokenizers import Tokenizer

        streams = _cores()
        settings = {
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams,
            # A stream that is bound to a core waits while another process has it.
            "ENABLE_CPU_PINNING": False,
        }
        compiled = openvino.Core().compile_model(str(folder / MODEL), "CPU", settings)
        return cls(compiled, Tokenizer.from_file(str(folder / TOKENIZER)), streams)

    @classmethod
    def _converted(cls, folder: Path, kept: Path) -> "Encoder":
        """Written beside its place and moved there, so that nobody reads half of it."""
        with TemporaryDirectory(dir=kept.parent) as unfinished:
            made = Path(unfinished) / "model"
            made.mkdir()
            _convert(folder, made)
            try:
                made.rename(kept)
            except OSError:
                # Another process was faster.
                logger.info("the encoder in %s is there already", kept)
        return cls._read(kept)


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _convert(folder: Path, into: Path) -> None:
    # Importing torch takes seconds: whoever has the conversion never pays for it.
    import openvino
    import torch
    from openvino.frontend import FrontEndManager  # type: ignore[import-untyped]  # as above
    from openvino.frontend.pytorch.ts_decoder import (  # type: ignore[import-untyped]  # as above
        TorchScriptPythonDecoder,
    )

    model = _load(folder)

    class Sentences(torch.nn.Module):
        """Token numbers and their mask -> vectors of length 1."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            found = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return torch.nn.functional.normalize(found["sentence_embedding"], dim=-1)

    example = model.tokenizer(["a few words", "more words than those"], padding=True, return_tensors="pt")
    inputs = (example["input_ids"], example["attention_mask"])
    with torch.inference_mode(), warnings.catch_warnings():
        # What depends on a value is the same for all texts: which inputs there are.
        warnings.simplefilter("ignore")
        # `openvino.convert_model` does the same, and reports that it was used to its maker.
        frontend = FrontEndManager().load_by_framework("pytorch")
        # It must outlive the conversion, which only points at it.
        decoder = TorchScriptPythonDecoder(Sentences().eval(), example_input=inputs)
        converted = frontend.convert(frontend.load(decoder))
    openvino.save_model(converted, into / MODEL, compress_to_fp16=False)
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.enable_truncation(int(model.max_seq_length or 512))
    tokenizer.save(str(into / TOKENIZER))


def _load(folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # untyped in transformers
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped in transformers
    try:
        return SentenceTransformer(str(folder), device="cpu").eval()
    except (OSError, ValueError, RuntimeError) as error:
        raise EncoderBroken(f"{folder} cannot be loaded: {error}") from error


def _batches(tokens: Sequence[Sequence[int]]) -> Iterator[Ids]:
    """Rows of similar length, so that little is padded; the longest first."""
    order = np.argsort([-len(each) for each in tokens], kind="stable")
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def _padded(tokens: Sequence[Sequence[int]]) -> list[Ids]:
    """Token numbers and their mask, each of shape (texts, longest). Masked numbers do not matter."""
    ids = np.zeros((len(tokens), max(len(each) for each in tokens)), np.int64)
    mask = np.zeros_like(ids)
    for row, each in enumerate(tokens):
        ids[row, : len(each)] = each
        mask[row, : len(each)] = 1
    return [ids, mask]
