"""The command line of the measurements."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Measures Pairwell from outside.", no_args_is_help=True)
speed_app = typer.Typer(help="How fast: a turn.", no_args_is_help=True)
app.add_typer(speed_app, name="speed")

Out = Annotated[Path, typer.Option(help="Where results.json and the chart go.")]
Seed = Annotated[int, typer.Option(help="Of the bootstrap.")]


@app.callback()
def main() -> None:
    """Every command prints a table and writes OUT/results.json."""


@speed_app.command("turn")
def speed_turn(
    out: Out = Path("docs/results/speed_turn"),
    seed: Seed = 7,
    turns: Annotated[int, typer.Option(min=5, help="How many turns with each system.")] = 50,
) -> None:
    """The turns of scripted conversations on the demo shop, with the embedded model and without."""
    from evals.speed_turn import measure

    measure(out, seed, turns)


@app.command("tau2")
def tau2(
    data: Annotated[Path, typer.Option(help="The folder of the retail domain: db.json, tasks.jsonl, ...")],
    out: Out = Path("docs/results/tau2"),
    seed: Seed = 7,
) -> None:
    """The public retail domain by Pairwell's own records and rules."""
    from evals.tau2.measure import NoDomain, measure

    try:
        measure(data, out, seed)
    except NoDomain as error:
        raise typer.BadParameter(str(error), param_hint="--data") from error


if __name__ == "__main__":
    app()
