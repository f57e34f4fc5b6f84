""" "Which is the cheapest?": of what was shown, the one that the records put first."""

from collections.abc import Sequence

from assistant.cards import product_card
from assistant.evidence import Item
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.reading.pointing import pointing
from assistant.reading.words import Words
from assistant.superlative_evidence import most
from assistant.superlatives import Leaders, Superlative, leaders, ranked, superlative
from assistant.tools.context import Found, ToolContext, call
from assistant.values import ProductCard
from shop.catalogue import Catalogue
from shop.values import Product

#: Readings of a question for the cheapest or the lightest; it is asked of what was shown.
MAY_BE_IN = ("compare", "product_question", "refine", "find_product", "other", "out_of_scope")


def which_is_most(context: ToolContext, intent: Intent) -> Found | None:
    """The answer from the records; None where the message asks for something else, or nothing was shown."""
    if intent.name not in MAY_BE_IN or not (context.shown.products or context.shown.bundles):
        return None
    cards = _meant(context)
    with context.services.database.read() as work:
        records = Catalogue(work).products([card.product_id for card in cards])
    products = [records[card.product_id] for card in cards if card.product_id in records]
    asked = superlative(context.turn.text, products, lexicon(context.language))
    if asked is None or not products:
        return None
    items: list[Item] = [
        (product, product_card(product, product.variant(card.variant_id)))
        for card in cards
        if (product := records.get(card.product_id)) is not None
    ]
    order = _order(asked, items, products, context.language)
    first = order.ranks[0] if order is not None else ()
    return Found(
        call("get_product", {"product_ids": list(first)}),
        most(items, asked, order),
        products=tuple(card for _, card in items if card.product_id in first) or None,
    )


def _meant(context: ToolContext) -> Sequence[ProductCard]:
    """All that was shown, or the few that are pointed at: "which of the first two"; of sets, the first one's
    parts."""
    words, bundles = lexicon(context.language), context.shown.bundles[:1]
    shown = context.shown.products or tuple(item.product for view in bundles for item in view.items)
    pointed = pointing(Words(context.turn.text, words), context.shown, names=False).references
    ids = {each.product_id for each in pointed if not words.has("them", each.text.lower())}
    few = [card for card in shown if card.product_id in ids]
    return few if len(few) > 1 else shown


def _order(
    asked: Superlative, items: Sequence[Item], products: Sequence[Product], language: str
) -> Leaders | None:
    ids = [card.product_id for _, card in items]
    if asked.kind == "price":
        currencies = {card.price.currency for _, card in items}
        prices = {card.product_id: card.price.amount for _, card in items}
        return ranked("price", prices, ids, more=asked.more) if len(currencies) == 1 else None
    if asked.kind == "rating":
        rated = {card.product_id: card.rating.value for _, card in items if card.rating}
        return ranked("rating", rated, ids, more=asked.more) if rated else None
    return leaders(asked, products, lexicon(language))
