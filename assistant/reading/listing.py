"""Several wishes in one message as slots: "a tent, two sleeping bags and a stove", or a pasted list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.intent import Slot
from assistant.lexicon import Lexicon
from assistant.reading.catalogue import CatalogueIndex
from assistant.reading.numbers import count
from assistant.reading.words import folds, without

MOST_SLOTS = 8
_MOST_WORDS = 6
_SHORT_LINE_WORDS = 8
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\(?\d{1,2}[.):](?!\d))\s*")


@dataclass(frozen=True, slots=True)
class _Piece:
    """One part of a list: how many, of what, and whether it was introduced ("a", "two")."""

    words: str
    quantity: int
    introduced: bool


def unlisted(text: str) -> str:
    """A list of short lines as one line with commas; any other text as it is."""
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) < 2 or any(len(line.split()) > _SHORT_LINE_WORDS for line in lines[1:]):
        return text
    return ", ".join(line.rstrip(",;:") for line in lines)


def slots(text: str, index: CatalogueIndex) -> tuple[Slot, ...]:
    """The slots of a list of goods; empty where there are fewer than two parts that name goods.

    `text` is what is left of a message after the request and the facts were taken out.
    """
    lexicon = index.lexicon
    entries = _entries(text, index)
    if len(entries) >= 2:
        return _named([entry for entry in entries if entry.words][:MOST_SLOTS], lexicon)
    pieces = [_piece(part, lexicon) for part in _parts(text, index)]
    goods = [piece for piece in pieces if piece is not None and _names_goods(piece, index)]
    if len(goods) < 2 or len(goods) * 2 < len(pieces):
        return ()
    return _named(goods[:MOST_SLOTS], lexicon)


def slot_name(words: str, lexicon: Lexicon) -> str:
    """`two warm sleeping bags` -> `warm_sleeping_bag`: folded, joined, at most the last three words."""
    kept = [word for word in folds(words, lexicon.locale) if word not in lexicon.locale.stop]
    return "_".join(kept[-3:]) or "item"


def _parts(text: str, index: CatalogueIndex) -> list[str]:
    """Parted where a list is joined, but not within a name of the catalogue that holds a joint itself."""
    joint, text = index.lexicon.source("list_joint"), text.lower()
    names, parts, start = index.kinds_by_name(text), [], 0
    for match in re.finditer(rf"\s*[,;+]\s*(?:{joint}\s+)?|\s+{joint}\s+", text):
        if not any(begin < match.end() and match.start() < end for begin, end in names):
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return [part.strip(" .!?:") for part in parts if part.strip(" .!?:")]


def _entries(text: str, index: CatalogueIndex) -> list[_Piece]:
    """The entries of a long list with marks ("(1) ...; (2) ...", "First, ... Second, ..."): of each only
    what it is called, up to where its description begins."""
    lexicon, names = index.lexicon, index.kinds_by_name(text.lower())
    marks = [
        mark
        for mark in lexicon.phrases["list_marker"].finditer(text.lower())
        if not any(begin < mark.end() and mark.start() <= end for begin, end in names)
    ]
    if len(marks) < 2 and not (marks and marks[0].start() > 0):
        return []
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    parts = [text.lower()[start:end] for start, end in zip(starts, ends, strict=True)]
    named = (_name_of(part, lexicon) for part in parts)
    return [piece for piece in named if piece is not None]


def _name_of(part: str, lexicon: Lexicon) -> _Piece | None:
    end = re.search(rf"[,;.:!?]|\s{lexicon.source('list_name_ends')}", part.strip(" .,;:"))
    piece = _piece(part.strip(" .,;:")[: end.start() if end else None], lexicon)
    if piece is None or not re.search(r"[^\W\d]{3}", piece.words) or len(piece.words.split()) > _MOST_WORDS:
        return None
    return piece


def _piece(part: str, lexicon: Lexicon) -> _Piece | None:
    words = without(part, [match.span() for match in lexicon.phrases["list_filler"].finditer(part)])
    words = words.strip(" .!?:-")
    numbers = "|".join([*lexicon.numbers["numbers"], *lexicon.numbers["counts"]])
    counted = re.match(rf"(?:a\s+)?(\d{{1,3}}|{numbers})\s*(?:x|×|\*)?(?:\s+of)?\s+(?=[^\W\d])", words)
    if counted is not None:
        quantity = count(counted[1], lexicon) or 1
        return _Piece(words[counted.end() :], quantity, introduced=True)
    after = re.fullmatch(r"(.*\D)\s+(?:(?:x|×|\*)\s*(\d{1,3})|(\d{1,3})\s*(?:x|×))", words)
    if after is not None:
        return _Piece(after[1].strip(), int(after[2] or after[3]), introduced=True)
    article = re.match(rf"{lexicon.source('determiner')}\s+", words)
    rest = words[article.end() :] if article else words
    return _Piece(rest, 1, introduced=article is not None) if rest else None


def _names_goods(piece: _Piece, index: CatalogueIndex) -> bool:
    phrase = [
        word for word in folds(piece.words, index.lexicon.locale) if word not in index.lexicon.locale.stop
    ]
    if not phrase or len(piece.words.split()) > _MOST_WORDS:
        return False
    known = any(index.noun(word) for word in phrase) or index.category(phrase) is not None
    return known or piece.introduced


def counted_words(part: str, lexicon: Lexicon) -> tuple[str, int, bool]:
    """What a part of a list is called, without its article, how many ("four mugs", "mugs x4"), and whether
    an article or a number introduces it."""
    piece = _piece(part, lexicon)
    return (piece.words, max(piece.quantity, 1), piece.introduced) if piece else ("", 1, False)


def _named(pieces: Sequence[_Piece], lexicon: Lexicon) -> tuple[Slot, ...]:
    """Slots with unique names: the second of a name gets `_2`."""
    found: list[Slot] = []
    for piece in pieces:
        name = slot_name(piece.words, lexicon)
        same = sum(slot.name == name or slot.name.startswith(f"{name}_") for slot in found)
        found.append(Slot(f"{name}_{same + 1}" if same else name, piece.words, max(piece.quantity, 1)))
    return tuple(found)
