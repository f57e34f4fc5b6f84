"""A random llama of a few thousand weights with a byte tokenizer, as a checkpoint, and data to learn."""

import json
import shutil
from pathlib import Path

RECIPE = {
    "rank": 4,
    "alpha": 8,
    "learning_rate": 0.02,
    "warmup": 0.0,
    "epochs": 6.0,
    "batch": 4,
    "accumulate": 1,
    "precision": "fp32",
    "attention": "eager",
    "evaluate_every": 6,
    "evaluate_on": 4,
    "exact_on": 2,
    "patience": 50,
    "checkpoint_minutes": 10.0,
    "most_minutes": 10.0,
    "seed": 3,
}


def checkpoint(folder: Path) -> Path:
    """Writes the model and its tokenizer."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: number for number, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # it has no types
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>", bos_token="<|im_start|>"
    )
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(fast),
            hidden_size=32,
            intermediate_size=48,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            pad_token_id=fast.pad_token_id,
            eos_token_id=fast.eos_token_id,
            bos_token_id=fast.bos_token_id,
        )
    )
    model.save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def recipe(path: Path, base: Path, **other: float | str) -> Path:
    """Writes a recipe over `RECIPE`."""
    fields = {"base": str(base), **RECIPE, **other}
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items()))
    return path


def data(folder: Path, train: int = 16, valid: int = 4, task: str = "understand") -> Path:
    """Writes examples of two short calls, or of two short sentences for another task."""
    folder.mkdir()
    for name, count in (("train", train), ("valid", valid)):
        lines = [_line(number) if task == "understand" else _told(task, number) for number in range(count)]
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def _line(number: int) -> str:
    word, name = (("hi", "greet"), ("pay", "place_order"))[number % 2]
    row = {
        "task": "understand",
        "messages": [{"role": "system", "content": "Read."}, {"role": "user", "content": f"{word} {number}"}],
        "answer": f'{{"name": "{name}", "arguments": {{}}}}',
        "source": "tiny",
        "family": "-",
    }
    return json.dumps(row) + "\n"


def _told(task: str, number: int) -> str:
    row = {
        "task": task,
        "messages": [
            {"role": "system", "content": f"Tell it, {('kindly', 'briefly')[number % 2]}."},
            {"role": "user", "content": f"facts {number}"},
        ],
        "answer": "It fits.",
    }
    return json.dumps(row) + "\n"


def exported(run: Path, out: Path) -> Path:
    """A run's adapter with the files that `finetune export` writes, for the tiny base."""
    from assistant.adapters import WEIGHTS, sha256
    from finetune.lora.examples import prompt_digest

    shutil.copytree(run / "adapter", out)
    shutil.copyfile(run / "run.json", out / "run.json")
    manifest = {"files": {WEIGHTS: sha256(out / WEIGHTS)}, "prompt": prompt_digest()}
    (out / "manifest.json").write_text(json.dumps(manifest))
    return out
