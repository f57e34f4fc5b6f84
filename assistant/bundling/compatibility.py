"""Whether two products, or all of a bundle, fit together: what their records say, never a guess.

A product `requires` facts and another `provides` them (`retrieval.fitting` judges each). Where both name one
key, the pair is compatible or incompatible, and the fact says why; where they share none, it is unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from assistant.bundling.values import Candidate, PairFact
from retrieval.fitting import fits, meets, spoken, written
from retrieval.locale import load_locale
from shop.values import FactValue, Product

Item = Candidate | Product


@dataclass(frozen=True, slots=True)
class Unmet:
    """A requirement that nothing beside it provides: `text` reads "needs gas thread EN417"."""

    product_id: str
    key: str
    value: FactValue
    text: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the records say of a whole bundle. `facts` are the pairs that they say anything of."""

    compatibility: Literal["compatible", "unknown"]
    facts: tuple[PairFact, ...]
    unmet: tuple[Unmet, ...]


def pair(a: Item, b: Item) -> PairFact:
    """What the records say of two products; in the answer `a` is the one that requires, where one does."""
    findings = [*((fit, a, b) for fit in fits(a, b)), *((fit, b, a) for fit in fits(b, a))]
    if not findings:
        return PairFact(product_id(a), product_id(b), "unknown")
    failed = [finding for finding in findings if not finding[0].met]
    told = failed[:1] or findings
    _, first, second = told[0]
    fact = "; ".join(fit.said(load_locale()) for fit, _, _ in told)
    return PairFact(product_id(first), product_id(second), "incompatible" if failed else "compatible", fact)


def judge(items: Sequence[Item]) -> Judgement:
    """`compatible` where something is required, all of it is met inside, and no pair is incompatible."""
    facts = tuple(fact for a, b in combinations(items, 2) if (fact := pair(a, b)).status != "unknown")
    unmet = tuple(need for item in items for need in _unmet(item, items))
    stated = any(item.requires for item in items)
    clash = any(fact.status == "incompatible" for fact in facts)
    fits = stated and not unmet and not clash
    return Judgement("compatible" if fits else "unknown", facts, unmet)


def product_id(item: Item) -> str:
    return item.product_id if isinstance(item, Candidate) else item.id


def _unmet(item: Item, items: Sequence[Item]) -> list[Unmet]:
    others = [other for other in items if other is not item]
    return [
        Unmet(product_id(item), key, value, f"needs {spoken(key)} {written(value)}")
        for key, value in item.requires.items()
        if not any(meets(other, key, value) for other in others)
    ]
