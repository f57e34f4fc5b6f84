"""What an amount of money is of: a price, a total, a saving; and whose it is.

The words right at the amount decide. Where these say nothing, words of the same clause may ("the markdown
amounts to $5"), and words that could mean several things ("keep", "off") let it be what its owner has of that
amount. Any other amount is a price.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.claims.known import Subject
from assistant.claims.statement import Mention, Statement
from assistant.claims.wordlists import ends_with, phrase, starts_with
from assistant.reading.words import Span
from shop.money import Money

#: What an amount may be, by what is said at it; in the order in which a word before it counts.
_BEFORE = ("savings", "list", "left", "budget", "total", "share", "difference")
_AFTER = ("left", "share", "total", "each", "list", "savings", "budget", "difference")
#: What words of its clause may make it.
_STRICT = ("left", "savings", "list")
#: Roles that belong to the set or the cart where the sentence speaks of more than one product.
WHOLES = frozenset({"total", "savings", "left", "budget", "list", "difference", "sum"})
_FALLS_FROM = re.compile(r"\bfrom\s*$")
_FALLS_TO = re.compile(r"\s*(?:down )?to (?:just |only |now )?[$€£¥\d]")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in a sentence; `money` None where its currency is not the evidence's.

    `window` reaches from the amount before to the one after.
    """

    span: Span
    money: Money | None
    window: Span


@dataclass(frozen=True, slots=True)
class Role:
    """What an amount is of, and whether the sentence says that it is below or above it."""

    name: str
    bound: str | None = None


def role_of(statement: Statement, amount: Amount) -> Role:
    before, after = statement.without_names(amount.span[0]), statement.lower[amount.span[1] :]
    found = {each: match.start() for each in _BEFORE if (match := ends_with(f"{each}_before").search(before))}
    bounds = {
        side: match for side in ("below", "above") if (match := ends_with(f"{side}_before").search(before))
    }
    # "Adds up to" says what it is, and no bound.
    bound = next(
        (side for side in bounds if bounds[side].start() <= min(found.values(), default=10**6)), None
    )
    if bound is not None:
        before = before[: bounds[bound].start()]
        found = {each: 0 for each in _BEFORE if ends_with(f"{each}_before").search(before)}
    # "The difference amounts to" says more than "amounts to".
    role = min(found, key=lambda each: found[each], default=None)
    if role is None and _FALLS_FROM.search(before) and _FALLS_TO.match(after):
        role = "list"
    role_after = next((each for each in _AFTER if starts_with(f"{each}_after").match(after)), None)
    if role_after is not None and _gives_way(role, role_after, before):
        role = role_after
    if role == "share":
        role = _of_share(statement, amount)
    return Role(role or _of_clause(statement, amount, before) or "price", bound)


def _of_share(statement: Statement, amount: Amount) -> str:
    """What "$5 of your $90" is: the money left, where the clause says so, or what lies between two prices."""
    if _compares(statement, amount):
        return "difference"
    start, end = _clause(statement, amount.span)
    return "left" if phrase("left_strict").search(statement.lower, start, end) else "share"


def _gives_way(role: str | None, role_after: str, before: str) -> bool:
    """Whether what follows an amount says it better: not of "$5 of your $90 left", where 90 is the budget."""
    if role == "budget" and role_after == "left":
        return ends_with("part_of").search(before) is None
    return role in (None, "difference", "budget", "share")


def _of_clause(statement: Statement, amount: Amount, before: str) -> str | None:
    """What the clause says the amount to be, unless it stands right behind "at" or "for"."""
    if ends_with("part_of").search(before):
        return "sum"
    if ends_with("anchors").search(before):
        return None
    if _compares(statement, amount):
        return "difference"
    start, end = _clause(statement, amount.span)
    text = statement.lower[max(start, amount.window[0]) : min(end, amount.window[1])]
    return next((each for each in _STRICT if phrase(f"{each}_strict").search(text)), None) or (
        "list"
        if phrase("undiscounted").search(statement.lower[amount.window[0] : amount.window[1]])
        else None
    )


def _clause(statement: Statement, span: Span) -> Span:
    place = statement.place_at(span[0])
    same = [
        word for at, word in enumerate(statement.words) if statement.clauses[at] == statement.clauses[place]
    ]
    return same[0].start, same[-1].end


def _compares(statement: Statement, amount: Amount) -> bool:
    """ "You keep $5 if you choose the tent rather than the tarp": it is what lies between two prices."""
    text = statement.lower[amount.window[0] : amount.window[1]]
    return (
        len(_products(statement)) > 1
        and phrase("compares").search(text) is not None
        and phrase("differs").search(text) is not None
    )


