"""Every list or bundle that is shown writes one ranking, in the transaction of its turn."""

from assistant.tools.context import ToolContext
from assistant.values import BundleView
from retrieval.values import SearchResult
from shop.events import RankedItem, Rankings
from shop.ids import new_id
from storage import UnitOfWork


def ranked(context: ToolContext, result: SearchResult) -> str:
    """Defers the ranking of a list of hits; gives its id."""
    items = tuple(RankedItem(hit.product_id, hit.score) for hit in result.hits)
    return _record(context, items, result.strategy)


def ranked_bundles(context: ToolContext, bundles: tuple[BundleView, ...]) -> str:
    """Defers the ranking of the bundles' products, bundle by bundle; gives its id."""
    items = tuple(
        RankedItem(product_id, bundle.score)
        for bundle in bundles
        for product_id in [item.product.product_id for item in bundle.items]
    )
    return _record(context, items, "bundle")


def _record(context: ToolContext, items: tuple[RankedItem, ...], strategy: str) -> str:
    ranking_id = new_id("rank")
    now = context.services.clock()

    def write(work: UnitOfWork) -> None:
        Rankings(work).record(context.turn.owner, items, strategy=strategy, at=now, ranking_id=ranking_id)

    context.later(write)
    return ranking_id
