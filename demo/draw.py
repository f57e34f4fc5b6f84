"""Seeded draws.

Each subject has a stream of its own, so that a new product moves no customer and no other product's stock.
Only `random`, `randrange`, `choice`, `choices`, `sample` and `shuffle` are used on it, with weights from the
four basic operations: nothing in a draw depends on the machine's mathematical library.
"""

from random import Random


def stream(seed: int, *subject: str) -> Random:
    """The random numbers of one subject: `stream(7, "stock", "tn-harbour-4")`."""
    return Random("/".join([str(seed), *subject]))  # noqa: S311 - an invented shop holds no secret
