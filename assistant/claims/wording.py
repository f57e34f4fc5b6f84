"""Names, and every other word that is neither plain talk nor in a record of what it is said of.

This is what fails closed: a colour, a material or a property needs no list of its own, because a word that
no fact holds is a claim.
"""

from collections.abc import Iterator

from assistant.claims.known import Subject, is_plain, stem
from assistant.claims.statement import Statement
from assistant.claims.wordlists import phrase, wordlists
from assistant.values import Violation

_PURPOSE = "for"
_PURPOSE_REACH = 6


def wording_violations(statement: Statement) -> Iterator[Violation]:
    """Names first; the words of a name that is wrong are not looked at one by one."""
    for start, end in _names(statement):
        span = (statement.words[start].start, statement.words[end - 1].end)
        if not _is_known_name(statement, start, end):
            statement.take(span)
            yield Violation("name", statement.text[span[0] : span[1]])
    for place, word in enumerate(statement.words):
        if word.fold[0].isdigit() or statement.in_mention(place) or not statement.free(word.span):
            continue
        sold_out = [owner for owner in statement.owners(word.span) if stem(word.fold) in owner.sold_out]
        if sold_out:
            if not _says_sold_out(statement, place):
                yield Violation("stock", statement.text[word.start : word.end])
        elif not is_plain(word.fold) and not _holds(statement, place):
            yield Violation("attribute", statement.text[word.start : word.end])


def _names(statement: Statement) -> Iterator[tuple[int, int]]:
    """Runs of words with capitals in one clause, outside of the names that are known."""
    start: int | None = None
    for place in range(len(statement.words) + 1):
        if place < len(statement.words) and _goes_on(statement, place, start):
            start = place if start is None else start
            continue
        if start is not None:
            yield from _trimmed(statement, start, place)
        start = place if place < len(statement.words) and _goes_on(statement, place, None) else None


def _goes_on(statement: Statement, place: int, start: int | None) -> bool:
    word = statement.words[place]
    if statement.in_mention(place) or not statement.free(word.span) or word.fold == "i":
        return False
    capital = statement.text[word.start].isupper()
    if start is None:
        return capital
    return capital and statement.clauses[place] == statement.clauses[start]


def _trimmed(statement: Statement, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence's first word has a capital anyway: alone, or plain, it is no part of a name."""
    before = statement.text[: statement.words[start].start].rstrip()
    if not before or before[-1] in ".?!:":
        start += end == start + 1 or is_plain(statement.folds[start])
    if start < end:
        yield start, end


def _is_known_name(statement: Statement, start: int, end: int) -> bool:
    run = statement.folds[start:end]
    span = (statement.words[start].start, statement.words[end - 1].end)
    known = statement.known
    if any(owner.holds(run) for owner in statement.owners(span)):
        return True
    if _goes_on_from_a_name(statement, start):
        return False
    return known.shared.holds(run) or (known.whole is not None and known.subject(known.whole).holds(run))


def _goes_on_from_a_name(statement: Statement, start: int) -> bool:
    """Whether it stands right behind a product's name: "Basket Planter Set" is another product's name, though
    each of its words is known."""
    if start == 0 or not statement.in_mention(start - 1):
        return False
    return not statement.text[statement.words[start - 1].end : statement.words[start].start].strip()


def _holds(statement: Statement, place: int) -> bool:
    word = statement.words[place]
    if word.fold in _words(statement.known.shared):
        return True
    if place in statement.denied:
        owners = statement.owners(word.span)
        return all(stem(word.fold) in owner.denied for owner in owners)
    owners = statement.holders(word.span)
    if all(_states(owner, word.fold) for owner in owners):
        return True
    owners = statement.owners(word.span)
    return all(_states(owner, word.fold) for owner in owners) or _is_purpose(statement, place)


def _states(owner: Subject, fold: str) -> bool:
    return stem(fold) in owner.stated


def _words(subject: Subject) -> set[str]:
    return {fold for run in subject.runs for fold in run.split()}


def _is_purpose(statement: Statement, place: int) -> bool:
    """What the shopper said it is for may be said again: "for camping with the kids"."""
    near = statement.folds[max(place - _PURPOSE_REACH, 0) : place]
    return _PURPOSE in near and stem(statement.folds[place]) in statement.known.wishes.stated


def _says_sold_out(statement: Statement, place: int) -> bool:
    """Whether the clause says that this choice cannot be had; that has been checked."""
    clause = statement.clauses[place]
    spans = [
        span
        for span in statement.taken
        if statement.alone or statement.clauses[statement.place_at(span[0])] == clause
    ]
    states = wordlists().maps["stock_states"]
    said = [statement.lower[start:end] for start, end in spans]
    return any("out_of_stock" in states.get(each, "") or phrase("gone").fullmatch(each) for each in said)
