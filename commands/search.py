"""`search`: what the shop's search finds, and why."""

from collections.abc import Sequence
from contextlib import closing

import typer
from rich.table import Table

from assistant.cards import hit_cards
from commands.console import console, errors
from commands.reading import read_settings
from retrieval.explaining import Explanation
from retrieval.values import Filters, Query
from shop.catalogue import Catalogue
from shop.money import Money
from wiring import open_database, open_search


def run_search(
    words: str,
    limit: int,
    max_price: str | None,
    category: str | None,
    brand: str | None,
    *,
    explained: bool = False,
) -> None:
    settings = read_settings()
    database = open_database(settings)
    with closing(open_search(settings, database)) as finder:
        try:
            bound = Money.of(max_price, finder.vocabulary().currency) if max_price else None
        except ValueError as error:
            errors.print(f"--max-price: {error}")
            raise typer.Exit(2) from error
        filters = Filters(categories=(category,) if category else (), brand=brand, max_price=bound)
        query = Query(words, filters, limit)
        explanation = finder.explain(query) if explained else None
        result = finder.search(query) if explanation is None else explanation.result
    with database.read() as work:
        products = Catalogue(work).products([hit.product_id for hit in result.hits])
    table = Table("score", "product", "price", "stock", "why")
    for card, hit in zip(hit_cards(result.hits, products), result.hits, strict=True):
        table.add_row(
            f"{hit.score:.3f}",
            card.title,
            str(card.price),
            card.availability.status.replace("_", " "),
            "; ".join(card.reasons),
        )
    console.print(table)
    for note in result.relaxed:
        console.print(f"[yellow]{note}[/yellow]")
    if explanation is not None:
        _show(explanation, [card.title for card in hit_cards(result.hits, products)])
        return
    console.print(f"{len(result.hits)} products in {result.took_ms:.0f} ms ({result.strategy})")


def _show(explanation: Explanation, titles: Sequence[str]) -> None:
    """The stages, then each hit: where the rankings placed it, and what each feature left of its score."""
    console.print(
        f"words {' '.join(explanation.tokens) or '(none)'}; "
        f"filters leave {explanation.allowed} of {explanation.products} products; "
        f"rankings find {explanation.candidates}; ranked by {explanation.result.strategy}"
    )
    places = list(dict.fromkeys(name for each in explanation.hits for name in each.places))
    table = Table("product", *places, "score", "features, and what each leaves of the score")
    for title, each in zip(titles, explanation.hits, strict=True):
        said = [f"{name} {each.features[name]:.2f} (x {part:.2f})" for name, part in each.parts.items()]
        table.add_row(
            title,
            *(str(each.places.get(name, "-")) for name in places),
            f"{each.hit.score:.3f}",
            ", ".join(said) or "no scorer: fused places times support",
        )
    console.print(table)
