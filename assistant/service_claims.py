"""What a sentence about an order, a refund, an invoice or an account claims that its evidence does not hold.

Pure. Every word with a digit in it (numbers of orders and parcels, days, sums) must stand in the evidence to
the letter, a day beside its own event, and a state must be the state of the order that it is said of. Of
other words only plain ones may be said, those of the evidence, and those that belong to such an order
(`claims/after_sale.toml`): it fails closed. English only.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from assistant.claims.known import folded, is_plain, stem
from assistant.values import Evidence, Violation
from shop.serialise import Json

#: How each state is said; what does not hold for an order may not be said of it.
_STATES: Mapping[str, str] = {
    "pending": r"wait\w* for (?:its|a|the) payment|payment (?:\w+ ){0,6}still open|not paid",
    "paid": r"being packed|(?:are )?packing|getting order \S+ ready",
    "shipped": r"on its way(?! to you, we have sent)|on the road|has left us|with the carrier|been shipped"
    r"|have shipped|was shipped|carrier has order",
    "delivered": r"\bdelivered|has arrived\b(?! and was checked)|reached you",
    "cancelled": r"\bcancelled",
    "return_requested": r"waiting for your return|return (?:\w+ ){0,6}is registered|return is open",
    "exchange_requested": r"waiting for your exchange|exchange (?:\w+ ){0,6}is registered|exchange is open",
    "returned": r"(?:was|is|as) returned|came back to us",
}
_DENIED = re.compile(
    r"\b(?:not|no|nothing|neither|never|n't|once|until|when|before|without|should)\b[^.;:]*$"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EVENTS = {
    "placed": re.compile(r"(?:placed(?: on)?|ordered (?:it )?on|since|from|of)\s*$"),
    "delivered": re.compile(
        r"(?:delivered on|arrived on|delivery on|reached you on|marked as delivered on)\s*$"
    ),
}
_CUT = re.compile(r"(?<=[.!?;])\s+")
_WORDS = Path(__file__).parent / "claims" / "after_sale.toml"
_STATEFUL = ("order_status", "refund_status", "orders_listed")


def service_violations(text: str, evidence: Evidence, *, any_words: bool = False) -> tuple[Violation, ...]:
    """Claims of the text that the evidence does not hold, each once. With `any_words` only figures, days and
    states are judged: for drafts that a person reads before they are sent."""
    judges = (_figures, _days, _states, *(() if any_words else (_other_words,)))
    return tuple(dict.fromkeys(wrong for judge in judges for wrong in judge(text, evidence)))


def _other_words(text: str, evidence: Evidence) -> Iterator[Violation]:
    """Words that neither the evidence nor the lists that belong to it hold, and that are not plain."""
    leaves = _leaves(dict(evidence.values))
    held = {stem(word) for leaf in leaves for word in folded(leaf.replace("_", " "))}
    held |= {word for name in _lists(evidence) for word in _allowed().get(name, ())}
    for word in folded(text):
        if not word[0].isdigit() and not is_plain(word) and stem(word) not in held:
            yield Violation("attribute", word)


def _lists(evidence: Evidence) -> tuple[str, ...]:
    """The lists of words that belong to this evidence."""
    values = evidence.values
    status = str(values.get("status") or "")
    match evidence.situation:
        case "order_status":
            return (status,)
        case "orders_listed":
            rows = values["orders"]
            rows = rows if isinstance(rows, list) else []
            return ("orders_listed", *{str(row["status"]) for row in rows if isinstance(row, dict)})
        case "refund_status":
            ended = {"cancelled": "refund_cancelled", "returned": "refund_returned"}
            waits = status in ("return_requested", "exchange_requested")
            none = "refund_waiting" if waits else "refund_none"
            return ("refund_amount",) if values["amount"] else (ended.get(status, none),)
        case "change_done":
            return (str(values["action"]),)
    return (evidence.situation,)


@cache
def _allowed() -> Mapping[str, frozenset[str]]:
    lists = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return {name: frozenset(map(stem, words.split())) for name, words in lists.items()}


def _figures(text: str, evidence: Evidence) -> Iterator[Violation]:
    """Words with a digit that stand nowhere in the evidence."""
    held = {each for leaf in _leaves(dict(evidence.values)) for each in _words(leaf)}
    for word in _words(text):
        if any(sign.isdigit() for sign in word) and word not in held:
            yield Violation("number", word)


def _days(text: str, evidence: Evidence) -> Iterator[Violation]:
    """Days that are said of another event than their own."""
    known = {name: evidence.values.get(name) for name in _EVENTS}
    for match in _DAY.finditer(text):
        for name, pattern in _EVENTS.items():
            if known[name] and pattern.search(text[: match.start()]) and match[0] != known[name]:
                yield Violation("date", match[0])


def _states(text: str, evidence: Evidence) -> Iterator[Violation]:
    if evidence.situation not in _STATEFUL:
        return
    status = (
        {str(evidence.values["order_id"]): evidence.values["status"]} if "order_id" in evidence.values else {}
    )
    rows = evidence.values.get("orders")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            status[str(row["id"])] = row["status"]
    for part in _CUT.split(_without_goods(text, evidence)):
        named = {status[each] for each in status if each in _words(part)} or set(status.values())
        for state, pattern in _STATES.items():
            for match in re.finditer(pattern, part, re.IGNORECASE):
                if state not in named and not _DENIED.search(part[: match.start()].lower()):
                    yield Violation("policy", match[0])


def _without_goods(text: str, evidence: Evidence) -> str:
    """The text with the titles of its goods blanked: "Packing Cubes" say nothing of a state."""
    rows = evidence.values.get("orders")
    orders = [
        evidence.values,
        *(row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict)),
    ]
    for order in orders:
        for title in _leaves([order.get("items"), order.get("returning")]):
            text = text.replace(title, " ... ")
    return text


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?()\"'") for word in text.split()]


def _leaves(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif value is not None:
        yield str(value)
