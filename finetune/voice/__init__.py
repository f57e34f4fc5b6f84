"""The training data of the tuned model's words: `python -m finetune voice --out DIR [--seed N]`.

Each kind of evidence has a module that draws it from a shop's records and writes the right text about it
(`kinds` lists them); `build` draws, `checks` refuses what the evidence does not hold. README.md is the data
card.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def voice(
    out: Annotated[Path, typer.Option(help="Where train.jsonl, valid.jsonl and card.json go.")],
    seed: Annotated[int, typer.Option(help="Of all that is drawn.")] = 0,
) -> None:
    """The training data of the tuned model's words."""
    import json

    from finetune.voice.build import build

    typer.echo(json.dumps(build(out, seed), indent=1))
