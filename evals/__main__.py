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


if __name__ == "__main__":
    app()
