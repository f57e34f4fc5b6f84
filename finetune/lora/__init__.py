"""Trains the LoRA adapter: `python -m finetune lora --config finetune/recipes/cpu.toml --data DIR --out DIR`.

DIR of the data is what `python -m finetune dataset` writes; several draws of it (`--data A --data B`) add up,
and the first one holds what is validated on. The run's folder gets `adapter/` (PEFT), `run.json` (what was
learnt from, how, and the curve), TensorBoard's events, and the checkpoints from which the same command with
`--resume` goes on along the same curve. `--start DIR` begins with the weights of an adapter that was exported
and a fresh schedule: a second stage on other data (finetune/recipes/cpu2.toml).

Modules
    recipe    how to train: the TOML file as a checked value
    examples  lines of JSON -> token numbers, batches of one length and one prompt
    base      the model to adapt and its tokenizer
    start     an adapter to go on from
    trainer   trl's SFTTrainer with the loss on the answer only and the fixed part of the prompt computed once
    watch     exact calls on held-out examples, checkpoints by the clock
    report    run.json

Errors (for whoever trains): `BadRecipe`, `BadData`, `CannotResume`, `CannotStart`, each with what to do.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def lora(
    config: Annotated[Path, typer.Option(help="A recipe of finetune/recipes.")],
    data: Annotated[
        list[Path], typer.Option(help="A folder that `python -m finetune dataset` wrote; several add up.")
    ],
    out: Annotated[Path, typer.Option(help="The run's folder.")] = Path("var/finetune/lora"),
    resume: Annotated[bool, typer.Option(help="Go on from the run's last checkpoint.")] = False,
    start: Annotated[Path | None, typer.Option(help="An exported adapter to begin with.")] = None,
) -> None:
    """Trains the adapter of the understanding model."""
    from finetune.lora.recipe import TrainingError
    from finetune.lora.run import train

    try:
        typer.echo(train(config, data, out, resume=resume, start=start))
    except TrainingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
