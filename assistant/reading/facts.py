"""Facts that a message names: brand, category, attribute values, and what must not be.

They are read against the catalogue's own words, so that the same code reads any shop. A colour, material
or size counts where some attribute of the catalogue holds it; else it stays in the words to search for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.intent import Excluded
from assistant.lexicon import Lexicon
from assistant.reading.catalogue import CatalogueIndex, Match
from assistant.reading.named_values import named_values
from assistant.reading.words import Span, Words, folds

#: How far a negation reaches.
_REACH = 40

#: Words of a name that is ruled out.
_LONGEST_NAME = 6


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A brand, category or attribute value, and the words that name it."""

    kind: str
    value: str
    span: Span
    field: str = ""

    @property
    def depth(self) -> int:
        return self.value.count(">")


def named_facts(message: Words, index: CatalogueIndex) -> list[NamedFact]:
    """Facts in the words that are still free, in order."""
    found = [NamedFact("value", value, span, field) for field, value, span in named_values(message, index)]
    taken = [fact.span for fact in found]
    matches = index.matches(message.folded)
    kinds = {(match.start, match.end) for match in matches if match.entry.kind == "category"}
    for match in matches:
        span = _span(message, match.start, match.end)
        if match.entry.kind == "value" and (match.start, match.end) in kinds:
            continue  # what names a kind of thing and a value alike is the kind
        if any(_overlap(span, each) for each in taken):
            continue
        if message.free(span) and not _misread(message, match, index):
            found.append(NamedFact(match.entry.kind, match.entry.value, span, match.entry.field))
    taken = [fact.span for fact in found if fact.kind != "category"]
    found.extend(
        fact
        for fact in _language_values(message, index)
        if message.free(fact.span) and not any(_overlap(fact.span, span) for span in taken)
    )
    return sorted(found, key=lambda fact: fact.span)


def excluded(message: Words, index: CatalogueIndex) -> list[tuple[Excluded, Span]]:
    """What the message rules out, each with the words that say so."""
    lexicon = message.lexicon
    found: list[tuple[Excluded, Span]] = []
    for match in lexicon.phrases["negation"].finditer(message.lower):
        if message.free(match.span()):
            found.extend(_ruled_out(message, index, match))
    if not lexicon.spaced:
        found.extend(_ruled_out_unspaced(message, index))
    for free_of in re.finditer(r"([^\W\d_]+)(?:-| )free\b", message.lower):
        fact = _exclusion(free_of[1], index, lexicon)
        if fact is not None and message.free(free_of.span()):
            found.append((fact, free_of.span()))
    return found


def _ruled_out(
    message: Words, index: CatalogueIndex, match: re.Match[str]
) -> Iterator[tuple[Excluded, Span]]:
    """The words after a negation, up to where the phrase ends; "not green or blue" rules out both."""
    lexicon = message.lexicon
    strong = lexicon.has("strong_negation", match[0])
    end, described = match.end(), False
    for place, word in enumerate(message.words):
        if word.start < end:
            continue
        written = message.lower[word.start : word.end]
        gap = message.lower[end : word.start]
        if word.start - match.end() > _REACH or re.search(r"[.;!?]", gap):
            return
        if described and _names_a_kind(message, index, place):
            return  # "no plastic mugs": it is the mugs that are wanted
        whole = _whole_name(message, index, place)
        if whole is not None:
            yield whole[0], (match.start(), whole[1])
            end, described = whole[1], True
            continue
        fact = _exclusion(written, index, lexicon) or (_any_word(written, index, message) if strong else None)
        if fact is not None:
            yield fact, (match.start(), word.end)
            described = True
        elif not lexicon.starts("negation_filler", written) and written not in ("or", "nor", "and"):
            return
        elif written in ("or", "nor", "and"):
            described = False
        end = word.end


def _names_a_kind(message: Words, index: CatalogueIndex, place: int) -> bool:
    """Whether a kind of thing is named at a word, by one word or by several."""
    if index.noun(message.folded[place]):
        return True
    matches = index.matches(message.folded[place : place + _LONGEST_NAME])
    return any(match.start == 0 and match.end > 1 and match.entry.kind == "category" for match in matches)


def _whole_name(message: Words, index: CatalogueIndex, place: int) -> tuple[Excluded, int] | None:
    """A brand or value of several words that begins at a word, and where it ends: "not fully automatic"."""
    matches = index.matches(message.folded[place : place + _LONGEST_NAME])
    named = [match for match in matches if match.start == 0 and match.end > 1]
    for match in named:
        if match.entry.kind != "category":
            field = match.entry.field or match.entry.kind
            return Excluded(field, match.entry.value), message.words[place + match.end - 1].end
    for size in range(_LONGEST_NAME, 1, -1):
        phrase = tuple(message.folded[place : place + size])
        value_of = index.field_of(phrase) if len(phrase) == size else None
        if value_of is not None:
            written = index.written(value_of, phrase) or " ".join(phrase)
            return Excluded(value_of, written), message.words[place + size - 1].end
    return None


