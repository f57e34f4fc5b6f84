"""The evidence of an answer to "which is the lightest?"."""

from collections.abc import Sequence

from assistant.evidence import Item, said_of, title_said
from assistant.facts import product_facts, spoken
from assistant.superlatives import Leaders, Superlative, value_of
from assistant.values import Evidence
from shop.serialise import Json
from shop.values import Product


def most(items: Sequence[Item], asked: Superlative, order: Leaders | None) -> Evidence:
    """Which of the products shown leads by what was asked for; `order` None: no record says."""
    by_id = {card.product_id: (product, card) for product, card in items}
    first, *others = order.ranks if order is not None else ((),)
    name = order.name if order is not None else (asked.names or (asked.kind,))[0]

    def told(ids: Sequence[str]) -> list[Json]:
        return [said_of(by_id[each][1]) | {"value": _value(by_id[each][0], name)} for each in ids]

    values: dict[str, Json] = {
        "word": asked.word,
        "kind": asked.kind,
        "has": asked.has,
        "field": spoken(name),
        "count": len(items),
        "winners": told(first),
        "next": told(others[0])[0] if others and len(others[0]) == 1 else None,
        "unsaid": [title_said(by_id[each][1].title) for each in order.unsaid] if order is not None else [],
    }
    facts = [fact for product, card in items for fact in product_facts(product, card)]
    return Evidence("most", tuple(facts), first or tuple(by_id), values)


def _value(product: Product | None, name: str) -> str | None:
    return value_of(product, name) if product is not None else None
