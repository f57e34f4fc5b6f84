"""What is known of how well a product fits some words: named numbers in 0 to 1, more being better.

They are what the scorer weighs, and what `search --explain` shows. All are shares or likenesses, never counts
or prices of one shop, so that weights learned on one catalogue hold on another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.columns import Columns
from retrieval.documents import FIELDS, TokenIds
from retrieval.lexical import LexicalIndex, View
from retrieval.vectors import Matrix, cosines
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
    held = {field: lexical.held(wish.tokens, field, found.rows, wish.alike) for field in FIELDS}
    anywhere = np.logical_or.reduce(list(held.values()))
    fields = _fields(wish, held | {"all_fields": anywhere}, lexical)
    # What has no vector yet is judged by its words.
    unknown = np.isnan(found.cosines)
    close = np.where(unknown, fields["all_fields"] * CLOSE, found.cosines)
    values: dict[str, npt.NDArray[np.floating]] = {
        "fused": found.fused,
        "cosine": np.clip(close / CLOSE, 0.0, 1.0),
        "cosine_to_best": _to_best(np.clip(close, 0.0, None)),
        "bm25_words": _to_best(found.bm25["words"]),
        "bm25_everything": _to_best(found.bm25["everything"]),
    }
    values |= fields
    values |= _titles(wish, found.rows, columns)
    values |= _exact(wish, anywhere)
    values |= _neighbours(found, columns)
    return np.column_stack([np.asarray(values[name], np.float32) for name in NAMES])


def _to_best(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    best = float(scores.max()) if len(scores) else 0.0
    return scores / best if best > 0 else np.zeros_like(scores)


def _fields(
    wish: Wish, held: Mapping[str, npt.NDArray[np.bool_]], lexical: LexicalIndex
) -> dict[str, npt.NDArray[np.floating]]:
    """The share of the words that each field holds, a rare word counting more."""
    weights = np.array([lexical.rarity(token) for token in wish.tokens], np.float32)
    total = float(weights.sum()) or 1.0
    return {field: weights @ mask / total for field, mask in held.items()}


def _titles(wish: Wish, rows: Rows, columns: Columns) -> dict[str, npt.NDArray[np.floating]]:
    """Where in the title the words stand: as a phrase, as the noun that it ends in, early, alone."""
    values = np.zeros((4, len(rows)), np.float32)
    wanted = [columns.books.tokens.find(token) for token in wish.tokens]
    if len(rows) and wanted:
        items = [columns.items[row] for row in rows.tolist()]
        titles = [item.document.fields["title"] for item in items]
        lengths = np.fromiter((len(title) for title in titles), np.int64, len(titles))
        stands = _padded(titles, lengths)[:, :, np.newaxis] == np.array([_or_none(t) for t in wanted])
        places = stands.any(axis=2)
        named = places.any(axis=1)
        values[0] = _longest_run(stands) / len(wanted)
        values[1] = named & np.array([item.head == wish.tokens[-1] for item in items])
        values[2] = named / (1 + places.argmax(axis=1))
        values[3] = places.sum(axis=1) / np.maximum(lengths, 1)
    return dict(zip(GROUPS["title"], values, strict=True))


def _or_none(token: int | None) -> int:
    """A number that no title holds for a token that no product holds."""
    return -2 if token is None else token


def _padded(titles: Sequence[TokenIds], lengths: npt.NDArray[np.int64]) -> TokenIds:
    """Shape (titles, longest), -1 after a title's end."""
    padded = np.full((len(titles), max(int(lengths.max()), 1)), -1, np.int32)
    padded[np.arange(padded.shape[1]) < lengths[:, np.newaxis]] = np.concatenate(titles)
    return padded


def _longest_run(stands: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many of the words stand in each title one after another in the order in which they were said.

    `stands`: shape (titles, places, words), whether a word stands in a place.
    """
    run = np.zeros((stands.shape[0], stands.shape[2] + 1), np.int64)
    best = np.zeros(len(stands), np.int64)
    for place in range(stands.shape[1]):
        run[:, 1:] = (run[:, :-1] + 1) * stands[:, place]
        best = np.maximum(best, run.max(axis=1))
    return best


def _exact(wish: Wish, anywhere: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.floating]]:
    """The share of model numbers, and of numbers with their unit, that a product holds."""
    found: dict[str, npt.NDArray[np.floating]] = {}
    for name, tokens in (("codes", wish.codes), ("measures", wish.measures)):
        which = [token in tokens for token in wish.tokens]
        found[name] = anywhere[which].mean(axis=0) if tokens else np.zeros(anywhere.shape[1], np.float32)
    return found


def _neighbours(found: Candidates, columns: Columns) -> dict[str, npt.NDArray[np.floating]]:
    """How like the best ones it is: by its vector, and by its category."""
    best = min(BEST, len(found.rows))
    middle = found.fused[:best].astype(np.float32) @ found.vectors[:best] if best else np.zeros(0, np.float32)
    length = float(np.linalg.norm(middle))
    like = cosines(found.vectors, middle / length) if length else np.zeros(len(found.rows), np.float32)
    # -1, no category, is counted as the first and says nothing.
    kinds = columns.first_category[found.rows] + 1
    said = np.bincount(kinds, found.fused**2, minlength=1)
    said[0] = 0.0
    shares = said[kinds] / (said.max() or 1.0)
    return {"like_the_best": np.clip(like, 0.0, 1.0), "category_of_the_best": shares}