def _ruled_out_unspaced(message: Words, index: CatalogueIndex) -> Iterator[tuple[Excluded, Span]]:
    """Where words do not stand apart: a colour or material of the language right after the negation."""
    lexicon = message.lexicon
    for table in ("colours", "materials"):
        pattern = rf"{lexicon.source('negation')}({_alternatives(lexicon, table)})"
        for match in re.finditer(pattern, message.lower):
            fact = _exclusion(lexicon.texts[table][match[1]], index, lexicon)
            if fact is not None:
                yield fact, match.span()


def _exclusion(word: str, index: CatalogueIndex, lexicon: Lexicon) -> Excluded | None:
    """A word that a value, a brand or the language itself gives a meaning."""
    phrase = folds(word, lexicon.locale)
    if not phrase or set(phrase) <= lexicon.locale.stop:
        return None
    for kind in ("colour", "material", "size", "plain"):
        field = index.holding(kind, phrase)
        if field is not None:
            return Excluded(field, word)
    for match in index.matches(phrase):
        if match.entry.kind == "brand":
            return Excluded("brand", match.entry.value)
        if match.entry.kind == "category":
            return Excluded("text", word)
    if word in lexicon.texts["colours"] or word in lexicon.texts["materials"]:
        return Excluded("text", word)
    value_of = index.field_of(phrase) if word.isalpha() else None
    return Excluded(value_of, word) if value_of is not None else None


def _any_word(word: str, index: CatalogueIndex, message: Words) -> Excluded | None:
    """After "without" a thing that the catalogue knows is enough."""
    phrase = folds(word, message.lexicon.locale)
    known = phrase and all(index.knows(each) for each in phrase)
    return Excluded("text", word) if known else None


def _language_values(message: Words, index: CatalogueIndex) -> Iterator[NamedFact]:
    """Colours, materials and sizes by the language's own lists, where the catalogue keeps such a value."""
    lexicon = message.lexicon
    for kind, table in (("colour", "colours"), ("material", "materials"), ("size", "sizes")):
        for match in re.finditer(_alternatives(lexicon, table), message.lower):
            word = re.sub(r"\s+", " ", match[0])
            spoken = (word, lexicon.texts[table][word]) if kind != "size" else (lexicon.texts[table][word],)
            fact = _kept_value(kind, spoken, match.span(), index)
            if fact is not None and not _is_the_thing(message, index, match.span()):
                yield fact
    yield from _sizes(message, index)


def _kept_value(kind: str, spoken: Sequence[str], span: Span, index: CatalogueIndex) -> NamedFact | None:
    """The first way to say it that some attribute of that kind holds, whole or as a part of a value."""
    for word in spoken:
        phrase = folds(word, index.lexicon.locale)
        field = index.holding(kind, phrase)
        if field is None:
            continue
        value = index.written(field, phrase) or (word if kind != "size" else None)
        if value is not None:
            return NamedFact("value", value, span, field)
    return None


def _sizes(message: Words, index: CatalogueIndex) -> Iterator[NamedFact]:
    """ "size 10", "in a size M": a value of an attribute of that kind, named with its kind."""
    for match in re.finditer(rf"{message.lexicon.source('size_before')}\s+([\w./-]+)", message.lower):
        phrase = folds(match[1], message.lexicon.locale)
        for field in index.fields_of("size"):
            value = index.written(field, phrase)
            if value is not None:
                yield NamedFact("value", value, match.span(), field)


def _alternatives(lexicon: Lexicon, table: str) -> str:
    words = sorted(lexicon.texts[table], key=len, reverse=True)
    body = "|".join(re.escape(word) for word in words)
    return rf"(?<!\w)(?:{body})(?!\w)" if lexicon.spaced else f"(?:{body})"


def _is_the_thing(message: Words, index: CatalogueIndex, span: Span) -> bool:
    """Whether the word is the thing itself ("an olive") and not what it is like ("an olive bag")."""
    words = message.words
    place = next((place for place, word in enumerate(words) if word.start >= span[0]), None)
    if place is None or not index.noun(words[place].fold):
        return False
    following = words[place + 1] if place + 1 < len(words) else None
    return following is None or following.fold in message.lexicon.locale.stop


def _misread(message: Words, match: Match, index: CatalogueIndex) -> bool:
    """Whether what looks like a brand is a plain word here: lower case, and known as something else."""
    if match.entry.kind == "brand" and match.end - match.start == 1:
        word = message.words[match.start]
        lexicon = message.lexicon
        plain = index.noun(word.fold) or word.fold in lexicon.texts["colours"]
        said_by = re.search(rf"{lexicon.source('by_brand')}\s*$", message.lower[: word.start])
        return plain and not said_by and message.plain[word.start : word.end].islower()
    if match.entry.kind == "value":
        return _is_the_thing(message, index, _span(message, match.start, match.end))
    return False


def _span(message: Words, start: int, end: int) -> Span:
    return message.words[start].start, message.words[end - 1].end


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
