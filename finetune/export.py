"""Writes the adapter that ships: `python -m finetune export --run DIR [--out models/pairwell]`.

PEFT's safetensors in 16 bits, its configuration without this machine's paths, the run's report, and the
manifest that names them by digest with the model that they belong to; then the forms for llama.cpp into the
cache.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.adapters import CONFIG, MANIFEST, SHIPPED, WEIGHTS, model_file, read_adapter, sha256
from assistant.embedded import installed_model
from finetune.lora.examples import prompt_digest

app = typer.Typer(add_completion=False)

CACHE = Path("var/models")
#: Of PEFT's configuration, what says something about this adapter; `base_model_name_or_path` is for readers.
BASE_NAME = "HuggingFaceTB/SmolLM2-135M-Instruct"
MOST_BYTES = 12_000_000


class TooLarge(RuntimeError):
    """The adapter is larger than what the repository holds."""


@app.command()
def export(
    run: Annotated[Path, typer.Option(help="The folder of a training.")] = Path("var/finetune/lora"),
    out: Annotated[Path, typer.Option(help="Where the adapter goes.")] = SHIPPED,
    cache: Annotated[Path, typer.Option(help="Where the forms for llama.cpp go.")] = CACHE,
) -> None:
    """Writes the adapter in the form of each server."""
    source = run / "adapter"
    if not (source / WEIGHTS).is_file():
        typer.echo(f"there is no adapter in {source}: python -m finetune lora --out {run}", err=True)
        raise typer.Exit(2)
    base = installed_model()
    write_adapter(source, run / "run.json", out, base)
    adapter = read_adapter(out, base)
    typer.echo(f"{out / WEIGHTS}: {(out / WEIGHTS).stat().st_size / 1e6:.1f} MB, {adapter.digest[:16]}")
    for form in ("lora", "q8_0"):
        path = model_file(adapter, cache, form)
        typer.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def write_adapter(source: Path, report: Path, out: Path, base: Path) -> None:
    """The files of PEFT's folder `source`, ready to ship. Raises `TooLarge`."""
    from safetensors.torch import load_file, save_file

    out.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.half().contiguous() for name, tensor in load_file(source / WEIGHTS).items()}
    save_file(weights, out / WEIGHTS, metadata={"format": "pt"})
    if (out / WEIGHTS).stat().st_size > MOST_BYTES:
        raise typer.BadParameter(
            f"the adapter has more than {MOST_BYTES / 1e6:.0f} MB: train with a lower rank"
        )
    config = json.loads((source / CONFIG).read_text(encoding="utf-8"))
    config |= {"base_model_name_or_path": BASE_NAME, "target_modules": sorted(config["target_modules"])}
    _write(out / CONFIG, config)
    ran = report.read_bytes() if report.is_file() else b"{}"
    if report.is_file():
        (out / "run.json").write_bytes(ran)
    manifest = {
        "base": {"file": base.name, "sha256": sha256(base)},
        "files": {name: sha256(out / name) for name in (WEIGHTS, CONFIG)},
        "prompt": prompt_digest(),
        "task_prompts": json.loads(ran).get("task_prompts", {}),
    }
    _write(out / MANIFEST, manifest)


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")
