"""What is known of how well a product fits some words: named numbers in 0 to 1, more being better.

They are what the scorer weighs, and what `search --explain` shows. All are shares or likenesses, never counts
or prices of one shop, so that weights learned on one catalogue hold on another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.columns import Columns
from retrieval.documents import FIELDS
from retrieval.lexical import LexicalIndex, View
from retrieval.vectors import Matrix
from retrieval.vocabulary import head_noun
from retrieval.wish import Wish

Rows = npt.NDArray[np.int64]
Values = npt.NDArray[np.float32]

#: Feature by feature, in the order of a matrix's columns, by what they look at.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "fusion": ("fused",),
    "dense": ("cosine", "cosine_to_best"),
    "lexical": ("bm25_words", "bm25_everything"),
    "fields": ("all_fields", "title", "kind", "facts", "description"),
    "title": ("title_phrase", "title_head", "title_start", "title_share"),
    "exact": ("codes", "measures"),
    "neighbours": ("like_the_best", "category_of_the_best"),
}
NAMES: tuple[str, ...] = tuple(name for names in GROUPS.values() for name in names)

#: Products that say what the best are like.
BEST = 10

#: As close as a short query and a product get.
CLOSE = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Products by row, the best of the fusion first, and what the rankings found of each.

    `cosines` are nan for what has no vector, `vectors` zero. `bm25` is by view. `rankings` are the rows that
    each ranking found, best first, by its name.
    """

    rows: Rows
    fused: npt.NDArray[np.float64]
    cosines: Values
    vectors: Matrix
    bm25: Mapping[View, Values]
    rankings: Mapping[str, Sequence[int]]


def features(wish: Wish, found: Candidates, columns: Columns, lexical: LexicalIndex) -> Values:
    """Shape (candidates, `NAMES`)."""
    fields = _fields(wish, found.rows, lexical)
    # What has no vector yet is judged by its words.
    unknown = np.isnan(found.cosines)
    cosines = np.where(unknown, fields["all_fields"] * CLOSE, found.cosines)
    values: dict[str, npt.NDArray[np.floating]] = {
        "fused": found.fused,
        "cosine": np.clip(cosines / CLOSE, 0.0, 1.0),
        "cosine_to_best": _to_best(np.clip(cosines, 0.0, None)),
        "bm25_words": _to_best(found.bm25["words"]),
        "bm25_everything": _to_best(found.bm25["everything"]),
    }
    values |= fields
    values |= _titles(wish, found.rows, columns)
    values |= _exact(wish, found.rows, lexical)
    values |= _neighbours(found, columns)
    return np.column_stack([np.asarray(values[name], np.float32) for name in NAMES])


def _to_best(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    best = float(scores.max()) if len(scores) else 0.0
    return scores / best if best > 0 else np.zeros_like(scores)


def _fields(wish: Wish, rows: Rows, lexical: LexicalIndex) -> dict[str, npt.NDArray[np.floating]]:
    """The share of the words that each field holds, a rare word counting more."""
    weights = np.array([lexical.rarity(token) for token in wish.tokens], np.float32)
    total = float(weights.sum()) or 1.0
    held = {field: lexical.held(wish.tokens, field, rows) for field in FIELDS}
    anywhere = np.logical_or.reduce(list(held.values()))
    shares = {str(field): weights @ mask / total for field, mask in held.items()}
    return {"all_fields": weights @ anywhere / total} | shares


def _titles(wish: Wish, rows: Rows, columns: Columns) -> dict[str, npt.NDArray[np.floating]]:
    """Where in the title the words stand: as a phrase, as the noun that it ends in, early, alone."""
    wanted = [columns.books.tokens.find(token) for token in wish.tokens]
    last = wish.tokens[-1] if wish.tokens else None
    values = np.zeros((4, len(rows)), np.float32)
    for at, row in enumerate(rows.tolist()):
        item = columns.items[row]
        title = item.document.fields["title"].tolist()
        places = [place for place, token in enumerate(title) if token in wanted]
        if not places:
            continue
        values[0, at] = _longest_run(title, wanted) / len(wanted)
        values[1, at] = head_noun(item.title, columns.books.locale) == last
        values[2, at] = 1 / (1 + places[0])
        values[3, at] = len(places) / len(title)
    return dict(zip(GROUPS["title"], values, strict=True))


def _longest_run(title: Sequence[int], wanted: Sequence[int | None]) -> int:
    """How many of the words stand in the title one after another in the order in which they were said."""
    best = 0
    for start in range(len(title)):
        for first in range(len(wanted)):
            length = 0
            while (
                start + length < len(title)
                and first + length < len(wanted)
                and title[start + length] == wanted[first + length]
            ):
                length += 1
            best = max(best, length)
    return best


def _exact(wish: Wish, rows: Rows, lexical: LexicalIndex) -> dict[str, npt.NDArray[np.floating]]:
    """The share of model numbers, and of numbers with their unit, that a product holds."""
    found: dict[str, npt.NDArray[np.floating]] = {}
    for name, tokens in (("codes", wish.codes), ("measures", wish.measures)):
        held = [lexical.held(tokens, field, rows) for field in FIELDS]
        anywhere = np.logical_or.reduce(held)
        found[name] = anywhere.mean(axis=0) if tokens else np.zeros(len(rows), np.float32)
    return found


def _neighbours(found: Candidates, columns: Columns) -> dict[str, npt.NDArray[np.floating]]:
    """How like the best ones it is: by its vector, and by its category."""
    best = min(BEST, len(found.rows))
    middle = found.fused[:best].astype(np.float32) @ found.vectors[:best] if best else np.zeros(0, np.float32)
    length = float(np.linalg.norm(middle))
    like = found.vectors @ (middle / length) if length else np.zeros(len(found.rows), np.float32)
    said: dict[str, float] = {}
    kinds = [columns.items[row].categories[:1] for row in found.rows.tolist()]
    for kind, score in zip(kinds, found.fused.tolist(), strict=True):
        for path in kind:
            said[path] = said.get(path, 0.0) + score**2
    most = max(said.values(), default=1.0) or 1.0
    shares = [said[kind[0]] / most if kind else 0.0 for kind in kinds]
    return {"like_the_best": np.clip(like, 0.0, 1.0), "category_of_the_best": np.array(shares, np.float32)}
