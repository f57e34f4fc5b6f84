"""The training data of the understanding model: `python -m finetune dataset --out DIR [--seed N]`.

`phrasings/` holds messages as people write them, one a line, each with its meaning marked in the text
(`markup`). `things` fills them with goods of many departments and of three catalogues, `histories` puts a
conversation before them, `noise` spoils their spelling, `service` adds the public data, and `build` splits,
checks and writes. README.md is the data card.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def dataset(
    out: Annotated[Path, typer.Option(help="Where train.jsonl, valid.jsonl and card.json go.")],
    seed: Annotated[int, typer.Option(help="Of all that is drawn.")] = 0,
) -> None:
    """The training data of the understanding model."""
    from finetune.dataset.build import build, summary

    typer.echo(summary(build(out, seed)))
