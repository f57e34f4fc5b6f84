"""Which products' facts fit: one requires what the other provides. Pure, and the one place that judges it.

A text must be equal (letter case aside), of several texts one must be, a number provided must be at least
the one required. What shares no key is unknown, and what a key means nobody here knows: a shop may call it
`gas_thread` or anything else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from retrieval.locale import Locale
from shop.values import FactValue


class Facts(Protocol):
    """Whatever states what it needs and what it gives."""

    @property
    def provides(self) -> Mapping[str, FactValue]: ...

    @property
    def requires(self) -> Mapping[str, FactValue]: ...


@dataclass(frozen=True, slots=True)
class Fit:
    """One key that one product requires and the other provides."""

    key: str
    required: FactValue
    provided: FactValue
    met: bool

    def said(self, locale: Locale) -> str:
        """ "both have gas thread EN417"; "needs gas thread EN417, this has bayonet" where it is not met."""
        name, required, provided = spoken(self.key), written(self.required), written(self.provided)
        if not self.met:
            return locale.say("misfits", name=name, required=required, provided=provided)
        if isinstance(self.required, int | float):
            return locale.say("enough", name=name, provided=provided, required=required)
        wanted = _texts(self.required)
        shared = next(value for text, value in _texts(self.provided).items() if text in wanted)
        return locale.say("fits", name=name, value=shared)


class FitIndex:
    """Products by the keys that they require and provide."""

    def __init__(self, products: Mapping[str, Facts]) -> None:
        self._products = {key: each for key, each in products.items() if each.requires or each.provides}
        self._requirers = _by_key((key, each.requires) for key, each in self._products.items())
        self._providers = _by_key((key, each.provides) for key, each in self._products.items())

    def between(self, a: str, b: str) -> tuple[Fit, ...]:
        """What the facts of two products say of each other; empty where they say nothing."""
        one, other = self._products.get(a), self._products.get(b)
        if one is None or other is None:
            return ()
        return (*fits(one, other), *fits(other, one))

    def partners(self, product_id: str) -> set[str]:
        """Products whose facts share a key with this one's, fitting or not."""
        product = self._products.get(product_id)
        if product is None:
            return set()
        found = {other for key in product.requires for other in self._providers.get(key, ())}
        found |= {other for key in product.provides for other in self._requirers.get(key, ())}
        return found - {product_id}


def _by_key(products: Iterable[tuple[str, Mapping[str, FactValue]]]) -> dict[str, list[str]]:
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for product_id, facts in products:
        for key in facts:
            keys[key].append(product_id)
    return keys


def fits(needs: Facts, gives: Facts) -> Iterator[Fit]:
    """What one side requires that the other says anything of; a number and a text cannot be compared."""
    for key, required in needs.requires.items():
        if key in gives.provides:
            met = _met(required, gives.provides[key])
            if met is not None:
                yield Fit(key, required, gives.provides[key], met)


def meets(provider: Facts, key: str, required: FactValue) -> bool:
    """Whether a product provides what `required` asks of `key`."""
    return key in provider.provides and _met(required, provider.provides[key]) is True


def spoken(key: str) -> str:
    return key.replace("_", " ")


def written(value: FactValue) -> str:
    return f"{value:g}" if isinstance(value, int | float) else " or ".join(_texts(value).values())


def _met(required: FactValue, provided: FactValue) -> bool | None:
    """None where a number meets a text: the two cannot be compared."""
    if isinstance(required, int | float) and isinstance(provided, int | float):
        return provided >= required
    if isinstance(required, int | float) or isinstance(provided, int | float):
        return None
    return bool(_texts(required).keys() & _texts(provided).keys())


def _texts(value: FactValue) -> dict[str, str]:
    """Each text in the form that is compared -> as it is written."""
    several = value if isinstance(value, tuple) else (str(value),)
    return {" ".join(text.split()).casefold(): text for text in several}
