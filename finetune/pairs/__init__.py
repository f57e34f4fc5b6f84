"""The pair model of bundles: `python -m finetune pairs [--orders FILE] [--out DIR] [--seed N]`.

It learns from real orders which products are bought together, by what they are called (`examples`,
`fitting`), and writes `models/pairs` (`ship`). README.md there is the model's card.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def pairs(
    orders: Annotated[
        Path, typer.Option(help="Order lines in the form of Online Retail, JSONL, gzipped or not.")
    ] = Path("../shared/data/orders/online_retail.jsonl.gz"),
    out: Annotated[Path, typer.Option(help="Where the model, its card and run.json go.")] = Path(
        "models/pairs"
    ),
    seed: Annotated[int, typer.Option(help="Of all that is drawn.")] = 0,
) -> None:
    """The pair model of bundles."""
    from finetune.pairs.retail import BadOrders
    from finetune.pairs.ship import train

    try:
        typer.echo(train(orders, out, seed))
    except BadOrders as error:
        raise typer.BadParameter(str(error), param_hint="--orders") from error
