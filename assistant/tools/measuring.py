"""What a wish says in measures: "at least 40 litres", "no heavier than 2 kg", "for three people".

A range stands in the searched words, where search reads it as a fact that a hit must meet; so it stays with a
wish that is narrowed later. A value that says only an end of it is none: "at least 40 litres" is not 40.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.lexicon import Lexicon, lexicon
from assistant.reading.numbers import count
from assistant.reading.people import people
from assistant.reading.words import Words
from assistant.understanding.follow_up import joined
from retrieval.locale import Locale
from retrieval.measures import read_ranges
from retrieval.tokens import tokenise
from retrieval.values import Measure, Query


def with_measures(query: Query, message: str, language: str) -> Query:
    """The query with the message's ranges and the number of people that the thing is for; both take the place
    of what an earlier message said of the same."""
    words = lexicon(language)
    locale = words.locale
    asked, before = read_ranges(message, locale), read_ranges(query.text, locale)
    party = _party(message, words) if query.filters.categories else ""
    units = {each.unit for each in asked.ranges} | ({locale.people} if party else set())
    kept = [
        said
        for said, old in zip(before.words, before.ranges, strict=True)
        if not any(_replaces(new, old) for new in asked.ranges)
    ]
    rest = _without_old(before.rest, units, _ends(asked.ranges), asked.rest, locale)
    text = joined([rest, *asked.words, *kept, party])
    filters = replace(
        query.filters,
        attributes=_unranged(query.filters.attributes, asked.ranges, locale),
        people=_people(text, locale),
    )
    changed = asked.ranges or before.ranges or filters.people
    return replace(query, text=text if changed else query.text, filters=filters)


def _replaces(new: Measure, old: Measure) -> bool:
    """Whether both bound the same measure from the same side."""
    low = new.low is not None and old.low is not None
    return new.unit == old.unit and (low or (new.high is not None and old.high is not None))


def _party(message: str, words: Lexicon) -> str:
    said = Words(message, words)
    many = sum(people(said).party.values()) or _bare_party(said)
    return f"{many} {words.locale.people}" if many else ""


def _bare_party(said: Words) -> int | None:
    """ "A tent for four": a number of nothing else. It counts only where things are measured in people."""
    words = said.lexicon
    numbers = rf"\d|1\d|{'|'.join(words.numbers['numbers'])}"
    bounds = "|".join(re.escape(each) for kind in ("least", "most") for each in words.locale.ranges[kind])
    ends = rf"\s*(?:$|[,;.!?]|(?:{bounds})\s|(?:{'|'.join(words.locale.stop)})(?!\w))"
    found = re.search(rf"(?<!\w)(?:{words.source('recipient_before')})\s+({numbers})(?={ends})", said.lower)
    return count(found[1], words) if found else None


def _people(text: str, locale: Locale) -> int | None:
    """How many people the words count: "2 person tent"."""
    counted = [token for token in tokenise(text, locale) if token.endswith(locale.people)]
    counts = [token.removesuffix(locale.people) for token in counted]
    return max((int(count) for count in counts if count.isdecimal()), default=None)


def _ends(ranges: tuple[Measure, ...]) -> set[str]:
    return {f"{end:g}{each.unit}" for each in ranges for end in (each.low, each.high) if end is not None}


def _unranged(attributes: Mapping[str, str], ranges: tuple[Measure, ...], locale: Locale) -> dict[str, str]:
    ends = _ends(ranges)
    return {
        name: value
        for name, value in attributes.items()
        if not ranges or (ends.isdisjoint(tokenise(value, locale)) and not read_ranges(value, locale).ranges)
    }


def _without_old(text: str, units: set[str], ends: set[str], own: str, locale: Locale) -> str:
    """Words without a measure that is the end of a range ("mug 400 ml" of "a mug bigger than 400 ml"), or
    that only an earlier message said in one of the units."""
    said, left = set(tokenise(own, locale)), text.split()
    for size in (2, 1):
        for at in range(len(left) - size, -1, -1):
            measures = {
                token
                for token in tokenise(" ".join(left[at : at + size]), locale)
                if token[0].isdigit() and token.lstrip("0123456789.") in units
            }
            if measures & ends or measures - said:
                left[at : at + size] = []
    return " ".join(left)
