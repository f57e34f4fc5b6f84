"""The lines of evidence after the sale, for a model that was trained to tell: a policy's passage, orders,
refunds, invoices, an account, and what was changed.

They hold only what may be said, in the order in which it matters, and each value to the letter: a number, a
day or a sum is copied, never worked out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.values import Evidence

#: Characters of a question, of a passage and of a name that a line holds at most.
LONGEST_QUESTION, LONGEST_PASSAGE, LONGEST_NAME = 120, 420, 60
MOST_ITEMS, MOST_ORDERS = 3, 5

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

Lines = list[str]


def policy(evidence: Evidence) -> Lines:
    """What was asked, and the passage with the heading that it stands under."""
    values = evidence.values
    asked = str(values["question"]).strip()[:LONGEST_QUESTION]
    return [*([f"asked: {asked}"] if asked else []), f"{values['title']}: {passage(str(values['quote']))}"]


def passage(text: str) -> str:
    """Its first sentences, as many as fit."""
    told = ""
    for sentence in _SENTENCE_END.split(" ".join(text.split())):
        if told and len(told) + len(sentence) >= LONGEST_PASSAGE:
            break
        told = f"{told} {sentence}".strip()
    return told[:LONGEST_PASSAGE]


def policy_unknown(evidence: Evidence) -> Lines:
    return [f"topic: {evidence.values['topic']}"]


def order_status(evidence: Evidence) -> Lines:
    values = evidence.values
    first = [f"order {values['order_id']}", _state(values["status"]), f"placed {values['placed']}"]
    if values["delivered"] and values["status"] == "delivered":
        first.append(f"delivered {values['delivered']}")
    lines = [", ".join(first), f"items: {_listed(values['items'])}"]
    lines += _known(values, "total", "tracking")
    if values["returning"] and values["status"] == "return_requested":
        lines.append(f"returning: {_listed(values['returning'])}")
    return lines


def orders_listed(evidence: Evidence) -> Lines:
    values = evidence.values
    rows: Any = values["orders"]
    told = [f"{row['id']}, {_state(row['status'])}, placed {row['placed']}" for row in rows[:MOST_ORDERS]]
    return [f"count: {values['count']}", *told]


def refund_status(evidence: Evidence) -> Lines:
    values = evidence.values
    refunded = f"refunded: {values['amount']}" if values["amount"] else "refunded: nothing"
    return [f"order {values['order_id']}, {_state(values['status'])}", refunded]


def invoice(evidence: Evidence) -> Lines | None:
    """None where it has more lines than can be told: its template lists them all."""
    values = evidence.values
    lines: Any = values["lines"]
    if len(lines) > MOST_ITEMS:
        return None
    return [f"order {values['order_id']}, placed {values['placed']}", *lines, f"total: {values['total']}"]


def account(evidence: Evidence) -> Lines:
    return _known(evidence.values, "name", "email", "phone", "address")


def change_done(evidence: Evidence) -> Lines:
    """The change, and of its values those that its words are made of."""
    values = evidence.values
    order = f", order {values['order_id']}" if values["order_id"] else ""
    lines = [f"{_state(values['action'])}{order}"]
    if values["action"] in ("return_items", "exchange_items"):
        lines.append(f"items: {_listed(values['items'])}")
    if values["new"]:
        lines.append(f"new: {_listed(values['new'])}")
    if values["action"] == "cancel_order":
        lines += _known(values, "amount")
    return lines + _known(values, "detail")


def name(title: str) -> str:
    """A title in whole words, as many as fit."""
    if len(title) <= LONGEST_NAME:
        return title
    return title[:LONGEST_NAME].rsplit(" ", 1)[0].rstrip(" -,;(|")


def _listed(titles: Any) -> str:
    told = [name(str(each)) for each in titles[:MOST_ITEMS]]
    more = len(titles) - len(told)
    return "; ".join([*told, *([f"{more} more"] if more else [])])


def _known(values: Mapping[str, Any], *names: str) -> Lines:
    return [f"{each}: {values[each]}" for each in names if values[each]]


def _state(status: object) -> str:
    return str(status).replace("_", " ")


LINES: Mapping[str, Callable[[Evidence], Sequence[str] | None]] = {
    "policy": policy,
    "policy_unknown": policy_unknown,
    "order_status": order_status,
    "orders_listed": orders_listed,
    "refund_status": refund_status,
    "invoice": invoice,
    "account": account,
    "change_done": change_done,
}
