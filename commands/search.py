"""`search`: what the shop's search finds, and why."""

from contextlib import closing

import typer
from rich.table import Table

from assistant.cards import hit_cards
from commands.console import console, errors
from commands.explained import show
from commands.reading import read_settings
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
        show(explanation, [card.title for card in hit_cards(result.hits, products)], console)
        return
    console.print(f"{len(result.hits)} products in {result.took_ms:.0f} ms ({result.strategy})")
