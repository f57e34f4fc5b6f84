"""Phrases that state something by themselves: stock, fit, discounts, promises, praise, times."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import combinations

from assistant.claims.known import Subject, folded, is_plain, stem
from assistant.claims.statement import Statement
from assistant.claims.wordlists import phrase, wordlists
from assistant.facts import pair_subject
from assistant.reading.words import Span
from assistant.values import Violation, ViolationKind

_GOES_ON = re.compile(r"[,;] (?:but|and|though|yet|while)\b")

#: Phrases that say that a product cannot be bought now, and the states in which that is so.
_UNSAID: Mapping[str, tuple[str, ...]] = {
    "gone": ("out_of_stock", "discontinued"),
    "awaited": ("out_of_stock", "backorder", "preorder"),
}
#: The least that may be called a good rating.
GOOD_RATING = 4


def saying_violations(statement: Statement) -> Iterator[Violation]:
    """Each phrase is judged once: what is idle first, then the most particular."""
    for match in statement.find("idle"):
        statement.take(match.span())
    yield from _identity(statement)
    yield from _budget(statement)
    yield from _fit(statement)
    yield from _stock(statement)
    yield from _rank(statement)
    yield from _worth(statement)
    yield from _told(statement, "free", "discount")
    yield from _told(statement, "promise", "promise")
    yield from _told(statement, "dates", "date")
    yield from _told(statement, "cheap", "price")
    yield from _told(statement, "praise", "attribute")


def _judge(
    statement: Statement, name: str, kind: ViolationKind, holds: Callable[[Span], bool]
) -> Iterator[Violation]:
    """Takes each phrase of that name and reports those that do not hold."""
    for match in list(statement.find(name)):
        statement.take(match.span())
        if not holds(match.span()):
            yield Violation(kind, match[0])


def _told(statement: Statement, name: str, kind: ViolationKind) -> Iterator[Violation]:
    """Phrases that are true only where a record writes them."""

    def written(span: Span) -> bool:
        run = folded(statement.text[span[0] : span[1]])
        place = statement.place_at(span[0])
        wished = "for" in statement.folds[max(place - 6, 0) : place] and statement.known.wishes.holds(run)
        return wished or all(owner.holds(run) for owner in statement.owners(span))

    return _judge(statement, name, kind, written)


def _identity(statement: Statement) -> Iterator[Violation]:
    """ "Is a tent": the thing that a product is said to be must be in its title or on its shelf."""
    for match in statement.find("identity"):
        if match.end() >= len(statement.lower):
            continue
        first = statement.place_at(match.end())
        place = first
        while place < len(statement.words) and _is_of_thing(statement, first, place):
            place += 1
        if _stands_for_name(statement, first, place):
            continue
        head = statement.words[max(place - 1, first)]
        for owner in statement.before(match.span()):
            names = {stem(fold) for text in (*owner.titles, *owner.nouns) for fold in folded(text)}
            if not is_plain(head.fold) and owner.titles and stem(head.fold) not in names:
                yield Violation("attribute", statement.text[match.start() : head.end])


def _stands_for_name(statement: Statement, first: int, place: int) -> bool:
    """ "Is the Heron": a name, which is looked at as such; or "is a green one", whose words are."""
    one = statement.folds[place : place + 1] in (("one",), ("1",))
    return one or (statement.in_mention(first) and statement.text[statement.words[first].start].isupper())


def _is_of_thing(statement: Statement, first: int, place: int) -> bool:
    near = statement.clauses[place] == statement.clauses[first]
    return near and not is_plain(statement.folds[place])


def _budget(statement: Statement) -> Iterator[Violation]:
    whole = statement.known.whole

    def totals(above: bool) -> bool:
        if whole is None:
            return False
        subject = statement.known.subject(whole)
        pairs = [
            (total, budget) for total in subject.amounts("total") for budget in subject.amounts("budget")
        ]
        return bool(pairs) and all((total > budget) == above for total, budget in pairs)

    yield from _judge(statement, "over_budget", "total", lambda _: totals(above=True))
    yield from _judge(statement, "in_budget", "total", lambda _: totals(above=False))


def _fit(statement: Statement) -> Iterator[Violation]:
    for match in list(statement.find("fit_idle")):
        statement.take(match.span())
    unsure = list(statement.find("fit_unknown"))
    if unsure:
        statement.take((unsure[0].start(), _end_of_doubt(statement, unsure[0])))
        if not _fits(statement, ("unknown",)):
            yield Violation("compatibility", unsure[0][0])
    yield from _judge(statement, "misfits", "compatibility", lambda _: _fits(statement, ("incompatible",)))
    yield from _judge(statement, "fits", "compatibility", lambda span: _fit_holds(statement, span))
    if len(set(statement.named) & set(statement.known.products)) > 1:
        yield from _judge(
            statement,
            "fit_between",
            "compatibility",
            lambda span: statement.in_mention(statement.place_at(span[0])) or _fit_holds(statement, span),
        )


def _end_of_doubt(statement: Statement, unsure: re.Match[str]) -> int:
    """What is not known ends where the sentence goes on with something else."""
    goes_on = _GOES_ON.search(statement.lower, unsure.end())
    return goes_on.start() if goes_on else len(statement.text)


def _fit_holds(statement: Statement, span: Span) -> bool:
    if statement.denies(span):
        return _fits(statement, ("incompatible",))
    return _fits(statement, ("compatible",)) or _is_fact_name(statement, span) or _meets_fact(statement, span)


def _is_fact_name(statement: Statement, span: Span) -> bool:
    """ "Brand compatibility" is what a record calls a fact of its own."""
    place = statement.place_at(span[0])
    run = statement.folds[max(place - 1, 0) : place + len(folded(statement.text[span[0] : span[1]]))]
    return len(run) > 1 and all(owner.holds(run) for owner in statement.owners(span))


def _fits(statement: Statement, states: tuple[str, ...]) -> bool:
    """Whether the records say so of every two products named, or of the whole set."""
    known = statement.known
    named = [each for each in statement.named if each in known.products]
    if len(named) > 1:
        found = {known.fits.get(pair_subject(a, b), "unknown") for a, b in combinations(named, 2)}
        return found <= set(states)
    if named and known.whole not in statement.named and not statement.everyone:
        return False
    return known.whole is not None and known.subject(known.whole).fit in states


def _meets_fact(statement: Statement, span: Span) -> bool:
    """ "Works with EN417": a code that the one product's record names."""
    if len(set(statement.named) & set(statement.known.products)) > 1:
        return False
    place = statement.place_at(span[1])
    rest = statement.folds[place : place + 5]
    return any(
        owner.holds(rest[start:end])
        for owner in statement.owners(span)
        for start, end in combinations(range(len(rest) + 1), 2)
        if end - start > 1 and any(each[0].isdigit() for each in rest[start:end])
    )


