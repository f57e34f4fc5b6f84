"""Pairwell's own feed: JSON lines, one `shop.values.Product` a line as `to_json` writes it.

Every field is held to its type and an unknown one is refused, so a misspelt field is never lost.
"""

from collections.abc import Iterator

from shop.deserialise import BadValue, from_json
from shop.feeds.reading import Draft, Reading
from shop.values import Product

FIELDS = frozenset(("id", "title", "variants"))


def read(reading: Reading) -> Iterator[Draft]:
    for row in reading.rows:
        try:
            product = from_json(Product, row.values)
        except BadValue as error:
            reading.problems.report(row.line, error.field, error.reason)
            known = row.values.get("id")
            if isinstance(known, str):
                yield Draft(row.line, known)
        else:
            yield Draft(row.line, product.id, product)
