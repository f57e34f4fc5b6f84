import json
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, GGUFWriter
from gguf.quants import dequantize
from safetensors.numpy import load_file, save_file

from assistant.adapters import (
    CALIBRATION,
    CONFIG,
    MANIFEST,
    WEIGHTS,
    AdapterRefused,
    model_file,
    read_adapter,
    read_calibration,
    sha256,
)

HIDDEN, HEADS, KEY_HEADS, RANK = 64, 4, 2, 2
CHANCE = np.random.default_rng(5)


def matrix(rows: int, columns: int) -> np.ndarray:
    return CHANCE.normal(0, 0.1, (rows, columns)).astype(np.float32)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A llama model file with a query matrix, an up projection and a norm."""
    path = tmp_path / "tiny.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(["a", "b"])
    writer.add_tensor("blk.0.attn_q.weight", matrix(HIDDEN, HIDDEN))
    writer.add_tensor("blk.0.ffn_up.weight", matrix(96, HIDDEN))
    writer.add_tensor("blk.0.attn_norm.weight", np.ones(HIDDEN, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def folder(tmp_path: Path, base: Path) -> Path:
    """An adapter for it, as `finetune export` writes one."""
    out = tmp_path / "adapter"
    out.mkdir()
    layer = "base_model.model.model.layers.0"
    weights = {
        f"{layer}.self_attn.q_proj.lora_A.weight": matrix(RANK, HIDDEN),
        f"{layer}.self_attn.q_proj.lora_B.weight": matrix(HIDDEN, RANK),
        f"{layer}.mlp.up_proj.lora_A.weight": matrix(RANK, HIDDEN),
        f"{layer}.mlp.up_proj.lora_B.weight": matrix(96, RANK),
    }
    save_file(weights, out / WEIGHTS)
    (out / CONFIG).write_text(json.dumps({"r": RANK, "lora_alpha": 4}))
    seal(out, base)
    return out


def seal(folder: Path, base: Path) -> None:
    manifest = {
        "base": {"file": base.name, "sha256": sha256(base)},
        "files": {name: sha256(folder / name) for name in (WEIGHTS, CONFIG)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest))


def tensors(path: Path) -> dict[str, np.ndarray]:
    return {each.name: dequantize(each.data, each.tensor_type) for each in GGUFReader(path).tensors}


def interleaved(rows: np.ndarray, heads: int) -> np.ndarray:
    """Row by row: of each head, first half and second half take turns."""
    size = len(rows) // heads
    order = [
        head * size + half * size // 2 + place
        for head in range(heads)
        for place in range(size // 2)
        for half in range(2)
    ]
    return rows[order]


def test_a_merged_model_is_the_base_with_the_adapter_added(tmp_path: Path, base: Path, folder: Path) -> None:
    adapter = read_adapter(folder, base)
    made = tensors(model_file(adapter, tmp_path / "cache"))
    before = tensors(base)
    weights = load_file(folder / WEIGHTS)
    layer, scale = "base_model.model.model.layers.0", 4 / RANK
    up = weights[f"{layer}.mlp.up_proj.lora_B.weight"] @ weights[f"{layer}.mlp.up_proj.lora_A.weight"]
    q = interleaved(weights[f"{layer}.self_attn.q_proj.lora_B.weight"], HEADS)
    q = q @ weights[f"{layer}.self_attn.q_proj.lora_A.weight"]
    wanted = before["blk.0.ffn_up.weight"] + scale * up
    assert np.abs(made["blk.0.ffn_up.weight"] - wanted).max() < np.abs(wanted).max() / 200
    wanted = before["blk.0.attn_q.weight"] + scale * q
    assert np.abs(made["blk.0.attn_q.weight"] - wanted).max() < np.abs(wanted).max() / 200
    assert np.array_equal(made["blk.0.attn_norm.weight"], before["blk.0.attn_norm.weight"])


def test_a_merged_model_keeps_what_the_base_says_of_itself(tmp_path: Path, base: Path, folder: Path) -> None:
    made = GGUFReader(model_file(read_adapter(folder, base), tmp_path / "cache"))
    assert made.fields["tokenizer.ggml.tokens"].contents() == ["a", "b"]
    assert made.fields["llama.attention.head_count"].contents() == HEADS


def test_an_adapter_alone_has_both_halves_of_each_matrix(tmp_path: Path, base: Path, folder: Path) -> None:
    path = model_file(read_adapter(folder, base), tmp_path / "cache", "lora")
    made = GGUFReader(path)
    assert made.fields["general.type"].contents() == "adapter"
    assert made.fields["adapter.lora.alpha"].contents() == 4
    shapes = {name: value.shape for name, value in tensors(path).items()}
    assert shapes["blk.0.attn_q.weight.lora_a"] == (RANK, HIDDEN)
    assert shapes["blk.0.attn_q.weight.lora_b"] == (HIDDEN, RANK)


def test_a_model_file_is_made_once(tmp_path: Path, base: Path, folder: Path) -> None:
    adapter = read_adapter(folder, base)
    first = model_file(adapter, tmp_path / "cache")
    stamp = first.stat().st_mtime_ns
    assert model_file(adapter, tmp_path / "cache") == first
    assert first.stat().st_mtime_ns == stamp


def test_a_model_file_that_was_damaged_is_made_again(tmp_path: Path, base: Path, folder: Path) -> None:
    adapter = read_adapter(folder, base)
    path = model_file(adapter, tmp_path / "cache")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    assert model_file(adapter, tmp_path / "cache").read_bytes() == whole


def test_a_corrupt_adapter_is_refused(base: Path, folder: Path) -> None:
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[:-1] + b"\x00")
    with pytest.raises(AdapterRefused, match="is not what its manifest says"):
        read_adapter(folder, base)


def test_an_adapter_of_another_model_is_refused(base: Path, folder: Path) -> None:
    with base.open("ab") as file:
        file.write(b"more")
    with pytest.raises(AdapterRefused, match=r"belongs to tiny\.gguf"):
        read_adapter(folder, base)


@pytest.mark.parametrize("name", [MANIFEST, WEIGHTS, CONFIG])
def test_a_missing_file_is_named(base: Path, folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(AdapterRefused, match=f"{name} is missing"):
        read_adapter(folder, base)


def test_a_manifest_that_is_no_json_is_refused(base: Path, folder: Path) -> None:
    (folder / MANIFEST).write_text("{")
    with pytest.raises(AdapterRefused, match="is no JSON"):
        read_adapter(folder, base)


def test_weights_of_another_architecture_are_refused(tmp_path: Path, base: Path, folder: Path) -> None:
    save_file({"base_model.model.transformer.h.0.lora_A.weight": matrix(2, 2)}, folder / WEIGHTS)
    seal(folder, base)
    with pytest.raises(AdapterRefused, match="there is no place for"):
        model_file(read_adapter(folder, base), tmp_path / "cache")


def test_a_calibration_is_of_this_adapter_or_refused(base: Path, folder: Path) -> None:
    adapter = read_adapter(folder, base)
    assert read_calibration(adapter) is None
    (folder / CALIBRATION).write_text(json.dumps({"adapter": adapter.digest, "slope": 2.0, "offset": -1.0}))
    fitted = read_calibration(adapter)
    assert fitted is not None
    assert fitted(0.5) == pytest.approx(0.2689, abs=1e-4)
    (folder / CALIBRATION).write_text(json.dumps({"adapter": "other", "slope": 2.0, "offset": -1.0}))
    with pytest.raises(AdapterRefused, match="another adapter"):
        read_calibration(adapter)