def soft_roles(statement: Statement, amount: Amount, roles: Sequence[str]) -> Iterator[str]:
    """Which of these roles the amount may have, by words that could mean several things."""
    text = statement.lower[amount.window[0] : amount.window[1]]
    for each in roles:
        if phrase(f"{each}_soft").search(text):
            yield each


def owners_of(statement: Statement, amount: Amount, role: str) -> list[Subject]:
    """Whose amount it is; sums are the set's, too, where the sentence does not speak of one product."""
    known = statement.known
    whole = known.whole
    if role == "share" and whole is not None:
        return _sharers(statement, amount)
    if whole is not None and _adds_up(statement, amount):
        return [known.subject(whole)]
    owners = statement.owners(amount.span)
    if role == "difference":
        return [*owners, *_gaps(statement)]
    products = _products(statement)
    speaks_of_one = len(products) == 1 and whole not in statement.named
    if role == "each" and not products:
        return [known.subject(each) for each in known.products]
    if role in WHOLES and whole is not None and (not speaks_of_one or role in ("budget", "left", "sum")):
        return [*owners, known.subject(whole)]
    return owners


def _products(statement: Statement) -> list[str]:
    return [each for each in statement.named if each in statement.known.products]


def _gaps(statement: Statement) -> Iterator[Subject]:
    """What the evidence calls a difference, and what lies between the prices of two products named."""
    known = statement.known
    yield from (each for each in known.subjects.values() if "difference" in each.money)
    for one, other in combinations(_products(statement), 2):
        subject = Subject(f"{one}-{other}")
        for mine in known.subject(one).amounts("price"):
            for its in known.subject(other).amounts("price"):
                if mine.currency == its.currency and mine != its:
                    gap = Money(abs(mine.amount - its.amount), mine.currency)
                    subject.money.setdefault("difference", set()).add(gap)
        yield subject


def _sharers(statement: Statement, amount: Amount) -> list[Subject]:
    """The product that takes its share of a sum: the last one before it in its clause, or the first after."""
    place = statement.place_at(amount.span[0])
    mentions = _mentions(statement)
    same = [one for one in mentions if statement.clauses[one.start] == statement.clauses[place]]
    before, after = [one for one in same if one.end <= place], [one for one in same if one.start > place]
    nearest = before[-1:] or after[:1]
    return [statement.known.subject(each) for one in nearest for each in one.subjects] or statement.owners(
        amount.span
    )


def _mentions(statement: Statement) -> Sequence[Mention]:
    products = set(statement.known.products)
    return [one for one in statement.mentions if set(one.subjects) <= products]


def _adds_up(statement: Statement, amount: Amount) -> bool:
    """ "Counting the tent, you are at $90": what is named before is only a part of what is summed up."""
    place = statement.place_at(amount.span[0])
    clause = statement.clauses[place]
    mentions = _mentions(statement)
    if (
        not mentions
        or mentions[-1].end > place
        or any(statement.clauses[one.start] == clause for one in mentions)
    ):
        return False
    before = statement.lower[: statement.words[mentions[0].start].start]
    behind = statement.lower[statement.words[mentions[-1].end - 1].end :]
    return (
        ends_with("adds").search(before) is not None or starts_with("and_the_rest").match(behind) is not None
    )


def line_of(statement: Statement, amount: Amount) -> list[Subject]:
    """ "For 2 of the lamps, the cart shows $48": the product whose number was said, where it is the set's or
    the cart's and more than one; none where the price of one is said."""
    place = statement.place_at(amount.span[0])
    one = next((each for each in reversed(_mentions(statement)) if each.end <= place), None)
    if one is None or ends_with("each_price").search(statement.lower[: amount.span[0]]):
        return []
    clauses = {statement.clauses[one.start], statement.clauses[place]}
    leads = statement.folds[: one.start] and statement.folds[0] == "for"
    subjects = [statement.known.subject(each) for each in one.subjects]
    behind = statement.folds[one.end : one.end + 3]
    said = {*statement.folds[max(one.start - 4, 0) : one.start]}
    said |= {behind[0]} if behind[1:] == ("of", "them") else set()
    times = {
        number for number, each in zip(statement.folds, statement.folds[1:], strict=False) if each == "time"
    }
    said |= times
    counts = {str(count) for each in subjects for count in each.counts.get("quantity", ()) if count > 1}
    together = len(clauses) == 1 or leads or bool(times) or behind[1:] == ("of", "them")
    return subjects if together and said & counts else []
