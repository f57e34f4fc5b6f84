"""Text that arrives piece by piece, cut into sentences, and which of them are worth a shopper's time.

It does not know what is true; `assistant.claims` does. English, as all that the model writes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from assistant.claims.known import Known, folded, is_plain, stem
from assistant.claims.wordlists import ends_with, phrase

FEWEST_WORDS, MOST_WORDS = 4, 40
#: A run of this many words that comes twice is a stutter.
STUTTER = 3

_END = re.compile(r"[.!?][\"')\]]*(?=\s)|\n")
_CLOSED = re.compile(r"[.!][\"')]?$")
_ENDED = re.compile(r"[.!?][\"')]?$")
_LISTING = re.compile(r"(?<=\w)[:;] ")
#: Besides letters and digits, what a sentence may begin with: a quotation, money.
_OPENING = '"$€£¥'
_MARKUP = re.compile(r"[*#|<>{}\[\]`_~\\]|https?:|^\W*[-•]|:\s|;")


def sentences(pieces: Iterable[str], names: Sequence[str] = ()) -> Iterator[str]:
    """Sentences as they are complete; a last one without its full stop is dropped.

    `names` may hold full stops of their own and are never cut.
    """
    rest = ""
    for piece in pieces:
        rest += piece
        while (end := _first_end(rest, names)) is not None:
            if rest[:end].strip():
                yield rest[:end].strip()
            rest = rest[end:]
    if _ENDED.search(rest.strip()):
        yield rest.strip()


def _first_end(text: str, names: Sequence[str]) -> int | None:
    for match in _END.finditer(text):
        if match[0] == "\n":
            return match.end()
        following = text[match.end() :].lstrip()
        if not following:
            return None
        goes_on = following[0].islower() or ends_with("abbreviations").search(text[: match.end()].lower())
        if not goes_on and not _inside(text, match.start(), names):
            return match.end()
    return None


def _inside(text: str, place: int, names: Sequence[str]) -> bool:
    return any(
        start <= place < start + len(name) - 1
        for name in names
        if "." in name
        for start in [text.find(name)]
        if start >= 0
    )


def reads_well(sentence: str) -> bool:
    """A whole plain sentence with a verb, that talks of goods and not of itself, and not clumsily."""
    lower = sentence.lower()
    return (
        is_whole(sentence)
        and sentence[0].isupper()
        and _CLOSED.search(sentence) is not None
        and phrase("verbs").search(lower) is not None
        and not any(phrase(each).search(lower) for each in ("chatter", "clumsy"))
    )


def is_whole(sentence: str, *, lists: bool = False) -> bool:
    """A plain sentence from its beginning to its end: no markup, no stutter, and no list but with `lists`."""
    words = folded(sentence)
    return (
        FEWEST_WORDS <= len(words) <= MOST_WORDS
        and (sentence[0].isupper() or sentence[0].isdigit() or sentence[0] in _OPENING)
        and _ENDED.search(sentence) is not None
        and not _MARKUP.search(_LISTING.sub(" ", sentence) if lists else sentence)
        and sentence.count('"') % 2 == 0
        and sentence.count("(") == sentence.count(")")
        and not _stutters(words)
    )


def _stutters(words: Sequence[str]) -> bool:
    """Whether a run of words or a figure comes twice."""
    runs = [tuple(words[place : place + STUTTER]) for place in range(len(words) - STUTTER + 1)]
    figures = [pair for pair in pairwise(words) if pair[0][0].isdigit()]
    return len(set(runs)) < len(runs) or len(set(figures)) < len(figures)


def substance(sentence: str, held: Known) -> frozenset[str]:
    """What a sentence tells: its figures and weighty words that are in no product's name."""
    named = {stem(word) for each in held.subjects.values() for title in each.titles for word in folded(title)}
    words = folded(sentence)
    figures = {f"{one} {two}" for one, two in zip(words, (*words[1:], ""), strict=True) if one[0].isdigit()}
    weighty = {stem(word) for word in words if word[0].isalpha() and not is_plain(word)}
    return frozenset(figures | (weighty - named))


def tells_something_new(sentence: str, said: Sequence[str], held: Known) -> bool:
    """Whether it tells anything that the sentences said before do not."""
    told = {each for one in said for each in substance(one, held)}
    return bool(substance(sentence, held) - told)
