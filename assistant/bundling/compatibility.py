"""Whether two products, or all of a bundle, fit together: what their records say, never a guess.

A product `requires` facts and another `provides` them. Where both name one key, the pair is compatible or
incompatible, and the fact says why; where they share none, it is unknown. A text must be equal (letter case
aside), of several texts one must be, a number provided must be at least the one required.

It does not know what a key means: a shop may call it `gas_thread` or anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, Protocol

from assistant.bundling.values import Candidate, PairFact
from shop.values import FactValue, Product

Item = Candidate | Product


class Facts(Protocol):
    """Whatever states what it needs and what it gives."""

    @property
    def provides(self) -> Mapping[str, FactValue]: ...

    @property
    def requires(self) -> Mapping[str, FactValue]: ...


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


@dataclass(frozen=True, slots=True)
class _Finding:
    """One key that one side requires and the other provides. `forward`: the first side requires it."""

    met: bool
    text: str
    forward: bool


def pair(a: Item, b: Item) -> PairFact:
    """What the records say of two products; in the answer `a` is the one that requires, where one does."""
    findings = (*_findings(a, b, forward=True), *_findings(b, a, forward=False))
    if not findings:
        return PairFact(product_id(a), product_id(b), "unknown")
    failed = [finding for finding in findings if not finding.met]
    told = failed[:1] or findings
    first, second = (a, b) if told[0].forward else (b, a)
    fact = "; ".join(finding.text for finding in told)
    return PairFact(product_id(first), product_id(second), "incompatible" if failed else "compatible", fact)


def judge(items: Sequence[Item]) -> Judgement:
    """`compatible` where something is required, all of it is met inside, and no pair is incompatible."""
    facts = tuple(fact for a, b in combinations(items, 2) if (fact := pair(a, b)).status != "unknown")
    unmet = tuple(need for item in items for need in _unmet(item, items))
    stated = any(item.requires for item in items)
    clash = any(fact.status == "incompatible" for fact in facts)
    fits = stated and not unmet and not clash
    return Judgement("compatible" if fits else "unknown", facts, unmet)


def meets(provider: Facts, key: str, required: FactValue) -> bool:
    """Whether a product provides what `required` asks of `key`."""
    return key in provider.provides and _fits(required, provider.provides[key]) is True


def product_id(item: Item) -> str:
    return item.product_id if isinstance(item, Candidate) else item.id


def _unmet(item: Item, items: Sequence[Item]) -> list[Unmet]:
    others = [other for other in items if other is not item]
    return [
        Unmet(product_id(item), key, value, f"needs {_words(key)} {_said(value)}")
        for key, value in item.requires.items()
        if not any(meets(other, key, value) for other in others)
    ]


def _findings(needs: Facts, gives: Facts, *, forward: bool) -> list[_Finding]:
    findings = []
    for key, required in needs.requires.items():
        if key not in gives.provides:
            continue
        provided = gives.provides[key]
        met = _fits(required, provided)
        if met is not None:
            findings.append(_Finding(met, _sentence(key, required, provided, met=met), forward))
    return findings


def _fits(required: FactValue, provided: FactValue) -> bool | None:
    """None where a number meets a text: the two cannot be compared, so nothing is known."""
    if isinstance(required, int | float) and isinstance(provided, int | float):
        return provided >= required
    if isinstance(required, int | float) or isinstance(provided, int | float):
        return None
    return bool(_texts(required) & _texts(provided))


def _texts(value: str | tuple[str, ...]) -> frozenset[str]:
    several = (value,) if isinstance(value, str) else value
    return frozenset(" ".join(text.split()).casefold() for text in several)


def _sentence(key: str, required: FactValue, provided: FactValue, *, met: bool) -> str:
    if not met:
        return f"needs {_words(key)} {_said(required)}, this has {_said(provided)}"
    if isinstance(required, int | float):
        return f"{_words(key)} {_said(provided)}, {_said(required)} needed"
    return f"both {_words(key)} {_said(_shared(required, provided))}"


def _shared(required: FactValue, provided: FactValue) -> FactValue:
    """The value that both name, as the provider spells it."""
    if isinstance(provided, tuple) and isinstance(required, str | tuple):
        wanted = _texts(required)
        return next(text for text in provided if _texts(text) & wanted)
    return provided


def _words(key: str) -> str:
    return key.replace("_", " ")


def _said(value: FactValue) -> str:
    if isinstance(value, tuple):
        return " or ".join(value)
    return value if isinstance(value, str) else f"{value:g}"
