"""The adapters that ship, and the model files made of them: what the embedded servers load.

`models/pairwell` (it reads) and `models/voice` (it tells and writes) hold PEFT's files, as vLLM and
transformers read them, and `manifest.json`: the digest of each file and of the model that the weights belong
to. From them the form for llama.cpp is made once and kept in a folder of its own under a name that says what
it was made from. Two forms:

    q8_0    the model with the adapter added to its weights, in 8 bits: what serves
    lora    the adapter alone, laid over the model's own file

llama.cpp keeps the rows of q and k in another order than transformers does; `_rows_of` says which.

Errors (for the operator)
    AdapterRefused    a file is missing, altered, or belongs to another model; says which
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from assistant.llm import Calibration

if TYPE_CHECKING:
    from gguf import GGUFReader, GGUFWriter

Form = Literal["q8_0", "lora"]
Weights = Mapping[str, tuple[np.ndarray, np.ndarray]]

SHIPPED = Path(__file__).parents[1] / "models" / "pairwell"
VOICE = SHIPPED.parent / "voice"
MANIFEST = "manifest.json"
WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
CALIBRATION = "calibration.json"
SERVED: Form = "q8_0"
#: Raised when what is made from the same files changes.
_MAKE = 1

#: transformers' names of a layer's matrices, and llama.cpp's.
_MATRICES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_KEY = re.compile(r"base_model\.model\.model\.layers\.(\d+)\.([a-z_.]+)\.lora_([AB])\.weight")


class AdapterRefused(RuntimeError):
    """The adapter's files are not what they are said to be."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter whose files are as its manifest says. `digest` names its weights; `task_prompts` holds of
    each task that it learnt the digest of its prompt (empty in a manifest that names none)."""

    folder: Path
    digest: str
    base: Path
    base_digest: str
    rank: int
    alpha: float
    task_prompts: Mapping[str, str] = field(default_factory=dict)


def read_adapter(folder: Path, base: Path) -> Adapter:
    """The adapter of `folder` for the model file `base`. Raises `AdapterRefused`."""
    if not base.is_file():
        raise AdapterRefused(f"there is no model file at {base}")
    manifest = _json(folder / MANIFEST)
    files = manifest.get("files", {})
    for name in (WEIGHTS, CONFIG):
        path = folder / name
        if not path.is_file():
            raise _missing(path)
        if files.get(name) != sha256(path):
            raise AdapterRefused(f"{path} is not what its manifest says: restore it or export it again")
    base_digest = sha256(base)
    wanted = manifest.get("base", {})
    if wanted.get("sha256") != base_digest:
        raise AdapterRefused(
            f"the adapter in {folder} belongs to {wanted.get('file')}, not to {base}: install that model, or "
            "train an adapter for this one"
        )
    config = _json(folder / CONFIG)
    rank, alpha = int(config["r"]), float(config["lora_alpha"])
    return Adapter(folder, files[WEIGHTS], base, base_digest, rank, alpha, task_prompts(folder))


def task_prompts(folder: Path) -> Mapping[str, str]:
    """Of each task that the adapter of `folder` learnt, the digest of its prompt. Raises `AdapterRefused`."""
    given = _json(folder / MANIFEST).get("task_prompts") or {}
    return {str(task): str(digest) for task, digest in given.items()}


def weights_digest(folder: Path) -> str:
    """What the manifest says of the adapter's weights. Raises `AdapterRefused`."""
    return str(_json(folder / MANIFEST).get("files", {}).get(WEIGHTS, ""))


def model_file(adapter: Adapter, cache: Path, form: Form = SERVED) -> Path:
    """The form's file in `cache`, made where it is not there or not whole. Takes some seconds then."""
    key = hashlib.sha256(f"{_MAKE} {form} {adapter.digest} {adapter.base_digest}".encode()).hexdigest()
    path = cache / f"{adapter.base.stem}-{form}-{key[:16]}.gguf"
    seal = path.with_suffix(".sha256")
    if path.is_file() and seal.is_file() and seal.read_text(encoding="utf-8") == sha256(path):
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with _replacing(path) as unfinished:
        if form == "q8_0":
            _write_merged(adapter, unfinished)
        else:
            _write_lora(adapter, unfinished)
    with _replacing(seal) as unfinished:
        unfinished.write_text(sha256(path), encoding="utf-8")
    return path


