"""Shopping requests with gold products as cases: what the gold says of the call that reads them.

One product is `find_product` with its price bounds, several are `find_bundle` with as many slots; a voucher
row's budget is the budget. The gold names no words of the request, so these cases are `partial`: what the
gold does not tell is not judged.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evals.intents.cases import Case, Source

#: What the requests count in; their texts say "pesos" or nothing.
CURRENCY = "PHP"


def request_cases(row: Mapping[str, Any], source: "Source") -> "Sequence[Case]":
    """The one case of a row."""
    from evals.intents.cases import Case

    text, reward = row.get("query"), row["reward"]
    if not isinstance(text, str) or not text.strip():
        raise source.bad("query must be a request")
    products = reward if isinstance(reward, list) else [reward]
    return [
        Case(
            f"{source.group}-{source.line}",
            text,
            _expected(products, row.get("voucher") or {}),
            source.group,
            partial=True,
        )
    ]


def _expected(products: Sequence[Mapping[str, Any]], voucher: Mapping[str, Any]) -> dict[str, Any]:
    several = len(products) > 1
    expected: dict[str, Any] = {"intent": "find_bundle" if several else "find_product"}
    constraints = {} if several else _bounds(products[0])
    if voucher.get("budget") is not None:
        constraints["budget" if several else "max_price"] = _money(voucher["budget"])
    if constraints:
        expected["constraints"] = constraints
    if several:
        expected["slots"] = [{} for _ in products]
    return expected


def _bounds(product: Mapping[str, Any]) -> dict[str, Any]:
    """ "Greater than" and "between" as the price of the one item."""
    bounds: dict[str, Any] = {}
    for rule in product.get("price", ()):
        for low, high in rule.values():
            bounds |= {"min_price": _money(low)} if low is not None else {}
            bounds |= {"max_price": _money(high)} if high is not None else {}
    return bounds


def _money(amount: float) -> dict[str, Any]:
    return {"amount": round(float(amount) * 100), "currency": CURRENCY}
