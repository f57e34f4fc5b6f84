"""Numbers that are no money: ratings, counts, quantities, measures, codes.

A number holds where a record of its subject writes it beside the same word ("5.9 kg"), or where it counts
what the facts count. Digits and number words are one.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.claims.known import Subject, is_plain
from assistant.claims.statement import Mention, Statement
from assistant.claims.wordlists import ends_with, phrase, starts_with, wordlists
from assistant.lexicon import lexicon
from assistant.reading.words import Span
from assistant.values import Violation, ViolationKind

MOST_STARS = 5
#: A number, its unit and an adjective: "31 cm long".
MEASURED_WORDS = 3
#: Words before a number that a record writes just so: "pack of 6".
RUN = 2
_TIMES = frozenset({"minute", "hour", "day", "week", "month", "year", "am", "pm"})
_MULTIPLIED = "x"
_TIMES_OF = "time"
_OF_IT = (("of", "it"), ("of", "them"))
_THESE = frozenset({"these", "those", "all", "only"})
#: What may follow a number that begins a sentence and counts all that is shown.
_CHOSEN = frozenset({"to", "that", "of", "are", "i", "we", "which"})
_PARTITIVE = ("of", "the", "these", "your")


def figure_violations(statement: Statement) -> Iterator[Violation]:
    """Every number that is free and in no product's name."""
    for place, word in enumerate(statement.words):
        if not word.fold[0].isdigit() or not statement.free(word.span) or statement.in_mention(place):
            continue
        measured = _measured(statement, place)
        if measured is not None:
            statement.take(statement.words[place + 2].span)
        if not (_holds(statement, place) if measured is None else measured):
            yield Violation(_kind(statement, place), _shown(statement, place))
        statement.take(word.span)


def _holds(statement: Statement, place: int) -> bool:
    word = statement.words[place]
    if _is_mismeasured(statement, place):
        return False
    owners = statement.owners(word.span)
    if _is_rating(statement, word.span) and not _unit(statement, place):
        return all(owner.rating == _value(word.fold) for owner in owners) or _is_scale(statement, word.span)
    counted = _counted(statement, place, owners)
    if counted is not None:
        return counted
    quantity = _quantity(statement, place)
    if quantity is not None:
        return quantity
    return all(_is_written(statement, place, owner) for owner in owners) or _is_wished(statement, place)


def _is_mismeasured(statement: Statement, place: int) -> bool:
    """ "Weighs 0.8 l": the verb before the number measures something else than its unit."""
    verb = statement.folds[place - 1] if place else ""
    units = wordlists().maps["verb_units"].get(verb)
    unit = _unit(statement, place)
    return units is not None and unit is not None and unit not in units.split()


def _measured(statement: Statement, place: int) -> bool | None:
    """Whether "31 cm long" is what its record has for a length; None where it has none, or no such word."""
    run = (statement.folds[place], *_after(statement, place)[:2])
    name = wordlists().maps["measured"].get(run[-1]) if len(run) == MEASURED_WORDS else None
    if name is None or _unit(statement, place) is None:
        return None
    owners = statement.owners(statement.words[place].span)
    if not all(any(name in _name(each) for each in owner.measures) for owner in owners):
        return None
    return all(owner.holds((name, *run[:-1])) for owner in owners)


def _unit(statement: Statement, place: int) -> str | None:
    """The unit after a number: units that count ("4 people") are none here."""
    after = _after(statement, place)[:1]
    counted = wordlists().maps["counted"]
    known = set(lexicon().locale.units.values())
    return after[0] if after and after[0] in known and after[0] not in counted else None


def _is_rating(statement: Statement, span: Span) -> bool:
    before, after = statement.lower[: span[0]], statement.lower[span[1] :]
    return bool(ends_with("rating_before").search(before) or starts_with("rating_after").match(after)) or (
        _is_scale(statement, span)
    )


def _is_scale(statement: Statement, span: Span) -> bool:
    """The 5 in "4.5 of 5"."""
    before = re.search(r"\d\s?(?:(?:out )?of|/)\s?$|scale of\s$", statement.lower[: span[0]])
    return before is not None and statement.lower[span[0] : span[1]] == str(MOST_STARS)


