"""What a wish is for: an occasion that the shop's data knows, or one that the words name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.catalogue import CatalogueIndex, contains
from assistant.reading.words import Span, Words, folds
from shop.values import Occasion


@dataclass(frozen=True, slots=True)
class NamedOccasion:
    """`known` where the shop's data has it; `modifies` where it only describes the thing asked for
    ("camping chair")."""

    name: str
    span: Span
    known: bool
    modifies: bool = False


def named_occasion(
    message: Words, occasions: Sequence[Occasion], index: CatalogueIndex
) -> NamedOccasion | None:
    """The occasion that the message names; the shop's own first, the longest phrase first."""
    return _of_the_shop(message, occasions, index) or _in_words(message, index)


def _of_the_shop(
    message: Words, occasions: Sequence[Occasion], index: CatalogueIndex
) -> NamedOccasion | None:
    best: tuple[int, int, str] | None = None
    for occasion in occasions:
        for written in (occasion.name, *occasion.words):
            phrase = folds(written, message.lexicon.locale)
            place = _place(message.folded, phrase)
            if place is not None and (best is None or len(phrase) > best[0]):
                best = (len(phrase), place, occasion.name)
    if best is None:
        return None
    size, place, name = best
    words = message.words
    span = (words[place].start, words[place + size - 1].end)
    return NamedOccasion(name, span, known=True, modifies=_modifies(message, place + size, index))


def _place(words: Sequence[str], phrase: tuple[str, ...]) -> int | None:
    if not phrase or not contains(tuple(words), phrase):
        return None
    size = len(phrase)
    return next(place for place in range(len(words)) if tuple(words[place : place + size]) == phrase)


def _modifies(message: Words, place: int, index: CatalogueIndex) -> bool:
    """Whether a kind of thing follows at once, perhaps after one more word: "camping gas stove"."""
    stop = message.lexicon.locale.stop
    for word in message.words[place : place + 3]:
        written = message.lower[word.start : word.end]
        if word.fold in stop or message.lexicon.starts("group_nouns", written):
            return False
        if index.noun(word.fold):
            return True
    return False


def _in_words(message: Words, index: CatalogueIndex) -> NamedOccasion | None:
    lexicon, lower = message.lexicon, message.lower
    noun = lexicon.source("occasion_noun")
    article = lexicon.source("occasion_article")
    match = re.search(rf"{article}\s+((?:[\w'-]+\s+){{0,2}}?{noun})", lower)
    if match is None:
        match = re.search(
            rf"{lexicon.source('occasion_verb')}\s+(?:to\s+|on\s+)?([a-z]{{3,}}ing)(?!\w)", lower
        )
    if match is None or not message.free(match.span(1)):
        return None
    if any(
        index.noun(word.fold) for word in message.words if match.start(1) <= word.start < match.end(1) - 1
    ):
        inner = lexicon.phrases["occasion_noun"].search(lower, match.start(1))
        if inner is None:
            return None
    name = re.sub(r"\s+", " ", match[1]).strip()
    if lexicon.has("not_an_occasion", name):
        return None
    return NamedOccasion(name, match.span(1), known=False)
