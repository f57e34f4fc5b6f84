"""What a sentence says of fitting together: that things do, that they do not, or that it is not known.

A sentence that asks, doubts or advises to check claims that the records do not tell.
"""

import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

from assistant.claims.known import folded
from assistant.claims.statement import Statement
from assistant.claims.wordlists import phrase, wordlists
from assistant.facts import pair_subject
from assistant.reading.words import Span
from assistant.values import Violation

_GOES_ON = re.compile(r"[,;] (?:but|and|though|yet|while)\b")
_UNKNOWN, _CLASHES, _FITS = ("unknown",), ("incompatible",), ("compatible",)


def fit_violations(statement: Statement) -> Iterator[Violation]:
    """Doubt is looked at first: what it is about is no claim."""
    for match in [*statement.find("fit_idle"), *statement.find("fit_any")]:
        if match.re is not phrase("fit_any") or not _is_of_two(statement, match.span()):
            statement.take(match.span())
    yield from _doubts(statement)
    yield from _judge(statement, "misfits", lambda _: _fits(statement, _CLASHES))
    yield from _judge(statement, "fits", lambda span: _fit_holds(statement, span))
    if _names_two(statement):
        yield from _judge(statement, "misfit_between", lambda _: _fits(statement, _CLASHES))
        yield from _judge(
            statement,
            "fit_between",
            lambda span: not _relates(statement, span) or _fit_holds(statement, span),
        )
        yield from _pairs(statement)


def _judge(statement: Statement, name: str, holds: Callable[[Span], bool]) -> Iterator[Violation]:
    for match in list(statement.find(name)):
        statement.take(match.span())
        if not holds(match.span()):
            yield Violation("compatibility", match[0])


def _names_two(statement: Statement) -> bool:
    return len(set(statement.named) & set(statement.known.products)) > 1


def _pairs(statement: Statement) -> Iterator[Violation]:
    """Of two parts of a set, one clause says what no list of words has: "has a place for the lamp"."""
    products = set(statement.known.products)
    mentions = [one for one in statement.mentions if set(one.subjects) <= products]
    for one, other in pairwise(mentions):
        clause = statement.clauses[one.start]
        span = (statement.words[one.end - 1].end, statement.words[other.start].start)
        same = clause == statement.clauses[other.start] and one.subjects != other.subjects
        if not same or statement.known.whole is None or not statement.free(span):
            continue
        first = next(at for at, each in enumerate(statement.clauses) if each == clause)
        said = statement.lower[statement.words[first].start : span[1]]
        if any(not _is_joint(each) for each in statement.folds[one.end : other.start]) and not phrase(
            "unrelated"
        ).search(said):
            denied = any(place in statement.denied for place in range(first, other.start))
            if not _fits(statement, _CLASHES if denied else _FITS):
                yield Violation(
                    "compatibility", statement.text[statement.words[one.start].start : span[1]].strip()
                )


def _is_joint(fold: str) -> bool:
    """Whether a word only joins two names, or is no word."""
    lists = wordlists()
    return fold in lists.words("joins") | lists.words("articles") or fold[0].isdigit()


def _relates(statement: Statement, span: Span) -> bool:
    """Whether the words are said of a product: not in its name, and not of the set ("holds the lamp")."""
    products = set(statement.known.products)
    named = (one for one in statement.mentions if set(one.subjects) <= products)
    said = any(statement.words[one.start].start < span[1] for one in named)
    return said and not statement.in_mention(statement.place_at(span[0]))


def _is_of_two(statement: Statement, span: Span) -> bool:
    """ "With the stove, you have one that fits the pan" does say that two things fit."""
    after = [one for one in statement.mentions if statement.words[one.start].start >= span[1]]
    clause = statement.clauses[statement.place_at(span[0])]
    return _names_two(statement) and any(statement.clauses[one.start] == clause for one in after)


def _doubts(statement: Statement) -> Iterator[Violation]:
    unsure = list(statement.find("fit_unknown"))
    end = _end_of_doubt(statement, unsure[0]) if unsure else 0
    if not unsure and (_names_two(statement) or statement.known.whole is not None):
        unsure = [each for each in statement.find("fit_asked") if _is_about_fit(statement, each)]
        end = _end_of_question(statement, unsure[0]) if unsure else 0
    if unsure:
        statement.take((unsure[0].start(), end))
        if not _fits(statement, _UNKNOWN):
            yield Violation("compatibility", unsure[0][0])


def _is_about_fit(statement: Statement, asked: re.Match[str]) -> bool:
    end = _end_of_question(statement, asked)
    return any(phrase(name).search(statement.lower, asked.start(), end) for name in ("fits", "fit_between"))


def _end_of_doubt(statement: Statement, unsure: re.Match[str]) -> int:
    """What is not known ends where the sentence goes on with something else."""
    goes_on = _GOES_ON.search(statement.lower, unsure.end())
    return goes_on.start() if goes_on else len(statement.text)


def _end_of_question(statement: Statement, asked: re.Match[str]) -> int:
    """As of doubt, but no further than a comma outside of a name: "whether big or small, it fits" claims."""
    for comma in re.finditer("[,;]", statement.lower[asked.end() :]):
        at = asked.end() + comma.start()
        if not any(
            statement.words[one.start].start < at < statement.words[one.end - 1].end
            for one in statement.mentions
        ):
            return at
    return len(statement.text)


def _fit_holds(statement: Statement, span: Span) -> bool:
    if statement.denies(span) or _is_undone(statement, span):
        return _fits(statement, _CLASHES)
    return _fits(statement, _FITS) or _is_fact_name(statement, span) or _meets_fact(statement, span)


def _is_undone(statement: Statement, span: Span) -> bool:
    """ "Combining the two is not possible": the clause denies it only at its end."""
    place = statement.place_at(span[0])
    last = max(at for at, clause in enumerate(statement.clauses) if clause == statement.clauses[place])
    end = statement.words[last].end
    return phrase("fit_undone").search(statement.lower, span[1], end) is not None


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
    if _names_two(statement):
        return False
    place = statement.place_at(span[1])
    rest = statement.folds[place : place + 5]
    return any(
        owner.holds(rest[start:end])
        for owner in statement.owners(span)
        for start, end in combinations(range(len(rest) + 1), 2)
        if end - start > 1 and any(each[0].isdigit() for each in rest[start:end])
    )
