"""What a title calls a thing: the noun that its name ends in."""

from itertools import pairwise

from retrieval.locale import Locale
from retrieval.tokens import normalise, tokenise

_SHORTEST = 3


def head_noun(title: str, locale: Locale) -> str | None:
    """`Meadow 4 Weekend Tent (green)` -> `tent`: the last word before a bracket, comma, dash or connector."""
    said: list[str] = []
    for word in normalise(title).replace(" - ", " , ").split():
        if word[0] in "(,[|/" or (said and word in locale.connectors):
            break
        said.append(word.rstrip(",;:"))
        if word[-1] in ",;:":
            break
    nouns = (_noun(word, before, locale) for before, word in pairwise(["", *said]))
    return next((noun for noun in reversed(list(nouns)) if noun), None)


def _noun(word: str, before: str, locale: Locale) -> str | None:
    """A word's one form, where it is letters only and not the unit of the number before it."""
    tokens = tokenise(word, locale, compounds=False)
    if not tokens or (before[:1].isdigit() and locale.fold(word) in locale.units):
        return None
    noun = tokens[-1]
    return noun if noun.isalpha() and len(noun) >= _SHORTEST else None