def _stock(statement: Statement) -> Iterator[Violation]:
    yield from _judge(statement, "scarce", "stock", lambda _: False)
    for name, unsaid in _UNSAID.items():
        for match in list(statement.find(name)):
            statement.take(match.span())
            if not _are_in_state(statement, match.span(), unsaid):
                yield Violation("stock", match[0])
    for match in list(statement.find("stock")):
        statement.take(match.span())
        states = wordlists().maps["stock_states"].get(match[0], "").split()
        if match[0] == "available" and _only_offers(statement, match.span()):
            continue
        if not _are_in_state(statement, match.span(), states):
            yield Violation("stock", match[0])


def _only_offers(statement: Statement, span: Span) -> bool:
    """ "Available in blue" speaks of a choice; whether there is a blue one is checked with its word."""
    return statement.lower[span[1] :].lstrip().startswith("in ") and not statement.denies(span)


def _are_in_state(statement: Statement, span: Span, states: Collection[str]) -> bool:
    return all(_in_state(statement, span, each, states) for each in statement.holders(span))


def _in_state(statement: Statement, span: Span, subject: Subject, states: Collection[str]) -> bool:
    place = statement.place_at(span[0])
    clause = [
        stem(fold)
        for at, fold in enumerate(statement.folds)
        if statement.alone or statement.clauses[at] == statement.clauses[place]
    ]
    if "out_of_stock" in states and subject.sold_out & set(clause):
        return True
    nobody = any(one.end() <= span[0] for one in phrase("nobody").finditer(statement.lower))
    holds = bool(subject.statuses & set(states))
    return bool(subject.statuses) and holds != (statement.denies(span) or nobody)


def _rank(statement: Statement) -> Iterator[Violation]:
    """First and last by price or rating, among the products of the evidence."""

    def by_price(span: Span, *, lowest: bool) -> bool:
        known = statement.known
        prices = {name: min(known.subject(name).amounts("price"), default=None) for name in known.products}
        amounts = [price for price in prices.values() if price is not None]
        mine = [prices.get(owner.id) for owner in statement.owners(span)[:1]]
        extreme = (min(amounts) if lowest else max(amounts)) if amounts else None
        return (len(amounts) > 1 and mine == [extreme]) or (known.cheapest_said and lowest)

    def by_rating(span: Span) -> bool:
        known = statement.known
        ratings = [rating for name in known.products if (rating := known.subject(name).rating) is not None]
        mine = statement.owners(span)[0].rating
        return mine is not None and len(ratings) == len(known.products) > 1 and mine == max(ratings)

    yield from _judge(statement, "cheapest", "price", lambda span: by_price(span, lowest=True))
    yield from _judge(statement, "dearest", "price", lambda span: by_price(span, lowest=False))
    yield from _judge(statement, "rated_best", "attribute", by_rating)
    yield from _judge(
        statement,
        "rated_well",
        "attribute",
        lambda span: all((each.rating or 0) >= GOOD_RATING for each in statement.holders(span)),
    )


def _worth(statement: Statement) -> Iterator[Violation]:
    """A discount holds where its subject, or the set or cart that is spoken of, saves something."""

    def saves(span: Span) -> bool:
        known = statement.known
        products = [each for each in statement.named if each in known.products]
        owners = statement.owners(span)
        if known.whole is not None and (len(products) != 1 or known.whole in statement.named):
            owners = [known.subject(known.whole)]
        run = folded(statement.text[span[0] : span[1]])
        return all(owner.amounts("savings") or owner.percents or owner.holds(run) for owner in owners)

    yield from _judge(statement, "discount", "discount", saves)
