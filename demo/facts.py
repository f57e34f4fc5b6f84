"""Compatibility facts: what one product relies on and another brings.

A required number means "at least"; of several texts on either side one must be the same.
"""

from collections.abc import Mapping

from demo.tables import FactValue


def met(required: FactValue, provided: FactValue) -> bool:
    """Whether what is provided is enough."""
    if isinstance(required, int | float) or isinstance(provided, int | float):
        return (
            isinstance(required, int | float) and isinstance(provided, int | float) and provided >= required
        )
    return not _texts(required).isdisjoint(_texts(provided))


def fits(requires: Mapping[str, FactValue], provides: Mapping[str, FactValue]) -> bool | None:
    """Whether every requirement that the other one speaks of is met; None where it speaks of none."""
    verdicts = [met(value, provides[fact]) for fact, value in requires.items() if fact in provides]
    return all(verdicts) if verdicts else None


def _texts(value: str | tuple[str, ...]) -> set[str]:
    return {value} if isinstance(value, str) else set(value)
