"""The scorer of search: `python -m finetune scorer` writes `models/scorer`.

What catalogues say of themselves gives a prior, graded judgements move it. Every judged query belongs to one
of five folds; beside the weights that ship, the weights of each fold are written, so that a measurement can
score a query with weights that never saw it (`evals.search_ours`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from finetune.scorer_data import Example
    from finetune.scorer_fit import Weights

app = typer.Typer(add_completion=False)

DATA = Path("../shared/data")


@app.command()
def scorer(
    catalogue: Annotated[list[Path], typer.Option(help="Feeds that teach by themselves.")] = [  # noqa: B006 - typer reads it
        DATA / "catalogues" / "retail_demo_store.jsonl",
        DATA / "catalogues" / "zava_diy.jsonl",
    ],
    products: Annotated[Path, typer.Option(help="The feed that was judged.")] = DATA
    / "search"
    / "icecat_products.jsonl.gz",
    judgements: Annotated[Path, typer.Option(help="Graded judgements of it.")] = DATA
    / "search"
    / "icecat_judgements.jsonl",
    out: Annotated[Path, typer.Option(help="Where the scorer goes.")] = Path("models/scorer"),
    queries: Annotated[int, typer.Option(min=30, help="Queries of each catalogue.")] = 600,
    strength: Annotated[float, typer.Option(min=0, help="How firmly weights are held to their prior.")] = 0.5,
    seed: Annotated[int, typer.Option(help="Of the queries that are drawn.")] = 7,
) -> None:
    """Fits the weights of search's features and writes them with card, digest and run.json."""
    train(Run(tuple(catalogue), products, judgements, queries, strength, seed), out)


@dataclass(frozen=True, slots=True)
class Run:
    """What a training is made of."""

    catalogues: tuple[Path, ...]
    products: Path
    judgements: Path
    queries: int
    strength: float
    seed: int


def train(run: Run, out: Path) -> None:
    """Writes the scorer, and prints its weights."""
    from evals.results import machine
    from evals.search_judgements import read_judgements
    from finetune.scorer_fit import EVEN, cross_fitted, fit, folds

    distant = _distant(run)
    grades = read_judgements(run.judgements)
    judged = _judged(run, grades)
    prior = fit(distant, EVEN, run.strength)
    written = {
        "weights": _named(fit(judged, prior, run.strength)),
        "prior": _named(prior),
        "folds": [_named(each) for each in cross_fitted(judged, prior, run.strength)],
        "fold_of": folds(list(grades)),
    }
    data = (*run.catalogues, run.products, run.judgements)
    made = {
        "date": datetime.now(UTC).date().isoformat(),
        "seed": run.seed,
        "strength": run.strength,
        "distant_queries": len(distant),
        "judged_queries": len(grades),
        "judged_examples": len(judged),
        "data_sha256": {path.name: sha256(path.read_bytes()).hexdigest() for path in data},
        "machine": machine(),
    }
    write(out, written, made)
    typer.echo(json.dumps({"weights": written["weights"], "prior": written["prior"]}, indent=1))


def _distant(run: Run) -> "list[Example]":
    """What catalogues say of themselves, with their categories and without."""
    from finetune.scorer_data import (
        catalogue_queries,
        examples,
        read_products,
        shop_of,
        without_categories,
    )
    from retrieval.embedding import MiniLmEmbedder

    embedder = MiniLmEmbedder()
    found: list[Example] = []
    for feed in run.catalogues:
        goods = read_products(feed)
        asked = catalogue_queries(goods, run.queries, run.seed)
        for held in (goods, without_categories(goods)):
            with shop_of(held, embedder) as search:
                found += examples(search, embedder, asked)
    return found


def _judged(run: Run, grades: Mapping[str, Mapping[str, int]]) -> "list[Example]":
    from evals.search_shop import open_shop
    from finetune.scorer_data import examples, judged_queries

    with open_shop(run.products) as shop:
        return examples(shop.search, shop.embedder, judged_queries(grades))


def write(out: Path, written: Mapping[str, object], run: Mapping[str, object]) -> None:
    """The weights, and `run.json` with their digest."""
    from retrieval.features import NAMES
    from retrieval.scorer import RUN, WEIGHTS

    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"features": NAMES, **written}, indent=1, sort_keys=True) + "\n"
    (out / WEIGHTS).write_text(text, encoding="utf-8")
    run = {**run, "digest": sha256(text.encode()).hexdigest()}
    (out / RUN).write_text(json.dumps(run, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _named(weights: "Weights") -> dict[str, float]:
    from retrieval.features import NAMES

    return {name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=True) if weight > 0}
