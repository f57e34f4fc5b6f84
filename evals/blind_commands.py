"""`python -m evals blind draw` and `score`."""

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option(help="Where the sheet, the key and the verdicts lie.")]
Seed = Annotated[int, typer.Option(help="Of the order, and of the bootstrap.")]

app = typer.Typer(help="Texts of the model and of the template, read blind.", no_args_is_help=True)


@app.command("draw")
def draw(
    shop: Annotated[Path, typer.Option(help="The data folder of the shop that is asked.")],
    cases: Annotated[Path, typer.Option(help="Case files; the first message of each is asked.")] = Path(
        "evals/cases/chat.jsonl"
    ),
    catalogue: Annotated[str, typer.Option(help="Only the cases of this shop.")] = "demo",
    pairs: Annotated[int, typer.Option(min=1, help="How many at most.")] = 60,
    out: Out = Path("docs/results/blind"),
    seed: Seed = 7,
) -> None:
    """Writes OUT/sheet.jsonl for a reader, and OUT/key.json, which the reader does not open."""
    from evals import blind

    blind.draw(cases, catalogue, shop, pairs, seed, out)


@app.command("score")
def score(out: Out = Path("docs/results/blind"), seed: Seed = 7) -> None:
    """Joins OUT/verdicts.jsonl, written by the rubric of evals/cases/blind.md, with the key."""
    from evals import blind

    try:
        blind.score(out, seed)
    except (blind.Unreadable, OSError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error