def read_calibration(adapter: Adapter) -> Calibration | None:
    """How sure this adapter may say it is; None where nobody fitted that. Raises `AdapterRefused`."""
    path = adapter.folder / CALIBRATION
    if not path.is_file():
        return None
    fitted = _json(path)
    if fitted.get("adapter") != adapter.digest:
        raise AdapterRefused(f"{path} was fitted for another adapter: python -m finetune calibrate")
    return Calibration(float(fitted["slope"]), float(fitted["offset"]))


def sha256(path: Path) -> str:
    """Of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _missing(path: Path) -> AdapterRefused:
    return AdapterRefused(f"{path} is missing: restore the folder, or name another by PAIRWELL_LLM__ADAPTER")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise AdapterRefused(f"{path} is no JSON: {error}") from error


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place once it is whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


# The weights ----------------------------------------------------------------------------------------


def _weights(adapter: Adapter, reader: "GGUFReader") -> Weights:
    """llama.cpp's name of each matrix -> its A (rank, in) and B (out, rank), rows in llama.cpp's order."""
    from safetensors.numpy import load_file

    halves: dict[str, dict[str, np.ndarray]] = {}
    for key, value in load_file(adapter.folder / WEIGHTS).items():
        match = _KEY.fullmatch(key)
        if match is None or match[2] not in _MATRICES:
            raise AdapterRefused(f"{adapter.folder}: there is no place for {key} in a llama model")
        name = f"blk.{match[1]}.{_MATRICES[match[2]]}.weight"
        halves.setdefault(name, {})[match[3]] = value.astype(np.float32)
    return {
        name: (half["A"], _rows_of(name, half["B"], reader))
        for name, half in halves.items()
        if len(half) == 2
    }


def _rows_of(name: str, matrix: np.ndarray, reader: "GGUFReader") -> np.ndarray:
    """The rows in llama.cpp's order: of q and k, each head's two halves are interleaved."""
    if ".attn_q." in name:
        heads = _number(reader, "attention.head_count")
    elif ".attn_k." in name:
        heads = _number(reader, "attention.head_count_kv")
    else:
        return matrix
    rows, columns = matrix.shape
    split = matrix.reshape(heads, 2, rows // heads // 2, columns)
    return np.ascontiguousarray(split.swapaxes(1, 2).reshape(rows, columns))


def _number(reader: "GGUFReader", name: str) -> int:
    architecture = reader.fields["general.architecture"].contents()
    return int(reader.fields[f"{architecture}.{name}"].contents())


# The forms ------------------------------------------------------------------------------------------


def _write_merged(adapter: Adapter, path: Path) -> None:
    """The base with `alpha / rank * B A` added; matrices in 8 bits, everything else as it is."""
    from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
    from gguf.quants import dequantize, quantize

    reader = GGUFReader(adapter.base)
    weights = _weights(adapter, reader)
    writer = GGUFWriter(path, reader.fields["general.architecture"].contents())
    _copy_fields(reader, writer)
    writer.add_file_type(7)  # llama.cpp's number of "mostly Q8_0"
    scale = adapter.alpha / adapter.rank
    for tensor in reader.tensors:
        pair = weights.get(tensor.name)
        if pair is None:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
            continue
        whole = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        whole += scale * (pair[1] @ pair[0])
        eight = GGMLQuantizationType.Q8_0
        writer.add_tensor(tensor.name, quantize(whole, eight), raw_dtype=eight)
    _finish(writer)


def _write_lora(adapter: Adapter, path: Path) -> None:
    """The adapter alone, in llama.cpp's own layout for LoRA."""
    from gguf import GGUFReader, GGUFWriter

    reader = GGUFReader(adapter.base)
    writer = GGUFWriter(path, reader.fields["general.architecture"].contents())
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", adapter.alpha)
    for name, (a, b) in _weights(adapter, reader).items():
        writer.add_tensor(f"{name}.lora_a", a.astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", b.astype(np.float32))
    _finish(writer)


def _copy_fields(reader: "GGUFReader", writer: "GGUFWriter") -> None:
    """All that the base says of itself, but what a writer says of its own."""
    from gguf import GGUFValueType

    own = ("general.architecture", "general.file_type")
    for said in reader.fields.values():
        if said.name in own or said.name.startswith("GGUF."):
            continue
        kind = said.types[0]
        inner = said.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(said.name, said.contents(), kind, sub_type=inner)


def _finish(writer: "GGUFWriter") -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
