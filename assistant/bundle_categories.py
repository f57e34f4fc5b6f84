"""Which category the words of a slot name, by itself and beside the other slots of its bundle.

One word may name shelves of two departments. Beside a parasol a bench is one for the yard: of the categories
that a slot's words name, one of a department that other slots' words name too is preferred.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.bundle_sources import Sources
from assistant.kinds import tokens
from assistant.slots import PlannedSlot, leaf
from retrieval.values import Filters, Query

#: How many hits are looked at.
LOOKED_AT = 10

#: Some words name a kind of thing where its best hit scores this much; less where its title or its category
#: holds the last word, which mostly names the thing.
LEAST_SCORE, LEAST_HEAD_SCORE = 0.5, 0.3

#: A category is chosen by its hits' scores to this power, so that one that fits outweighs several that half
#: fit; a hit that holds the last word counts so many times: a folding bench is no folding rack.
SHARPNESS, HEAD_WEIGHT = 4, 6

#: How much more a category counts that stands in the department of all the other slots.
TOGETHER = 3.0

#: What parts a category's path.
LEVEL = ">"


def named_categories(text: str, filters: Filters, sources: Sources) -> dict[str, float]:
    """The categories that the words name ("" for goods that have none), each with its share of the best
    score among all that were found; empty where the best one is of no such thing: the shop has none."""
    hits = sources.finder.search(Query(text, filters, LOOKED_AT)).hits
    products = sources.records(hit.product_id for hit in hits)
    said = tokens(text)
    scores: defaultdict[str, float] = defaultdict(float)
    named: set[str] = set()
    for hit in hits:
        product = products.get(hit.product_id)
        if product is None:
            continue
        path = product.categories[0] if product.categories else ""
        title = f"{product.title} {leaf(path)}"
        is_head = holds(title, said[-1:])
        scores[path] += hit.score**SHARPNESS * (HEAD_WEIGHT if is_head else 1)
        if hit.score >= (LEAST_HEAD_SCORE if is_head else LEAST_SCORE) and holds(title, said):
            named.add(path)
    best = max(scores, key=lambda path: scores[path], default=None)
    if best is None or best not in named:
        return {}
    return {path: scores[path] / scores[best] for path in scores if path in named}


def together(planned: Sequence[PlannedSlot], filters: Filters, sources: Sources) -> tuple[PlannedSlot, ...]:
    """The slots, each with the category that suits it and the others; one of which nothing is known stays
    as it is."""
    if len(planned) == 1:
        return tuple(planned)
    shares = [
        {each.category: 1.0} if each.category else named_categories(each.text, filters, sources)
        for each in planned
    ]
    suited = (_suited(mine, [other for other in shares if other is not mine]) for mine in shares)
    return tuple(
        replace(each, category=category or each.category)
        for each, category in zip(planned, suited, strict=True)
    )


def _suited(mine: Mapping[str, float], others: Sequence[Mapping[str, float]]) -> str | None:
    """The best of a slot's categories beside the others' ones."""

    def worth(path: str) -> float:
        beside = sum(
            max((each[other] for other in each if _near(path, other)), default=0.0) for each in others
        )
        return mine[path] * (1 + TOGETHER * beside / len(others))

    return max(mine, key=worth, default=None)


def _near(path: str, other: str) -> bool:
    """Whether both stand in one department, and are two kinds in it."""
    first, _, rest = path.partition(LEVEL)
    return bool(rest) and path != other and other.partition(LEVEL)[0] == first


def holds(title: str, words: Sequence[str]) -> bool:
    """Whether a title holds one of the words; where no spaces part them, whether it holds them at all."""
    held = set(tokens(title))
    plain = title.casefold()
    return any(word in held or (not word.isascii() and word in plain) for word in words)
