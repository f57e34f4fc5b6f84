"""The lines of evidence about a cart, for a model that was trained to tell: what was changed, what is in it,
and what it costs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.telling_shopping import short_name
from assistant.values import Evidence

#: Lines of a cart, and names of what was put in or taken out, that are told.
MOST_LINES, MOST_NAMES = 4, 3


def _cart(evidence: Evidence) -> list[str]:
    values: Mapping[str, Any] = evidence.values
    lines = [
        f"{each['quantity']} x {short_name(each['title'])}: {each['total']}"
        for each in values["items"][:MOST_LINES]
    ]
    more = len(values["items"]) - len(lines)
    lines += [f"and {more} more lines"] if more else []
    lines += [f'discount: "{each["title"]}", {each["amount"]} off' for each in values["discounts"][:1]]
    return [f"pieces: {values['count']}", *lines, f"total: {values['total']}"]


def _changed(name: str) -> Callable[[Evidence], list[str] | None]:
    """None where more was changed than can be named."""

    def lines(evidence: Evidence) -> list[str] | None:
        values: Mapping[str, Any] = evidence.values
        titles = [short_name(each) for each in values["titles"]]
        if not 0 < len(titles) <= MOST_NAMES:
            return None
        sums = [f"total: {values['total']}"] if values["count"] else []
        return [f"{name}: {'; '.join(titles)}", f"pieces: {values['count']}", *sums]

    return lines


LINES: Mapping[str, Callable[[Evidence], Sequence[str] | None]] = {
    "cart": _cart,
    "cart_added": _changed("added"),
    "cart_removed": _changed("removed"),
}
