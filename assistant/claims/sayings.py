"""Phrases that state something by themselves: stock, discounts, promises, praise, times."""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import takewhile

from assistant.claims.fits import fit_violations
from assistant.claims.known import Subject, folded, is_plain, stem
from assistant.claims.statement import Statement
from assistant.claims.wordlists import phrase, wordlists
from assistant.lexicon import lexicon
from assistant.reading.words import Span
from assistant.values import Violation, ViolationKind

#: Phrases that say that a product cannot be bought now, and the states in which that is so.
_UNSAID: Mapping[str, tuple[str, ...]] = {
    "gone": ("out_of_stock", "discontinued"),
    "gone_or_removed": ("out_of_stock", "discontinued"),
    "awaited": ("out_of_stock", "backorder", "preorder"),
    "unhad": ("out_of_stock", "discontinued", "backorder", "preorder"),
}
_RANKS = ("cheapest", "dearest", "rated_best", "rated_well")
#: The least that may be called a good rating.
GOOD_RATING = 4


def saying_violations(statement: Statement) -> Iterator[Violation]:
    """Each phrase is judged once: what is idle first, then the most particular."""
    for match in statement.find("idle"):
        statement.take(match.span())
    yield from _identity(statement)
    yield from _shelf(statement)
    yield from _budget(statement)
    yield from fit_violations(statement)
    yield from _stock(statement)
    yield from _rank(statement)
    yield from _worth(statement)
    yield from _told(statement, "free", "discount")
    yield from _told(statement, "promise", "promise")
    yield from _told(statement, "dates", "date")
    yield from _told(statement, "cheap", "price")
    yield from _told(statement, "praise", "attribute")
    yield from _behind_price(statement)


def _behind_price(statement: Statement) -> Iterator[Violation]:
    """What follows a price and leads to no other amount is about the price: "and you pay less"."""
    starts = [statement.words[one.start].start for one in statement.mentions]
    for _, end in statement.priced:
        stop = min(start for start in (*starts, len(statement.lower)) if start >= end)
        if any(end <= start < stop for start, _ in statement.amounts):
            continue
        for match in list(statement.find("tail_talk")):
            if end <= match.start() and match.end() <= stop:
                statement.take(match.span())
                yield Violation("discount", match[0])


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
        if match.end() >= len(statement.lower) or _is_rank(statement, match.end()):
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


def _is_rank(statement: Statement, end: int) -> bool:
    """ "Is the lower-priced one": its rank is looked at as such."""
    start = statement.words[statement.place_at(end)].start
    return any(phrase(name).match(statement.lower, start) for name in _RANKS)


def _shelf(statement: Statement) -> Iterator[Violation]:
    """ "Sits under tents": that shelf must be one of its own, even where the word for it is plain talk."""
    for match in statement.find("shelved"):
        if match.end() >= len(statement.lower):
            continue
        first = statement.place_at(match.end())
        run = _shelf_at(statement, first)
        if not run or statement.in_mention(first):
            continue
        last = statement.words[first + len(run) - 1]
        for owner in statement.before(match.span()):
            names = {stem(fold) for text in (*owner.titles, *owner.nouns) for fold in folded(text)}
            if owner.titles and stem(run[-1]) not in names:
                yield Violation("attribute", statement.text[match.start() : last.end])


def _shelf_at(statement: Statement, first: int) -> tuple[str, ...]:
    """The words up to one of the grammar; none where they call no shelf ("in our selection")."""
    ends = wordlists().words("joins") | lexicon().locale.stop
    near = [
        at for at in range(first, len(statement.words)) if statement.clauses[at] == statement.clauses[first]
    ]
    run = tuple(takewhile(lambda fold: fold not in ends, (statement.folds[at] for at in near)))
    idle = {stem(each) for each in wordlists().words("no_shelf")}
    if run and stem(run[0]) in idle:
        return ()
    while run and (stem(run[-1]) in idle or run[-1][0].isdigit()):
        run = run[:-1]
    return run


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


def _stock(statement: Statement) -> Iterator[Violation]:
    yield from _judge(statement, "scarce", "stock", lambda _: False)
    for name, unsaid in _UNSAID.items():
        for match in list(statement.find(name)):
            if not _is_of_goods(statement, name, match.span()):
                continue
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


def _is_of_goods(statement: Statement, name: str, span: Span) -> bool:
    """Whether it is said of what the shop has: "we have no" of a product that is named next, "is out" of one
    that an edit has not just taken out of a set."""
    if name == "unhad":
        following = statement.place_at(span[1])
        found = [statement.mention_at(place) for place in range(following, following + 3)]
        return any(one is not None and set(one.subjects) <= set(statement.known.products) for one in found)
    if name == "gone_or_removed":
        return all(each.statuses for each in statement.holders(span))
    return True


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
    denied = statement.denies(span)
    if subject.sold_out & set(clause):
        if "out_of_stock" in states:
            return not denied
        if "in_stock" in states and denied:
            return True
    nobody = any(one.end() <= span[0] for one in phrase("nobody").finditer(statement.lower))
    holds = bool(subject.statuses & set(states))
    return bool(subject.statuses) and holds != (denied or nobody)


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
    """A discount holds where its subject, or the set or cart that is spoken of, saves something; that there
    is none, where it does not. What makes a price one of a kind, or short-lived, no record tells."""

    def saves(span: Span) -> bool:
        run = folded(statement.text[span[0] : span[1]])
        owners = _payers(statement, span)
        if statement.denies(span):
            return all(_pays_full(owner) for owner in owners)
        return all(owner.amounts("savings") or owner.percents or owner.holds(run) for owner in owners)

    def pays_full(span: Span) -> bool:
        return bool(statement.amounts) or all(_pays_full(owner) for owner in _payers(statement, span))

    yield from _judge(statement, "lured", "discount", lambda _: False)
    yield from _judge(statement, "undiscounted", "discount", pays_full)
    yield from _judge(statement, "discount", "discount", saves)


def _payers(statement: Statement, span: Span) -> list[Subject]:
    """Whose price is spoken of: the set's or the cart's, where the sentence is not about one product."""
    known = statement.known
    products = [each for each in statement.named if each in known.products]
    if known.whole is not None and (len(products) != 1 or known.whole in statement.named):
        return [known.subject(known.whole)]
    return statement.owners(span)


def _pays_full(owner: Subject) -> bool:
    return not (owner.amounts("savings") or owner.percents)
