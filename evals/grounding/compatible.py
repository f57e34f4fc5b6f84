"""Whether two products fit, read from what one requires and the other provides. A second implementation."""

from typing import Literal

from shop.values import FactValue, Product

Fit = Literal["fits", "clash", "unknown"]


def fit(one: Product, other: Product) -> Fit:
    """`clash` where any key is required by one and provided otherwise by the other."""
    met = [
        _met(needed, giver.provides[key])
        for needer, giver in ((one, other), (other, one))
        for key, needed in needer.requires.items()
        if key in giver.provides
    ]
    if not met:
        return "unknown"
    return "fits" if all(met) else "clash"


def shared(one: Product, other: Product) -> tuple[str, str] | None:
    """A key and a text that one requires and the other provides, both written alike."""
    for needer, giver in ((one, other), (other, one)):
        for key, needed in needer.requires.items():
            if isinstance(needed, str) and giver.provides.get(key) == needed:
                return key.replace("_", " "), needed
    return None


def whole(products: list[Product]) -> Fit:
    """`fits` where something is required, all of it is met, and nothing clashes; else `unknown`."""
    pairs = [fit(one, other) for place, one in enumerate(products) for other in products[place + 1 :]]
    needs = [(each, key, value) for each in products for key, value in each.requires.items()]
    unmet = any(
        not any(_met(value, other.provides.get(key)) for other in products if other is not each)
        for each, key, value in needs
    )
    return "fits" if needs and not unmet and "clash" not in pairs else "unknown"


def _met(needed: FactValue, given: FactValue | None) -> bool:
    if given is None:
        return False
    if isinstance(needed, int | float) and isinstance(given, int | float):
        return given >= needed
    return bool(_several(needed) & _several(given))


def _several(value: FactValue) -> set[str]:
    texts = value if isinstance(value, tuple) else (str(value),)
    return {each.strip().lower() for each in texts}
