"""A transformer of PyTorch as OpenVINO runs it: converted once, kept, and run on all cores.

OpenVINO computes in bf16 where the processor has it, one batch on each core (docs/decisions/0020). Converting
loads PyTorch and takes seconds; with a folder to keep the result in, only the first start pays for it, and
later ones never import PyTorch.

Error: `ModelBroken` for files that are no model, and where a run fails; a kept conversion that cannot be read
is made anew.
"""

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch
    from openvino import CompiledModel  # type: ignore[import-untyped]  # the package ships no types
    from tokenizers import Tokenizer

logger = logging.getLogger(__name__)

Ids = npt.NDArray[np.int64]
Output = npt.NDArray[np.float32]

MODEL, TOKENIZER = "model.xml", "tokenizer.json"


class ModelBroken(Exception):
    """The model's files cannot be loaded, or not run."""


@dataclass(frozen=True, slots=True)
class OpenVinoModel:
    """A model that is ready to run, and its tokenizer. Safe from any thread."""

    compiled: "CompiledModel"
    tokenizer: "Tokenizer"
    streams: int
    _of_thread: local = field(default_factory=local)

    @classmethod
    def load(cls, kept: Path | None, convert: Callable[[Path], None]) -> "OpenVinoModel":
        """The conversion in `kept`; else what `convert` writes into a folder, and is kept there."""
        if kept is not None and (kept / MODEL).is_file():
            try:
                return cls._read(kept)
            except (RuntimeError, OSError, ValueError) as error:
                logger.warning("the kept model in %s is broken and is made anew: %s", kept, error)
                shutil.rmtree(kept)
        if kept is None:
            with TemporaryDirectory() as short_lived:
                return cls._converted(convert, Path(short_lived) / "model")
        kept.parent.mkdir(parents=True, exist_ok=True)
        return cls._converted(convert, kept)

    @property
    def width(self) -> int:
        """How many numbers it gives for each row."""
        return int(self.compiled.output(0).get_partial_shape()[1].get_length())

    def run(self, batches: Sequence[Sequence[Ids]]) -> list[Output]:
        """What the model gives for each batch of inputs. Raises `ModelBroken`."""
        requests = self._requests(min(len(batches), self.streams))
        try:
            if len(batches) == 1:
                # Run where it is asked: nothing is handed to another thread and back.
                return [requests[0].infer(list(batches[0]))[0].copy()]
            found: list[Output] = []
            for turn, inputs in enumerate(batches):
                if turn >= len(requests):
                    found.append(_collected(requests, turn - len(requests)))
                requests[turn % len(requests)].start_async(list(inputs))
            left = range(max(len(batches) - len(requests), 0), len(batches))
            return found + [_collected(requests, turn) for turn in left]
        except RuntimeError as error:
            raise ModelBroken(str(error)) from error

    def _requests(self, count: int) -> list[Any]:
        """A thread has its own: two that share one would read each other's results."""
        held: list[Any] = getattr(self._of_thread, "requests", [])
        while len(held) < count:
            held.append(self.compiled.create_infer_request())
        self._of_thread.requests = held
        return held[:count]

    @classmethod
    def _read(cls, folder: Path) -> "OpenVinoModel":
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
    def _converted(cls, convert: Callable[[Path], None], kept: Path) -> "OpenVinoModel":
        """Written beside its place and moved there, so that nobody reads half of it."""
        with TemporaryDirectory(dir=kept.parent) as unfinished:
            made = Path(unfinished) / "model"
            made.mkdir()
            convert(made)
            try:
                made.rename(kept)
            except OSError:
                # Another process was faster.
                logger.info("the model in %s is there already", kept)
        return cls._read(kept)


def write_converted(
    module: "torch.nn.Module", example: Mapping[str, "torch.Tensor"], tokenizer: Any, longest: int, into: Path
) -> None:
    """Writes a module, called with the example's values in their order, and the tokenizer that feeds it."""
    import openvino
    import torch
    from openvino.frontend import FrontEndManager  # type: ignore[import-untyped]  # as above
    from openvino.frontend.pytorch.ts_decoder import (  # type: ignore[import-untyped]  # as above
        TorchScriptPythonDecoder,
    )

    with torch.inference_mode(), warnings.catch_warnings():
        # What depends on a value is the same for all texts: which inputs there are.
        warnings.simplefilter("ignore")
        # `openvino.convert_model` does the same, and reports that it was used to its maker.
        frontend = FrontEndManager().load_by_framework("pytorch")
        # It must outlive the conversion, which only points at it.
        decoder = TorchScriptPythonDecoder(module.eval(), example_input=tuple(example.values()))
        converted = frontend.convert(frontend.load(decoder))
    openvino.save_model(converted, into / MODEL, compress_to_fp16=False)
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    backend.enable_truncation(longest)
    backend.save(str(into / TOKENIZER))


def padded(tokens: Sequence[Sequence[int]]) -> list[Ids]:
    """Token numbers and their mask, each of shape (texts, longest). Masked numbers do not matter."""
    lengths = np.array([len(each) for each in tokens])
    mask = (np.arange(lengths.max()) < lengths[:, np.newaxis]).astype(np.int64)
    ids = np.zeros_like(mask)
    ids[mask == 1] = np.concatenate([np.asarray(each, np.int64) for each in tokens])
    return [ids, mask]


def quiet_transformers() -> None:
    """No progress bars and no advice about weights that are not there."""
    from transformers.utils import logging as transformers_logging

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # untyped in transformers
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped in transformers


def _collected(requests: Sequence[Any], turn: int) -> Output:
    request = requests[turn % len(requests)]
    request.wait()
    result: Output = request.get_output_tensor(0).data.copy()
    return result


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
