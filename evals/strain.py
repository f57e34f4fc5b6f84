"""The commands that put a server under strain: large feeds, kills and faults, many shoppers at once."""

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option(help="Where results.json and the chart go.")]
Seed = Annotated[int, typer.Option(help="Of the bootstrap.")]


def import_speed(
    out: Out = Path("docs/results/import"),
    seed: Seed = 7,
    size: Annotated[list[int] | None, typer.Option(help="Products in a feed; may be repeated.")] = None,
    changes: Annotated[int, typer.Option(min=1, help="Price changes under a running server.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, help="First imports of the largest feed.")] = 3,
    formats: Annotated[int, typer.Option(min=0, help="Products in every other form; 0: none.")] = 10_000,
) -> None:
    """How fast feeds come in, in how much memory, and how soon a new price shows."""
    from evals.import_speed import measure

    measure(out, seed, tuple(size or (10_000, 30_000, 100_000)), changes, rounds, formats)


def crash(
    out: Out = Path("docs/results/crash"),
    seed: Seed = 7,
    kills: Annotated[int, typer.Option(min=1, help="How often the server is killed, on each store.")] = 100,
    store: Annotated[list[str] | None, typer.Option(help="sqlite, postgresql; unset, both.")] = None,
    faults: Annotated[bool, typer.Option(help="Then the disk, the index, the database, the model.")] = True,
) -> None:
    """A server killed at bad moments: is all there that was acknowledged, once?"""
    from evals.crash.command import measure

    measure(out, seed, kills, tuple(store or ("sqlite", "postgresql")), with_faults=faults)


def load(
    out: Out = Path("docs/results/load"),
    seed: Seed = 7,
    conversations: Annotated[int, typer.Option(min=1, max=500, help="Open at once.")] = 200,
    seconds: Annotated[float, typer.Option(min=5, max=900, help="At each arrival rate.")] = 120,
    rate: Annotated[list[float] | None, typer.Option(help="Turns that arrive in a second; repeated.")] = None,
    system: Annotated[list[str] | None, typer.Option(help="model_off, scripted, embedded.")] = None,
    long: Annotated[
        float, typer.Option(min=0, max=900, help="The scripted model's highest rate, held for so long.")
    ] = 600,
    add: Annotated[bool, typer.Option(help="Keep what other runs measured at other rates.")] = False,
) -> None:
    """Many conversations at once, at several arrival rates; answers are checked to be real."""
    from evals.load.command import measure

    points = [(each, seconds) for each in rate or (0.5, 1.0, 2.0, 4.0)]
    systems = system or ("model_off", "scripted", "embedded")
    measure(out, seed, conversations, dict.fromkeys(systems, points), long_s=long, add=add)