def _counted(statement: Statement, place: int, owners: list[Subject]) -> bool | None:
    """Whether the count is right; None where the word after it is none that is counted."""
    number = _value(statement.folds[place])
    if _is_of_stock(statement, place) and any(number in owner.counts.get("stock", ()) for owner in owners):
        return True
    following = next((each for each in _after(statement, place) if not each[0].isdigit()), "")
    if starts_with("left_in_stock").match(statement.lower[statement.words[place].end :]):
        return all(number in owner.counts.get("stock", ()) for owner in owners)
    classes = wordlists().maps["counted"].get(following, "").split()
    if not classes:
        return _whole_count(statement, place, number)
    if _quantity(statement, place) is not None:
        return None
    known = statement.known
    counts = {count for each in classes for count in known.counts.get(each, frozenset())}
    holders = [*owners, *([known.subject(known.whole)] if known.whole else [])]
    counts |= {count for each in classes for owner in holders for count in owner.counts.get(each, ())}
    if "found" in classes and known.whole is None:
        counts.add(len(known.products))
    if number in counts:
        return True
    return all(_is_written(statement, place, owner) for owner in owners)


def _is_of_stock(statement: Statement, place: int) -> bool:
    """Whether a number may count what is left: "5 of the lamp", "5 pieces", in a sentence about stock."""
    after = _after(statement, place)[:1]
    counts = not after or is_plain(after[0]) or statement.in_mention(place + 1)
    of = after[0] == "of" or statement.folds[place + 2 : place + 3] == ("of",) if after else False
    if of and _is_of_one(statement, place):
        return True
    return counts and phrase("stock_context").search(statement.lower) is not None


def _is_of_one(statement: Statement, place: int) -> bool:
    """ "12 of the lamp": what else than stock would be counted, where no set or cart has several?"""
    near = (statement.mention_at(place + step) for step in (2, 3, 4))
    mention = next((one for one in near if one is not None), None)
    subjects = [statement.known.subject(each) for each in mention.subjects] if mention else []
    return bool(subjects) and all(
        "quantity" not in each.counts and each.id in statement.known.products for each in subjects
    )


def _whole_count(statement: Statement, place: int, number: Decimal) -> bool | None:
    """A number that counts nothing named: "the two of them", "two to choose from", "number 3"."""
    if statement.folds[place - 1 : place] == ("number",):
        return number in statement.known.counts["place"]
    after = _after(statement, place)
    if after[:2] == ("of", "them") and statement.in_mention(place - 1):
        return _counts_of_name(statement, statement.mention_at(place - 1), number)
    if after[:1] == (_TIMES_OF,) or after[:2] in _OF_IT:
        return _counts_of_name(statement, statement.mention_near(place), number)
    together = place > 0 and statement.folds[place - 1] in wordlists().words("articles") | _THESE
    chosen = place == 0 and after[:1] and after[0] in _CHOSEN and not statement.in_mention(place + 3)
    of_one = after[:1] == ("of",) and statement.in_mention(place + 2)
    if statement.in_mention(place + 1) or of_one or not (together or chosen):
        return None
    alone = all(is_plain(each) for each in after[:1]) and _unit(statement, place) is None
    found = {len(statement.known.products), *statement.known.counts["found"]}
    found |= {len(set(statement.named) & set(statement.known.products))} if chosen else set()
    return number in found if alone else None


def _counts_of_name(statement: Statement, mention: Mention | None, number: Decimal) -> bool | None:
    """Whether "the lamp, 2 of them" has as many as the set or the cart."""
    subjects = [statement.known.subject(each) for each in mention.subjects] if mention else []
    counts = [each.counts["quantity"] for each in subjects if "quantity" in each.counts]
    return all(number in each for each in counts) if counts else None


