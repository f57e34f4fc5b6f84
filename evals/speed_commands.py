"""`python -m evals speed ...`."""

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option(help="Where results.json and the chart go.")]
Seed = Annotated[int, typer.Option(help="Of the bootstrap.")]
Products = Annotated[
    Path, typer.Option(help="A feed of products, as JSON lines of the Icecat form or any other.")
]
Judged = Annotated[Path, typer.Option(help="Judged queries: they are what is asked.")]
Scale = Annotated[int, typer.Option(min=0, help="Products of a large catalogue; 0: none.")]

app = typer.Typer(help="How fast: a turn, a search, encoding, the model servers.", no_args_is_help=True)


@app.command("turn")
def speed_turn(
    out: Out = Path("docs/results/speed_turn"),
    seed: Seed = 7,
    turns: Annotated[int, typer.Option(min=5, help="How many turns with each system.")] = 50,
) -> None:
    """The turns of scripted conversations on the demo shop, with the embedded model and without."""
    from evals.speed_turn import measure

    measure(out, seed, turns)


@app.command("search")
def speed_search(
    products: Products,
    judgements: Judged,
    out: Out = Path("docs/results/speed_search"),
    seed: Seed = 7,
    scale: Scale = 100_000,
    memory: Annotated[int, typer.Option(min=0, help="Queries to watch memory over; 0: none.")] = 10_000,
    queries: Annotated[int, typer.Option(min=0, help="Of the judged ones; 0: all.")] = 0,
    frameworks: Annotated[bool, typer.Option(help="Also LangChain and LlamaIndex.")] = True,
    cross_encoder: Annotated[
        str | None, typer.Option(help="By name or path, or `untrained`: both sides have it, too.")
    ] = None,
) -> None:
    """Search beside LangChain's ensemble retriever and LlamaIndex's query fusion."""
    from evals.speed_search import Asked, measure

    asked = Asked(products, judgements, queries, frameworks, scale, memory, cross_encoder)
    measure(asked, out, seed)


@app.command("recall")
def speed_recall(
    products: Products,
    judgements: Judged,
    out: Out = Path("docs/results/speed_recall"),
    seed: Seed = 7,
    scale: Scale = 100_000,
) -> None:
    """How many of the hundred nearest search finds, without a filter and with some."""
    from evals.speed_search_recall import measure

    measure(products, judgements, out, seed, scale)


@app.command("large")
def speed_large(
    products: Products,
    judgements: Judged,
    out: Out = Path("docs/results/speed_large"),
    seed: Seed = 7,
    scale: Annotated[int, typer.Option(min=160_000, help="So many products.")] = 1_000_000,
) -> None:
    """The largest catalogue that is compared whole: building it, memory, a query, recall of the index."""
    from evals.speed_large import measure

    measure(products, judgements, out, seed, scale)


@app.command("encode")
def speed_encode(
    products: Annotated[Path | None, typer.Option(help="A feed; unset, the demo shop's.")] = None,
    out: Out = Path("docs/results/speed_encode"),
    seed: Seed = 7,
    count: Annotated[int, typer.Option(min=200, help="How many texts.")] = 2000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each way.")] = 5,
    judgements: Annotated[
        Path | None, typer.Option(help="Of the feed: also tells what precision costs in nDCG.")
    ] = None,
) -> None:
    """How many products a second become vectors, and what their precision costs."""
    from evals.search_judgements import BadJudgements
    from evals.speed_encode import measure

    try:
        measure(products, out, seed, count, rounds, judgements)
    except BadJudgements as error:
        raise typer.BadParameter(str(error), param_hint="--judgements") from error


@app.command("serve")
def speed_serve(
    out: Out = Path("docs/results/speed_serve"),
    seed: Seed = 7,
    system: Annotated[
        list[str] | None, typer.Option(help="embedded, vllm, vllm_merged; may be given again.")
    ] = None,
    at_once: Annotated[list[int] | None, typer.Option(help="Conversations; may be given again.")] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Of each load, under Pairwell and bare.")] = 45,
) -> None:
    """The model servers under Pairwell and bare; what is not measured now stays as it was."""
    from evals.speed_serve import Plan, measure

    systems = tuple(system or ("embedded", "vllm", "vllm_merged"))
    measure(out, Plan(systems, tuple(at_once or (1, 8)), seconds, seed))