def _quantity(statement: Statement, place: int) -> bool | None:
    """Whether "two sleeping bags" is what the set holds; None where no product's name follows."""
    word = statement.words[place]
    mention = next((one for one in statement.mentions if one.start > place), None)
    if mention is None or statement.clauses[mention.start] != statement.clauses[place]:
        return None
    between = statement.folds[place + 1 : mention.start]
    if between[1:2] == ("of",) and "pieces" in wordlists().maps["counted"].get(between[0], "").split():
        between = between[1:]
    measured = lexicon().locale.units.get(between[0]) if between else None
    idle = _PARTITIVE if between[:1] == ("of",) else (_MULTIPLIED,)
    if measured or any(is_plain(each) and each not in idle for each in between):
        return None
    subjects = [statement.known.subject(each) for each in mention.subjects]
    counts = [each.counts["quantity"] for each in subjects if "quantity" in each.counts]
    attached = word.end < len(statement.text) and statement.text[word.end] == "-"
    if attached or not counts:
        return None
    return any(_value(word.fold) in each for each in counts)


def _is_written(statement: Statement, place: int, owner: Subject) -> bool:
    """Whether a record writes the number beside the same word; alone, beside its attribute's name."""
    number = statement.folds[place]
    if (
        place >= RUN
        and not _after(statement, place)
        and owner.holds(statement.folds[place - RUN : place + 1])
    ):
        return True
    after, before = _after(statement, place)[:1], _before(statement, place)
    written = owner.holds((number, *after)) or owner.holds((*after, number))
    if after and written and not _is_other_fact(statement, place, owner):
        return True
    measured = bool(after) and (after[0] in lexicon().locale.units.values() or after[0][0].isdigit())
    if measured or (after and not is_plain(after[0]) and not _attached(statement, place)):
        return False
    return bool(before) and owner.holds((*before, number))


def _before(statement: Statement, place: int) -> tuple[str, ...]:
    """The word before the number: what it is a part of ("EN417"), else the last that is no function word."""
    if _attached(statement, place):
        return statement.folds[max(place - 1, 0) : place]
    words = [each for each in statement.folds[max(place - 3, 0) : place] if each not in lexicon().locale.stop]
    return tuple(words[-1:])


def _is_other_fact(statement: Statement, place: int, owner: Subject) -> bool:
    """Whether the words before name another fact of it: its width where the number is its length."""
    number = (statement.folds[place], *_after(statement, place)[:1])
    clause = statement.clauses[place]
    near = [
        statement.folds[each]
        for each in range(max(place - 4, 0), place)
        if statement.clauses[each] in (clause, clause - 1)
    ]
    named = [run for run in owner.measures if _name(run) and _name(run) <= set(near)]
    return bool(named) and not any(f" {' '.join(number)} " in f" {' '.join(run)} " for run in named)


def _name(measure: Sequence[str]) -> set[str]:
    """The words of a measure's name: those before its number."""
    first = next(place for place, each in enumerate(measure) if each[0].isdigit())
    return set(measure[:first])


def _is_wished(statement: Statement, place: int) -> bool:
    """What the shopper said may be said again after "for": "for two kids"."""
    near = statement.folds[max(place - 5, 0) : place]
    after = _after(statement, place)[:1]
    return "for" in near and bool(after) and statement.known.wishes.holds((statement.folds[place], *after))


def _after(statement: Statement, place: int) -> tuple[str, ...]:
    """The words after this one in its clause."""
    clause = statement.clauses[place]
    return tuple(
        statement.folds[each]
        for each in range(place + 1, min(place + 4, len(statement.words)))
        if statement.clauses[each] == clause
    )


def _attached(statement: Statement, place: int) -> bool:
    """Whether the number is a part of a code: the 417 in "EN417"."""
    start = statement.words[place].start
    return start > 0 and (statement.text[start - 1].isalpha() or statement.text[start - 1] == "-")


def _kind(statement: Statement, place: int) -> ViolationKind:
    after = _after(statement, place)[:1]
    return "date" if after and after[0] in _TIMES else "number"


def _shown(statement: Statement, place: int) -> str:
    after = [word for word in statement.words[place + 1 : place + 2] if word.fold in _after(statement, place)]
    return statement.text[statement.words[place].start : (after or [statement.words[place]])[-1].end]


def _value(fold: str) -> Decimal:
    return Decimal(fold) if re.fullmatch(r"\d+(?:\.\d+)?", fold) else Decimal(-1)
